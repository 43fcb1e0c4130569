"""Who is at the other end of a request."""

from ipaddress import ip_address

from starlette.datastructures import Headers
from starlette.types import Scope


def client_of(scope: Scope) -> str | None:
    """The client's address.

    A load balancer appends the address that it has seen to X-Forwarded-For. What stands there
    before is the client's own word.
    """
    *_, seen = Headers(scope=scope).getlist("x-forwarded-for") or [""]
    try:
        return str(ip_address(seen.rpartition(",")[2].strip()))
    except ValueError:
        peer: tuple[str, int] | None = scope.get("client")
        return peer[0] if peer else None
