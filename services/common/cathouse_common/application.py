"""The FastAPI application that every service begins with."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from cathouse_common.body_limit import BodyLimit
from cathouse_common.client import TrustedHops
from cathouse_common.database import Database
from cathouse_common.documentation import add_documentation, introduction, short
from cathouse_common.health import add_health_route, add_liveness_route
from cathouse_common.openapi import document_problems
from cathouse_common.problems import HANDLERS, UnhandledErrors
from cathouse_common.settings import ServiceSettings
from cathouse_common.tracing import TRACE_ID_HEADER, Tracing

MEBIBYTE = 1024 * 1024


class _Service(FastAPI):
    def openapi(self) -> dict[str, Any]:
        """The document, with the errors that all routes have in common."""
        if not self.openapi_schema:
            document_problems(super().openapi(), database=hasattr(self.state, "database"))
        assert self.openapi_schema
        return self.openapi_schema


def application(
    settings: ServiceSettings,
    database: Database | None = None,
    *,
    title: str = "",
    about: str = "",
    resources: Sequence[AbstractAsyncContextManager[object]] = (),
    max_body_size: int = MEBIBYTE,
) -> FastAPI:
    """An application with health routes and documentation under the service's prefix, which names
    the service by `title` and says in `about` what it is for.

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

    app = _Service(
        title=f"Cat House: {title or settings.service}",
        description=introduction(about, settings),
        version=short(settings.service_version),
        openapi_url=f"{settings.prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # behind a load balancer, the redirect would name the wrong scheme
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    _add_middleware(app, settings, max_body_size)
    app.state.settings = settings
    add_documentation(app, settings)
    add_liveness_route(app, settings)
    if database is not None:
        app.state.database = database
        add_health_route(app, settings, database)
    return app


def _add_middleware(app: FastAPI, settings: ServiceSettings, max_body_size: int) -> None:
    """From the innermost to the outermost."""
    app.add_middleware(BodyLimit, limit=max_body_size)
    app.add_middleware(UnhandledErrors)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(settings.cors_origins),
            allow_credentials=settings.cors_credentials,
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[TRACE_ID_HEADER, "ETag", "Retry-After"],
        )
    app.add_middleware(Tracing)
    app.add_middleware(TrustedHops, trusted_hops=settings.trusted_hops)
