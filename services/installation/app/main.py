"""What each user has installed, and how it is configured."""

from cathouse_common.application import application
from cathouse_common.database import Database
from fastapi import FastAPI

from app import routes
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    app = application(
        settings,
        Database(settings),
        title="installations",
        about="Install the catalogue's entries, and keep what calls them: your keys, encrypted.",
    )
    app.include_router(routes.router, prefix=settings.prefix)
    return app
