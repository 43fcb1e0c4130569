"""What one user, and one client, may ask of all the endpoints together."""

from collections.abc import AsyncIterator

from cathouse_common.client import client_of
from cathouse_common.dependencies import CurrentUser
from cathouse_common.limits import AtOnce, RateLimits
from fastapi import Depends, FastAPI, Request
from limits import RateLimitItemPerMinute

from app.settings import Settings


def add_limits(app: FastAPI) -> None:
    """Begins to count."""
    app.state.rate_limits, app.state.at_once = RateLimits(), AtOnce()


async def _limited(request: Request, user_id: CurrentUser) -> AsyncIterator[None]:
    """Endpoints that are slow on purpose must not take all connections, nor must somebody who asks
    all the time. Raises HTTPException: 429."""
    settings: Settings = request.app.state.settings
    rates: RateLimits = request.app.state.rate_limits
    at_once: AtOnce = request.app.state.at_once
    user, client = f"user {user_id}", f"client {client_of(request)}"
    often, many = settings.proxy_calls_per_minute, settings.proxy_calls_at_once
    rates.check(
        "Too many calls in a minute",
        (RateLimitItemPerMinute(often), user),
        (RateLimitItemPerMinute(2 * often), client),
    )
    with at_once.one("Too many calls at once", {user: many, client: 2 * many}):
        yield


limited = Depends(_limited, scope="function")
"""Counts a call until its answer is there."""
