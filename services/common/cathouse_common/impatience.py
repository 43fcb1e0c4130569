"""An end to connections whose request never comes to its own."""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

# For all of a request, from its first byte to its last: a mebibyte at 35 kB/s.
REQUEST_SECONDS: Final = 30


class ImpatientProtocol(H11Protocol):
    """Uvicorn waits for as long as a client likes to send a request, or to say nothing at all: each
    byte puts off the end of an idle connection. Here a request that has begun is answered with 408
    when it is not whole in time, and a connection without one is idle from its beginning."""

    _giving_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._unset_keepalive_if_required()  # which uvicorn leaves where the client has broken off
        self._stop_watching()

    def _watch(self) -> None:
        if self.transport.is_closing():
            self._stop_watching()
        elif self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]:
            self._stop_watching()
            if self.timeout_keep_alive_task is None:
                self.timeout_keep_alive_task = self.loop.call_later(
                    self.timeout_keep_alive, self.timeout_keep_alive_handler
                )
        elif self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop_watching()
        elif self._giving_up is None:
            self._giving_up = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _stop_watching(self) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
            self._giving_up = None

    def _give_up(self) -> None:
        if self.cycle is not None:  # whoever reads the body is told that no more comes
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [(b"connection", b"close"), (b"content-length", b"0")]
            answer: tuple[Any, ...] = (
                h11.Response(status_code=408, headers=headers, reason=b"Request Timeout"),
                h11.EndOfMessage(),
            )
            self.transport.write(b"".join(filter(None, map(self.conn.send, answer))))
        self.transport.close()
