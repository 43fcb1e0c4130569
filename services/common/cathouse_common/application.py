"""The FastAPI application that every service begins with."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from cathouse_common.database import Database
from cathouse_common.health import add_health_route, add_liveness_route
from cathouse_common.settings import ServiceSettings
from cathouse_common.tracing import Tracing

MEBIBYTE = 1024 * 1024

Responses = dict[int | str, dict[str, Any]]
"""What a route answers besides its success, for the OpenAPI document."""


def application(
    settings: ServiceSettings,
    database: Database | None = None,
    *,
    resources: Sequence[AbstractAsyncContextManager[object]] = (),
    max_body_size: int = MEBIBYTE,
) -> FastAPI:
    """An application with health routes and documentation under the service's prefix.

    Routes find `settings` and `database` in `app.state`. The database and `resources` are opened
    when the application starts, and closed after its last request. A request's body of more than
    `max_body_size` bytes is answered with 413.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if database is not None:
                await stack.enter_async_context(database)
            for resource in resources:
                await stack.enter_async_context(resource)
            yield

    app = FastAPI(
        title=f"Cat House {settings.service}",
        version=settings.service_version,
        openapi_url=f"{settings.prefix}/openapi.json",
        docs_url=f"{settings.prefix}/docs",
        swagger_ui_oauth2_redirect_url=None,
        redoc_url=None,
        redirect_slashes=False,  # behind a load balancer, the redirect would name the wrong scheme
        max_body_size=max_body_size,
        exception_handlers={RequestValidationError: _unprocessable},
        lifespan=lifespan,
    )
    app.add_middleware(Tracing)
    app.state.settings = settings
    add_liveness_route(app, settings)
    if database is not None:
        app.state.database = database
        add_health_route(app, settings, database)
    return app


async def _unprocessable(_: Request, error: Exception) -> JSONResponse:
    """FastAPI's own answer also repeats what was sent: a password, or text that is no Unicode."""
    assert isinstance(error, RequestValidationError)
    problems = [{key: problem[key] for key in ("type", "loc", "msg")} for problem in error.errors()]
    return JSONResponse({"detail": problems}, status.HTTP_422_UNPROCESSABLE_CONTENT)
