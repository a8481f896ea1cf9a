"""The connections of one worker to the mail server: one message at a time on each.

Several, because arming costs a commit however many messages it marks, and because most of an SMTP
conversation is waiting. Each message still has a connection of its own until the server has
answered its dot, so a worker that dies leaves at most one message in doubt for each of them.
"""

import logging
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from django.conf import settings

from engagement.delivery.sandbox import transport_for_settings
from engagement.delivery.transports import NotConnectedError, Transport

logger = logging.getLogger(__name__)

# Opening a connection costs a server more than a few messages on one that is open.
WORTH_A_CONNECTION = 25


class Lanes:
    """Up to MAIL_CONNECTIONS connections: one for each `WORTH_A_CONNECTION` messages in hand.

    A server that takes fewer of them at once gets fewer, as long as it takes one.
    """

    def __init__(self) -> None:
        self._most = max(1, settings.MAIL_CONNECTIONS)
        self._transports: list[Transport] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        for transport in self._transports:
            transport.close()

    def __iter__(self) -> Iterator[Transport]:
        """Walk through the lanes; one that is lost on the way is no longer there."""
        return iter(list(self._transports))

    def __len__(self) -> int:
        return len(self._transports)

    def prepare(self, messages: int) -> None:
        """Have as many lanes as so many messages are worth. Those that are there stay."""
        wanted = min(self._most, -(-messages // WORTH_A_CONNECTION))
        while len(self._transports) < wanted:
            self._transports.append(transport_for_settings())

    def lose(self, lost: Transport, why: NotConnectedError) -> None:
        """Go on without a connection. Raises `why` when there is no other one."""
        lost.abandon()
        self._transports.remove(lost)
        self._most = max(1, len(self._transports))
        if not any(transport.is_open for transport in self._transports):
            raise why
        logger.info("the mail server takes fewer connections", extra={"code": why.reply.code})

    def abandon(self) -> None:
        for transport in self._transports:
            transport.abandon()
