"""Which headers go from the caller to the endpoint, and which come back."""

from collections.abc import Iterable, Mapping
from typing import Final

from cathouse_common.configuration import HOP_BY_HOP
from cathouse_common.tracing import TRACE_HEADERS, outgoing_trace_headers

Headers = list[tuple[bytes, bytes]]

# The caller's identity belongs to the platform, and the endpoint need not know the way to it.
_FROM_CALLER: Final = HOP_BY_HOP | {"authorization", "cookie", "expect", "forwarded", "host", "via"}
# The answer appears on the platform's own origin, whose cookies and policies are not for an
# endpoint to set. Uvicorn writes the date.
_FROM_ENDPOINT: Final = HOP_BY_HOP | {
    "clear-site-data",
    "date",
    "set-cookie",
    "strict-transport-security",
}


def to_endpoint(caller: Headers, host: str, configured: Mapping[str, str]) -> Headers:
    """The caller's headers that are passed on, those of the trace, so that the endpoint's logs can
    name it, and the configured ones, which win."""
    replaced = {name.lower() for name in configured}
    passed = [
        (name, value)
        for name, value in _without(caller, _FROM_CALLER | TRACE_HEADERS | replaced)
        if not name.lower().startswith((b"x-forwarded-", b"x-amzn-"))
    ]
    trace = {
        name: value
        for name, value in outgoing_trace_headers().items()
        if name.lower() not in replaced
    }
    own = [(name.encode(), value.encode()) for name, value in {**trace, **configured}.items()]
    return [(b"Host", host.encode()), *passed, *own]


def to_caller(endpoint: Headers) -> Headers:
    """The endpoint's headers that come back, as ASGI wants them: in lower case."""
    return [(name.lower(), value) for name, value in _without(endpoint, _FROM_ENDPOINT)]


def _without(headers: Headers, dropped: Iterable[str]) -> Headers:
    """Connection may name further headers that belong to it."""
    names = {name.encode() for name in dropped}
    for name, value in headers:
        if name.lower() == b"connection":
            names.update(token.strip().lower() for token in value.split(b","))
    return [(name, value) for name, value in headers if name.lower() not in names]
