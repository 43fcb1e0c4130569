"""Calls to installed entries, with the credentials of their users."""

from cathouse_common.application import application
from cathouse_common.database import Database
from fastapi import FastAPI

from app import routes
from app.forward import connection_pool
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    pool = connection_pool(settings)
    app = application(
        settings, Database(settings), resources=[pool], max_body_size=settings.proxy_max_bytes
    )
    app.state.pool = pool
    app.include_router(routes.router, prefix=settings.prefix)
    return app
