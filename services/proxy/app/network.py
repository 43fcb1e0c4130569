"""Connections to public addresses alone."""

from collections.abc import Iterable
from ipaddress import IPv6Address, IPv6Network
from typing import Final

import httpcore
from aiodns import DNSResolver

from app.names import Address, resolve
from app.settings import HostAndPort

# Addresses that carry an IPv4 address, which a gateway may lead to: Teredo, 6to4, NAT64. Python
# calls some of them global.
_TRANSLATED: Final = tuple(
    IPv6Network(block) for block in ("2001::/32", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48")
)

SocketOptions = Iterable[
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
]


class TargetRefused(Exception):
    """A host resolves to an address that is not public."""


def is_public(address: Address) -> bool:
    """Whether an address is on the public Internet: not private, loopback, link-local, multicast
    or reserved, in no disguise either."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address.is_site_local or any(address in block for block in _TRANSLATED):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


class PublicNetwork(httpcore.AsyncNetworkBackend):  # pylint: disable=abstract-method  # TCP alone
    """Refuses to connect where it should not.

    The check is made here, on the address that is connected to, and not earlier on the name: a name
    can resolve to another address the next time it is asked for.
    """

    def __init__(self, allowed: frozenset[HostAndPort], names: DNSResolver) -> None:
        self._allowed = allowed
        self._names = names
        self._sockets = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first address of the host that accepts. Raises TargetRefused when any of
        them is not public, and ConnectError when there is none."""
        addresses = await resolve(self._names, host, port)
        if not self._is_allowed(host, port) and not all(map(is_public, addresses)):
            raise TargetRefused(f"{host} is not on the public Internet")
        failure = httpcore.ConnectError(f"{host} has no address")
        for address in addresses:
            try:
                return await self._sockets.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    def _is_allowed(self, host: str, port: int) -> bool:
        return not self._allowed.isdisjoint({(host, port), (host, None)})
