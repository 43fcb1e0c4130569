"""Who is at the other end of a request."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send


class TrustedHops:
    """ASGI middleware, before all that asks who the client is: makes the viewer the scope's client.

    Each proxy on the way appends the address that it has seen to X-Forwarded-For. Only so many of
    them are ours: what stands before their words is the viewer's own, and changes nothing.
    """

    def __init__(self, app: ASGIApp, trusted_hops: int) -> None:
        self._app = app
        self._trusted_hops = trusted_hops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (viewer := self._viewer(Headers(scope=scope))):
            scope["client"] = (viewer, 0)
        await self._app(scope, receive, send)

    def _viewer(self, headers: Headers) -> str | None:
        """What the first of our proxies has seen; the farthest, where a request came by fewer."""
        told = ",".join(headers.getlist("x-forwarded-for")).split(",")
        trusted = told[-self._trusted_hops :] if self._trusted_hops else []
        try:
            return str(ip_address(trusted[0].strip())) if trusted else None
        except ValueError:
            return None


def client_of(connection: HTTPConnection) -> str:
    """Whom to count for limits: an IPv4 address, or the /64 network that an IPv6 client has all to
    itself."""
    host = connection.client.host if connection.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((int(address), 64), strict=False))
    return host
