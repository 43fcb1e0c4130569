"""A real name server on loopback, which remembers what it was asked."""

from ipaddress import IPv4Address
from socketserver import BaseRequestHandler, ThreadingUDPServer
from struct import pack, unpack_from
from typing import Final

_HEADER: Final = 12
_TYPE_A: Final = 1


class NameServer(ThreadingUDPServer):
    """Each look-up of IPv4 addresses gives the next answer of the name, and nothing in between; a
    name without answers is never answered."""

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = answers
        self.asked: list[str] = []

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]


class _Handler(BaseRequestHandler):
    server: NameServer

    def handle(self) -> None:
        """Answers a query, or not."""
        query, socket = self.request
        name, end = _name_in(query)
        (kind,) = unpack_from("!H", query, end)
        question = query[_HEADER : end + 4]
        self.server.asked.append(name)
        if name not in self.server.answers:
            return
        addresses = self.server.answers[name].pop(0) if kind == _TYPE_A else []
        records = [
            # The name is where the question has it; a lifetime of 0 forbids to remember it.
            pack("!HHHIH", 0xC000 | _HEADER, _TYPE_A, 1, 0, 4) + IPv4Address(address).packed
            for address in addresses
        ]
        header = query[:2] + pack("!HHHHH", 0x8180, 1, len(records), 0, 0)
        socket.sendto(header + question + b"".join(records), self.client_address)


def _name_in(query: bytes) -> tuple[str, int]:
    labels, at = [], _HEADER
    while length := query[at]:
        labels.append(query[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels).lower(), at + 1
