"""The health of the whole platform in one answer. It runs beside the local platform only."""

import httpx
from cathouse_common.application import application
from cathouse_common.tracing import send_trace
from fastapi import FastAPI

from app import routes
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    client = httpx.AsyncClient(
        trust_env=False,  # a proxy of the environment is not for loopback
        event_hooks={"request": [send_trace]},
    )
    app = application(
        settings,
        title="health",
        about="The health of all services in one answer.",
        resources=[client],
    )
    app.state.client = client
    app.include_router(routes.router, prefix=settings.prefix)
    return app
