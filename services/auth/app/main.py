"""Accounts and sign-in."""

from cathouse_common.application import application
from cathouse_common.database import Database
from cathouse_common.limits import RateLimits
from fastapi import FastAPI

from app import routes
from app.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """The service as an ASGI application."""
    app = application(
        settings,
        Database(settings),
        title="accounts",
        about="Make an account, log in, and read who you are.",
    )
    app.state.rate_limits = RateLimits()
    app.include_router(routes.router, prefix=settings.prefix)
    return app
