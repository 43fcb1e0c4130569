"""The catalogue of entries that users can install."""

from cathouse_common.application import application
from cathouse_common.database import Database
from fastapi import FastAPI

from app import routes, tags
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    app = application(
        settings,
        Database(settings),
        title="catalogue",
        about="Find entries, which are HTTP endpoints that people share, and publish your own.",
    )
    for router in (routes.router, tags.router):
        app.include_router(router, prefix=settings.prefix)
    return app
