"""The plain service with limits of a second, as `python -m tests.served_impatiently`."""

import asyncio
import gc
from typing import Final

from fastapi import FastAPI

from cathouse_common import impatience, server
from cathouse_common.application import application
from tests.conftest import Settings

SECONDS: Final = 1


def create_app(settings: Settings) -> FastAPI:
    """With a route that takes longer than a client may, and one that tells of garbage."""
    app = application(settings)

    @app.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(2 * SECONDS)

    @app.get("/frozen")
    async def frozen() -> int:
        return gc.get_freeze_count()

    @app.post("/echo")
    async def echo(body: dict[str, int]) -> dict[str, int]:
        return body

    return app


for module, name in ((impatience, "REQUEST_SECONDS"), (server, "KEEP_ALIVE_SECONDS")):
    setattr(module, name, SECONDS)
server.serve(Settings, create_app)
