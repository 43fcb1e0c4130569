"""What every service answers: health, documents, errors."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socket import create_server
from typing import Annotated

from fastapi import Body, FastAPI, HTTPException, Request, Response
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select
from starlette.middleware.base import RequestResponseEndpoint

from cathouse_common.application import application
from cathouse_common.database import Database
from cathouse_common.dependencies import Session
from cathouse_common.models import User
from cathouse_common.testing import Environment
from cathouse_common.testing.process import free_port
from tests.conftest import Settings

UNREACHABLE = {
    "service": "plain",
    "status": "unavailable",
    "version": "dev",
    "database": "unreachable",
}


def client_of(app: FastAPI) -> AsyncClient:
    """Calls another application than the fixture's."""
    return AsyncClient(transport=ASGITransport(app), base_url="http://service/api/v1/plain")


async def test_health_names_service_version_and_database(client: AsyncClient) -> None:
    answer = await client.get("/health")
    assert answer.status_code == 200
    expected = {"service": "plain", "status": "ok", "version": "dev", "database": "ok"}
    assert answer.json() == expected


async def test_a_database_that_is_away_is_503_and_the_process_still_lives(
    environment: Environment,
) -> None:
    environment.set("DATABASE_URL", f"postgresql://u@127.0.0.1:{free_port()}/db")
    settings = environment.load(Settings)
    async with client_of(application(settings, Database(settings))) as client:
        health = await client.get("/health")
        assert (health.status_code, health.json()) == (503, UNREACHABLE)
        live = await client.get("/health/live")
        assert (live.status_code, live.json()) == (200, {"status": "ok"})


async def test_a_database_that_accepts_and_says_nothing_is_given_up_in_time(
    environment: Environment,
) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        environment.set("DATABASE_URL", f"postgresql://u@127.0.0.1:{silent.getsockname()[1]}/db")
        settings = environment.load(Settings)
        async with client_of(application(settings, Database(settings))) as client:
            begin = time.monotonic()
            answer = await client.get("/health")
            assert time.monotonic() - begin < 3
    assert (answer.status_code, answer.json()) == (503, UNREACHABLE)


async def test_documents_are_under_the_services_prefix(client: AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    assert set(document["paths"]) == {"/api/v1/plain/health", "/api/v1/plain/health/live"}
    assert (await client.get("/docs")).status_code == 200


async def test_a_transaction_is_committed_before_its_answer_is_sent(
    app: FastAPI, client: AsyncClient, database: Database
) -> None:
    @app.post("/api/v1/plain/users")
    async def create(session: Session) -> None:
        session.add(User(email="ada@example.com", password_hash=""))

    seen_at_answer: list[int | None] = []

    @app.middleware("http")
    async def look(request: Request, call_next: RequestResponseEndpoint) -> Response:
        answer = await call_next(request)
        async with database.transaction() as session:
            seen_at_answer.append(await session.scalar(select(func.count(User.id))))
        return answer

    assert (await client.post("/users")).status_code == 200
    assert seen_at_answer == [1]


async def test_an_answer_that_is_an_error_rolls_back(
    app: FastAPI, client: AsyncClient, database: Database
) -> None:
    @app.post("/api/v1/plain/users")
    async def create(session: Session) -> None:
        session.add(User(email="ada@example.com", password_hash=""))
        await session.flush()
        raise HTTPException(409)

    assert (await client.post("/users")).status_code == 409
    async with database.transaction() as session:
        assert await session.scalar(select(func.count(User.id))) == 0


async def test_a_wrong_value_is_not_repeated_to_the_caller(
    app: FastAPI, client: AsyncClient
) -> None:
    @app.post("/api/v1/plain/numbers")
    async def number(number: Annotated[int, Body()]) -> int:
        return number

    answer = await client.post("/numbers", json="hunter2")
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


async def test_resources_are_open_while_the_application_is(environment: Environment) -> None:
    events: list[str] = []

    @asynccontextmanager
    async def resource() -> AsyncIterator[None]:
        events.append("open")
        yield
        events.append("closed")

    app = application(environment.load(Settings), resources=[resource()])
    async with app.router.lifespan_context(app):
        assert events == ["open"]
    assert events == ["open", "closed"]
