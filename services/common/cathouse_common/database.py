"""The shared Postgres: its settings, its two hosts, and a service's few connections to it."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from types import TracebackType
from typing import Annotated, Final, Self

from psycopg import Error as PostgresError
from pydantic import BeforeValidator, Field, InstanceOf
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from cathouse_common.settings import EnvironmentSettings

# Seconds: a host that drops packets must fail before the operating system's two minutes are over.
CONNECT_TIMEOUT: Final = 5


def connect_args(url: URL) -> dict[str, object]:
    """What psycopg is given besides the URL, whose own connect_timeout goes first.

    A pooler hands each transaction another server connection, where a statement that this client
    prepared earlier does not exist: hence no prepared statements.
    """
    arguments: dict[str, object] = {"prepare_threshold": None}
    if "connect_timeout" not in url.query:
        arguments["connect_timeout"] = CONNECT_TIMEOUT
    return arguments


def _psycopg_url(value: str) -> URL:
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):  # their messages quote the value
        raise ValueError("must look like postgresql://user:password@host/database") from None
    if url.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise ValueError("must begin with postgresql://")
    if "@" in (url.host or ""):  # a part of the password, which a message would print as the host
        raise ValueError("must have each @ of its user and password written as %40")
    return url.set(drivername="postgresql+psycopg")


class DatabaseSettings(EnvironmentSettings):
    """Where the database is, and how many connections one process may hold: pool + overflow."""

    database_url: Annotated[InstanceOf[URL], BeforeValidator(_psycopg_url)]
    database_pool_size: Annotated[int, Field(ge=1)] = 1
    database_max_overflow: Annotated[int, Field(ge=0)] = 1


def direct_url(url: URL) -> URL:
    """The URL without Neon's pooler, which migrations need; any other URL as it is.

    Neon's pooled host `ep-x-pooler.<region>…` has the direct host `ep-x.<region>…`.
    """
    endpoint, dot, domain = (url.host or "").partition(".")
    if not (endpoint.startswith("ep-") and endpoint.endswith("-pooler")):
        return url
    return url.set(host=endpoint.removesuffix("-pooler") + dot + domain)


class Database:
    """A service's connections: opened when first needed, closed on leaving `async with`."""

    def __init__(self, settings: DatabaseSettings) -> None:
        self._engine = create_async_engine(
            settings.database_url,
            pool_size=settings.database_pool_size,
            max_overflow=settings.database_max_overflow,
            pool_pre_ping=True,
            hide_parameters=True,  # an error's text ends in the log, a parameter may be a secret
            connect_args=connect_args(settings.database_url),
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._engine.dispose()

    def transaction(self) -> AbstractAsyncContextManager[AsyncSession]:
        """A session in a transaction: committed at the end, rolled back if the block raises."""
        return self._sessions.begin()

    async def answers(self, within: float = 2) -> bool:
        """Whether the database answers a query within so many seconds."""
        query = asyncio.create_task(self._query())
        # Not asyncio.timeout: psycopg takes seconds to give up a query that it is told to cancel.
        await asyncio.wait({query}, timeout=within)
        if not query.done():
            query.cancel()
            return False
        return query.result()

    async def _query(self) -> bool:
        try:
            async with self._engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return False
        return True


@contextmanager
def on_violation(constraint: str, error: Exception) -> Iterator[None]:
    """Raises `error` when a statement in the block breaks this constraint; other errors pass."""
    try:
        yield
    except IntegrityError as violation:
        cause = violation.orig
        if isinstance(cause, PostgresError) and cause.diag.constraint_name == constraint:
            raise error from violation
        raise
