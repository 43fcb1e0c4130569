"""Which headers go from the caller to the endpoint, and which come back."""

from collections.abc import Iterable, Mapping
from typing import Final

from cathouse_common.configuration import HOP_BY_HOP
from cathouse_common.tracing import TRACE_HEADERS, outgoing_trace_headers

Headers = list[tuple[bytes, bytes]]

# The caller's identity belongs to the platform, and the endpoint need not know the way to it, nor
# the page that asks.
_FROM_CALLER: Final = HOP_BY_HOP | {
    *("authorization", "cookie", "expect", "forwarded", "host", "origin", "referer", "via"),
    "x-amz-cf-id",
}
_WAY_OF_CALLER: Final = (b"cloudfront-", b"sec-fetch-", b"x-amzn-", b"x-forwarded-")
# The answer appears on the platform's own origin, in a browser that does what headers say: reports
# errors elsewhere, changes protocols, keeps cookies, goes to a Location with the user's token. So
# what comes back is what is known to describe the answer alone.
_FROM_ENDPOINT: Final = frozenset(
    name.encode()
    for name in (
        *("content-disposition", "content-encoding", "content-language", "content-length"),
        *("content-range", "content-type", "accept-ranges", "allow"),
        *("age", "cache-control", "etag", "expires", "last-modified", "vary"),
        *("retry-after", "x-request-id", "x-total-count"),
    )
)
_LIMITS_OF_ENDPOINT: Final = (b"ratelimit", b"x-ratelimit-")


def to_endpoint(caller: Headers, host: str, configured: Mapping[str, str]) -> Headers:
    """The caller's headers that are passed on, those of the trace, so that the endpoint's logs can
    name it, and the configured ones, which win."""
    replaced = {name.lower() for name in configured}
    passed = [
        (name, value)
        for name, value in _without(caller, _FROM_CALLER | TRACE_HEADERS | replaced)
        if not name.lower().startswith(_WAY_OF_CALLER)
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
    return [
        (name.lower(), value)
        for name, value in _without(endpoint, HOP_BY_HOP)
        if name.lower() in _FROM_ENDPOINT or name.lower().startswith(_LIMITS_OF_ENDPOINT)
    ]


def _without(headers: Headers, dropped: Iterable[str]) -> Headers:
    """Connection may name further headers that belong to it."""
    names = {name.encode() for name in dropped}
    for name, value in headers:
        if name.lower() == b"connection":
            names.update(token.strip().lower() for token in value.split(b","))
    return [(name, value) for name, value in headers if name.lower() not in names]
