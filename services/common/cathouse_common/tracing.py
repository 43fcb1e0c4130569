"""One id for all that a request causes: taken over or made, logged, answered, and sent on."""

import re
import time
from contextvars import ContextVar
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Final

from loguru import logger
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    import httpx

TRACE_ID_HEADER: Final = "X-Trace-ID"
TRACE_HEADERS: Final = frozenset({"x-trace-id", "traceparent"})
"""In lower case: what a service takes from its caller, and sends on as its own."""

# Short and plain enough to be logged as it came.
_TRACE_ID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
# https://www.w3.org/TR/trace-context/: version, trace id, parent id and flags. Later versions than
# 00 may have more fields; ff is none, nor are ids of zeros.
_TRACEPARENT: Final = re.compile(
    r"(?!ff|00.{54})[0-9a-f]{2}-(?!0+-)([0-9a-f]{32})-(?!0+-)[0-9a-f]{16}-([0-9a-f]{2})(-.*)?"
)
_W3C_ID: Final = re.compile(r"(?!0+$)[0-9a-f]{32}")


@dataclass(frozen=True)
class Trace:
    """`trace_id` is what people look for; `w3c_id` and `flags` are its form in `traceparent`."""

    trace_id: str
    w3c_id: str
    flags: str = "01"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def current_trace_id() -> str | None:
    """The id of the request that this code runs for."""
    trace = _current.get()
    return trace.trace_id if trace else None


def outgoing_trace_headers() -> dict[str, str]:
    """The headers that make what another service does for this request a part of its trace."""
    trace = _current.get()
    if trace is None:
        return {}
    traceparent = f"00-{trace.w3c_id}-{token_hex(8)}-{trace.flags}"
    return {TRACE_ID_HEADER: trace.trace_id, "traceparent": traceparent}


async def send_trace(request: "httpx.Request") -> None:
    """An event hook for httpx: `AsyncClient(event_hooks={"request": [send_trace]})`."""
    request.headers.update(outgoing_trace_headers())


class Tracing:
    """ASGI middleware, outside of all that may fail: every answer and log line bears the id.

    A request is logged when it has been answered; one for health at DEBUG, as there are many.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = _trace_of(Headers(scope=scope))
        # Never reset: the server runs each request in a context of its own, and what it logs of
        # this one in the end has the id, too.
        _current.set(trace)
        status = 500
        started = time.perf_counter()

        async def send_traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[TRACE_ID_HEADER] = trace.trace_id
            await send(message)

        try:
            await self._app(scope, receive, send_traced)
        finally:
            _log_answer(scope, status, time.perf_counter() - started)


def _trace_of(headers: Headers) -> Trace:
    """The caller's trace, in whichever form it is told; a new one where none is valid."""
    parent = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    sent = headers.get(TRACE_ID_HEADER, "")
    trace_id = sent if _TRACE_ID.fullmatch(sent) else None
    if parent:
        return Trace(trace_id or parent[1], parent[1], parent[2])
    new = token_hex(16)
    w3c_id = trace_id if trace_id and _W3C_ID.fullmatch(trace_id) else new
    return Trace(trace_id or new, w3c_id)


def _log_answer(scope: Scope, status: int, seconds: float) -> None:
    route = _template(scope)
    level = "DEBUG" if route and route.endswith(("/health", "/health/live")) else "INFO"
    logger.bind(
        method=scope["method"],
        route=route,
        status=status,
        duration_ms=round(seconds * 1000, 1),
        client=scope["client"][0] if scope.get("client") else None,
    ).log(level, "{} {} {}", scope["method"], route or "(no route)", status)


def _template(scope: Scope) -> str | None:
    """`/entries/{entry_id}`: the path itself, or a query, may hold what is not for a log."""
    included = scope.get("fastapi", {}).get("effective_route_context")  # with its router's prefix
    template: str | None = getattr(included or scope.get("route"), "path_format", None)
    return template
