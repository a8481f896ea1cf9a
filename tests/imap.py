"""A mailbox on loopback that speaks as much IMAP (RFC 3501) as a reader needs, a thread a visit."""

import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class ImapServer:
    """Holds `messages` by UID. `refuse`: a command that is answered with NO; `drop`: one at which
    the line is cut, so many `times`. What a visitor said is in `said`."""

    user: str = "replies@larkspur-tidal.example"
    password: str = "only-for-tests"
    validity: int = 7
    messages: dict[int, bytes] = field(default_factory=dict)
    next_uid: int = 1
    refuse: str = ""
    drop: str = ""
    times: int = 10**9
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        user = self.user.replace("@", "%40")
        return f"imap://{user}:{self.password}@127.0.0.1:{self.port}/INBOX"

    def put(self, raw: bytes) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.messages[uid] = raw
        return uid

    def count_anew(self) -> None:
        """Give every message another UID, as a restored mailbox does."""
        old, self.messages, self.next_uid = list(self.messages.values()), {}, 1
        self.validity += 1
        for raw in old:
            self.put(raw)

    def stop(self) -> None:
        """Let nobody in any more: closed alone, a listener still takes the visitor it waits for."""
        with suppress(OSError):  # stopped twice
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._visit, args=[line], daemon=True).start()

    def _visit(self, line: socket.socket) -> None:
        with line, line.makefile("rb") as lines:
            try:
                line.sendall(b"* OK ready\r\n")
                for raw in lines:
                    if not self._command(line, raw.decode().strip()):
                        return
            except OSError:
                return

    def _command(self, line: socket.socket, said: str) -> bool:
        tag, _, rest = said.partition(" ")
        words = rest.split()
        name = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        self.said.append(name)
        if self.drop and name == self.drop and self.times > 0:
            self.times -= 1
            return False
        if name == self.refuse:
            line.sendall(f"{tag} NO refused\r\n".encode())
            return True
        answer = {
            "CAPABILITY": lambda: b"* CAPABILITY IMAP4rev1\r\n",
            "EXAMINE": self._examine,
            "UID SEARCH": lambda: self._search(rest),
            "UID FETCH": lambda: self._fetch(words),
            "LOGOUT": lambda: b"* BYE\r\n",
        }.get(name, lambda: b"")()
        ok = self._may_enter(rest) if name == "LOGIN" else True
        line.sendall(answer + f"{tag} {'OK' if ok else 'NO'} done\r\n".encode())
        return name != "LOGOUT"

    def _may_enter(self, rest: str) -> bool:
        _, user, password = (word.strip('"') for word in rest.split(" ", 2))
        return (user, password) == (self.user, self.password)

    def _examine(self) -> bytes:
        return (
            f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.validity}] ok\r\n"
            f"* OK [UIDNEXT {self.next_uid}] ok\r\n"
        ).encode()

    def _search(self, rest: str) -> bytes:
        found = re.search(r"UID (\d+):\*", rest)
        uids = sorted(self.messages)
        if found:
            # "*" is the last message, whatever its number is: it is always among the answers.
            uids = [uid for uid in uids if uid >= int(found[1])] or uids[-1:]
        return f"* SEARCH {' '.join(map(str, uids))}\r\n".encode()

    def _fetch(self, words: list[str]) -> bytes:
        uid = int(words[2])
        raw = self.messages.get(uid)
        if raw is None:
            return b""
        limit = re.search(r"<0\.(\d+)>", " ".join(words))
        part = raw[: int(limit[1])] if limit else raw
        head = f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode()
        return head + part + b")\r\n"
