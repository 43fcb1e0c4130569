"""A limit for the size of requests."""

from fastapi import status
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """ASGI middleware: a body of more than `limit` bytes is 413 to whoever reads it.

    FastAPI's own limit answers in plain text, and outside of all other middleware.
    """

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isdecimal() else 0

        async def receive_limited() -> Message:
            nonlocal size
            self._check(size)  # before it is sent, where its size is known
            message = await receive()
            received = len(message.get("body", b""))
            if not announced:
                size += received
                self._check(size)
            return message

        await self._app(scope, receive_limited, send)

    def _check(self, size: int) -> None:
        if size > self._limit:
            detail = f"The request has more than {self._limit} bytes"
            raise HTTPException(status.HTTP_413_CONTENT_TOO_LARGE, detail)
