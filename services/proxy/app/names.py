"""Names of hosts, looked up without the threads that the system's look-up holds meanwhile.

Whoever publishes an endpoint may run its name server, and let it take its time.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore
from aiodns import DNSResolver
from aiodns.error import DNSError

Address = IPv4Address | IPv6Address


def name_servers(*hosts: str, port: int | None = None) -> DNSResolver:
    """The system's name servers, or those on these hosts. Made and closed in a running loop."""
    return DNSResolver(hosts or None, timeout=2, tries=2, udp_port=port)


async def resolve(names: DNSResolver, host: str, port: int) -> list[Address]:
    """The addresses of a host. Raises ConnectError when there is none."""
    try:
        return _written_as_address(host) or await _looked_up(names, host, port)
    except (DNSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} cannot be resolved") from error


def _written_as_address(host: str) -> list[Address]:
    """The address that a host is, in any spelling that the system takes, such as `0x7f.1`."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except OSError:
        return []
    return [ip_address(address[0]) for *_, address in found]


async def _looked_up(names: DNSResolver, host: str, port: int) -> list[Address]:
    found = await names.getaddrinfo(host, port=port, type=socket.SOCK_STREAM)
    return [ip_address(node.addr[0].decode()) for node in found.nodes]
