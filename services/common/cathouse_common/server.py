"""One uvicorn process for a service, as `python -m app` starts it."""

import signal
import sys
from collections.abc import Callable
from typing import Final, TypeVar

import uvicorn
from fastapi import FastAPI

from cathouse_common.logs import configure_logging
from cathouse_common.settings import ServiceSettings, load_settings

# Longer than the load balancer keeps an idle connection (60 s): the side that opened a connection
# must be the one that closes it, or a request can meet a closed one.
KEEP_ALIVE_SECONDS: Final = 75
# Less than the 30 s that ECS waits between SIGTERM and SIGKILL.
GRACEFUL_SHUTDOWN_SECONDS: Final = 20

S = TypeVar("S", bound=ServiceSettings)


def serve(kind: type[S], create_app: Callable[[S], FastAPI]) -> None:
    """Reads the settings and serves until SIGTERM, then finishes the requests in flight.

    Ends with 0 after a signal, and with 1 when settings are wrong or the port is taken.
    """
    settings = load_settings(kind)
    configure_logging(settings)
    # Uvicorn raises a signal anew once it has shut down, and a process that was asked to end has
    # not failed. As process 1 of a container, it would not even notice one before uvicorn listens.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        ws="none",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_SHUTDOWN_SECONDS,
    )
