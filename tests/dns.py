"""A real DNS server on loopback that knows what a test tells it."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

SERVFAIL, SILENT = "SERVFAIL", "SILENT"


class DnsServer(socketserver.ThreadingUDPServer):
    """Answers TXT questions from `texts`, others from `hosts`; what is in neither does not exist.

    `texts`: a name to its records, to SERVFAIL, or to SILENT. `hosts`: a name to its addresses, or
    to the same. `aliases`: a name to the one that it
    stands for. `asked`: the names, in order.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.texts: dict[str, list[str] | str] = {}
        self.hosts: dict[str, list[str] | str] = {}
        self.aliases: dict[str, str] = {}
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(socketserver.BaseRequestHandler):
    server: DnsServer

    def handle(self) -> None:
        data, transport = self.request
        query = dns.message.from_wire(data)
        name = query.question[0].name.to_text(omit_final_dot=True).lower()
        self.server.asked.append(name)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        known = self.server.aliases.get(name, name)
        kind = dns.rdatatype.to_text(query.question[0].rdtype)
        if kind != "TXT":
            self._host(query, response, name, kind)
            return
        texts = self.server.texts.get(known)
        if texts == SILENT:
            return
        if texts == SERVFAIL:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif texts is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        else:
            if known != name:
                response.answer.append(
                    dns.rrset.from_text(name + ".", 60, "IN", "CNAME", known + ".")
                )
            if texts:
                quoted = [_quoted(text) for text in texts]
                response.answer.append(dns.rrset.from_text(known + ".", 60, "IN", "TXT", *quoted))
        transport.sendto(response.to_wire(), self.client_address)

    def _host(
        self, query: dns.message.Message, response: dns.message.Message, name: str, kind: str
    ) -> None:
        transport = self.request[1]
        addresses = self.server.hosts.get(name)
        if addresses == SILENT:
            return
        if addresses == SERVFAIL:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif addresses is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif of_kind := [one for one in addresses if (":" in one) == (kind == "AAAA")]:
            response.answer.append(dns.rrset.from_text(name + ".", 60, "IN", kind, *of_kind))
        transport.sendto(response.to_wire(), self.client_address)


def _quoted(text: str) -> str:
    """Write a record in strings of 255 bytes at most, as the DNS keeps it."""
    pieces = [text[start : start + 255] for start in range(0, len(text), 255)]
    return " ".join(f'"{piece}"' for piece in pieces)


@contextmanager
def dns_server() -> Iterator[DnsServer]:
    server = DnsServer()
    thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
