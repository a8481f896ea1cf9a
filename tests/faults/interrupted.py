"""A worker in this process that is interrupted at a point of a message: it dies, or hears of news.

What dies takes nothing back: the line is cut, and no code of the product runs any more but what
unwinds. `test_kills` does the same with processes and SIGKILL.
"""

from collections.abc import Callable
from contextlib import suppress

from engagement import tasks
from tests.faults.points import Pointed


class WorkerDiedError(BaseException):
    """Nothing catches it, as nothing catches SIGKILL."""


class Interrupted(Pointed):
    """Does `then` at `point` of message number `after`, once."""

    point = ""
    after = 0
    then: Callable[[], None] | None = None
    is_dead = False

    @classmethod
    def plan(cls, point: str, after: int, then: Callable[[], None]) -> None:
        cls.point, cls.after, cls.then, cls.is_dead = point, after, then, False

    @classmethod
    def _reached(cls, point: str) -> None:
        if cls.then is None or point != cls.point:
            return
        cls.after -= 1
        if cls.after < 0:
            then, cls.then = cls.then, None
            then()

    def close(self):
        if Interrupted.is_dead:
            self.abandon()
        super().close()


def die() -> None:
    Interrupted.is_dead = True
    raise WorkerDiedError


def nothing() -> None:
    """A round that nothing interrupts."""


def deliver(point: str = "", after: int = 0, then: Callable[[], None] = nothing) -> bool:
    """Deliver what is due; at `point` of message number `after`, do `then`.

    Returns whether it came to that.
    """
    Interrupted.plan(point, after, then)
    with suppress(WorkerDiedError):
        tasks.deliver()
    was_reached, Interrupted.then = Interrupted.then is None, None
    return was_reached
