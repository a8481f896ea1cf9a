"""What a browser test must never see, whatever it is about."""

from typing import Any
from urllib.parse import urlsplit

import pytest


class ConsoleGuard:
    """Watches one page: console errors, uncaught exceptions, requests that leave the product.

    A refusal is a 422 by design, and Chromium reports it on the console: `allow` names such texts.
    """

    def __init__(self, page: Any) -> None:
        self.problems: list[str] = []
        self._allowed: list[str] = []
        self._hosts: set[str] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"page error: {error}"))
        page.on("request", self._request)

    def allow(self, text: str) -> None:
        """Let console errors that contain `text` pass, such as "status of 422"."""
        self._allowed.append(text)

    def check(self) -> None:
        left = [
            problem
            for problem in self.problems
            if not any(text in problem for text in self._allowed)
        ]
        if left:
            pytest.fail("the browser complained:\n" + "\n".join(left), pytrace=False)

    def _console(self, message: Any) -> None:
        if message.type in {"error", "warning"} and (
            message.type == "error" or "Content Security Policy" in message.text
        ):
            where = message.location.get("url", "")
            self.problems.append(f"console: {message.text} ({where})")

    def _request(self, request: Any) -> None:
        address = urlsplit(request.url)
        local = address.hostname in {"localhost", "127.0.0.1", "::1"}
        if address.scheme in {"http", "https", "ws", "wss"} and not local:
            self.problems.append(f"request to a third party: {request.url}")
