"""One uvicorn process for a service, as `python -m app` starts it."""

import asyncio
import gc
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Final, TypeVar

import uvicorn
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.config import STARTUP_FAILURE

from cathouse_common.impatience import ImpatientProtocol
from cathouse_common.logs import configure_logging
from cathouse_common.settings import ServiceSettings, load_settings

# Longer than the load balancer keeps an idle connection (60 s): the side that opened a connection
# must be the one that closes it, or a request can meet a closed one.
KEEP_ALIVE_SECONDS: Final = 75
# How long connections may stay open for requests after SIGTERM, and how long the requests may then
# take: together less than the 30 s that ECS waits between SIGTERM and SIGKILL.
DRAIN_SECONDS: Final = 5
GRACEFUL_SHUTDOWN_SECONDS: Final = 20

S = TypeVar("S", bound=ServiceSettings)


def serve(kind: type[S], create_app: Callable[[S], FastAPI]) -> None:
    """Reads the settings and serves until SIGTERM, then finishes the requests in flight.

    Ends with 0 after a signal, with 1 when settings are wrong, and with uvicorn's 3 when it cannot
    start, as where the port is taken.
    """
    settings = load_settings(kind)
    configure_logging(settings)
    # Uvicorn raises a signal anew once it has shut down, and a process that was asked to end has
    # not failed. As process 1 of a container, it would not even notice one before uvicorn listens.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    server = _DrainingServer(settings, create_app(settings))
    server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


class _DrainingServer(uvicorn.Server):
    """Uvicorn closes idle connections as it shuts down, and with them a request that is on its way
    there. This one first tells clients to leave, in the answers that they get, and lets them."""

    def __init__(self, settings: ServiceSettings, app: ASGIApp) -> None:
        self._app = app
        self._draining = False
        config = uvicorn.Config(
            self._serve_or_drain,
            http=ImpatientProtocol,
            interface="asgi3",
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            proxy_headers=False,  # TrustedHops reads them, and knows whom to trust
            server_header=False,
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_SECONDS,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What has been imported stays: a search through all of it for garbage would find nothing,
        # and hold every request meanwhile.
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._draining = True
        for server in self.servers:
            server.close()
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.server_state.connections and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)

    async def _serve_or_drain(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_last(message: Message) -> None:
            if self._draining and message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self._app(scope, receive, send_last)
