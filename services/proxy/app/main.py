"""Calls to installed entries, with the credentials of their users."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cathouse_common.application import application
from cathouse_common.database import Database
from fastapi import FastAPI

from app import routes
from app.forward import connection_pool
from app.limits import add_limits
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""

    @asynccontextmanager
    async def pool() -> AsyncIterator[None]:
        async with connection_pool(settings) as app.state.pool:
            yield

    app = application(
        settings,
        Database(settings),
        title="calls",
        about="Call what you have installed, with the headers that you have configured.",
        resources=[pool()],
        max_body_size=settings.proxy_max_bytes,
    )
    add_limits(app)
    app.include_router(routes.router, prefix=settings.prefix)
    return app
