"""One id for all that a request causes: taken from `X-Trace-ID` or made, logged, and answered."""

import re
import time
import uuid
from typing import Final

from loguru import logger
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Trace-ID"

# Short and plain enough to be logged as it came.
_VALID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")


def trace_id_of(header: bytes | None) -> str:
    """The id that the caller sent, where it is a valid one, and a new one otherwise."""
    sent = (header or b"").decode("latin-1")
    return sent if _VALID.fullmatch(sent) else uuid.uuid4().hex


class Tracing:
    """ASGI middleware: every line that is logged during a request has the id, the answer bears it.

    A request is logged when it has been answered; one for health at DEBUG, as there are many.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        trace_id = trace_id_of(headers.get(HEADER.lower().encode()))
        status = 500
        started = time.perf_counter()

        async def send_traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = trace_id
            await send(message)

        with logger.contextualize(trace_id=trace_id):
            try:
                await self._app(scope, receive, send_traced)
            finally:
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                level = "DEBUG" if "/health" in scope["path"] else "INFO"
                entry = logger.bind(
                    method=scope["method"], status=status, milliseconds=milliseconds
                )
                # The path as it is routed: an id in it is no secret, a query might be one.
                entry.log(level, "{} {} {}", scope["method"], scope["path"], status)
