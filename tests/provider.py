"""A mail provider on loopback that answers as Postmark does."""

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TAKEN = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a"}


class Provider(ThreadingHTTPServer):
    """Answers as Postmark does, with `status` and `answer`, or goes away when `status` is 0."""

    daemon_threads = True

    def __init__(self) -> None:
        self.status, self.answer, self.delay = 200, dict(TAKEN), 0.0
        self.requests: list[dict[str, object]] = []
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def seen(self) -> "Counter[str]":
        """How often each message came, by our id of it."""
        return Counter(request["Metadata"]["message"] for request in self.requests)  # type: ignore[index]


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        provider = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with provider.lock:
            provider.requests.append(json.loads(body))
            answer = json.dumps({"To": provider.requests[-1]["To"], **provider.answer}).encode()
            provider.at_once += 1
            provider.most_at_once = max(provider.most_at_once, provider.at_once)
        time.sleep(provider.delay)
        with provider.lock:
            provider.at_once -= 1
        if not provider.status:
            self.connection.close()
            return
        self.send_response(provider.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_request(self, *args: object) -> None:
        """Say nothing."""
