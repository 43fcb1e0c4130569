"""Errors, all as problem details with the trace id: those of routes, of none, and of nobody."""

from collections.abc import AsyncIterator
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from cathouse_common.application import application
from cathouse_common.database import Database
from cathouse_common.dependencies import CurrentUser, Session
from cathouse_common.testing import Environment
from cathouse_common.testing.process import free_port
from tests.conftest import Settings

ID = "0af7651916cd43dd8448eb211c80319c"


class Headers(BaseModel):
    """What a caller may name as it likes."""

    headers: dict[str, int]


@pytest.fixture(name="client")
async def _client(environment: Environment) -> AsyncIterator[AsyncClient]:
    environment.set("DATABASE_URL", f"postgresql://u@127.0.0.1:{free_port()}/db")
    environment.set("CORS_ORIGINS", "https://cats.example")
    settings = environment.load(Settings)
    app = application(settings, Database(settings), max_body_size=100)
    add_routes(app)
    transport = ASGITransport(app, raise_app_exceptions=False)
    headers = {"X-Trace-ID": ID, "Origin": "https://cats.example"}
    url = "http://service/api/v1/plain"
    async with AsyncClient(transport=transport, base_url=url, headers=headers) as client:
        yield client


def add_routes(app: FastAPI) -> None:
    """One for each way to fail."""

    @app.post("/api/v1/plain/headers")
    async def post(headers: Annotated[Headers, Body()]) -> Headers:
        return headers

    @app.get("/api/v1/plain/conflict")
    async def conflict() -> None:
        raise HTTPException(409, "There is one already", {"X-Own": "1"})

    @app.get("/api/v1/plain/broken")
    async def broken() -> None:
        raise RuntimeError("hunter2")

    @app.get("/api/v1/plain/rows")
    async def rows(session: Session) -> None:
        await session.connection()

    @app.get("/api/v1/plain/own")
    async def own(_: CurrentUser) -> None:
        pass


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "detail"),
    [
        ("GET", "/nowhere", None, 404, "There is nothing at this address"),
        ("PUT", "/conflict", None, 405, "Nothing at this address takes this method"),
        ("GET", "/conflict", None, 409, "There is one already"),
        ("POST", "/headers", b" " * 101, 413, "The request has more than 100 bytes"),
        ("POST", "/headers", b"\xff", 400, "The body cannot be read"),
        ("POST", "/headers", b'{"hunter2', 422, "The request is not valid"),
        ("GET", "/own", None, 401, "This needs a log-in: send its access token"),
        (
            "GET",
            "/broken",
            None,
            500,
            "Something went wrong. It has been logged under this trace_id",
        ),
        (
            "GET",
            "/rows",
            None,
            503,
            "The service cannot reach its database. Try again in a moment",
        ),
    ],
)
async def test_every_error_is_a_problem_with_the_trace_id_and_nothing_that_was_sent(
    client: AsyncClient, method: str, path: str, body: bytes | None, status: int, detail: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-trace-id"] == ID
    assert answer.headers["access-control-allow-origin"] == "https://cats.example"
    problem = answer.json()
    assert set(problem) - {"errors"} == {"type", "title", "status", "detail", "trace_id"}
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert (problem["detail"], problem["trace_id"]) == (detail, ID)
    assert ("errors" in problem) == (status == 422)
    assert "hunter2" not in answer.text


async def test_an_error_keeps_its_headers(client: AsyncClient) -> None:
    assert (await client.get("/conflict")).headers["x-own"] == "1"
    assert (await client.put("/conflict")).headers["allow"] == "GET"
    assert (await client.get("/own")).headers["www-authenticate"] == "Bearer"
    assert (await client.get("/rows")).headers["retry-after"] == "1"


async def test_a_body_of_unknown_length_is_counted(client: AsyncClient) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 10

    answer = await client.post("/headers", content=body())
    assert answer.status_code == 413


async def test_a_place_is_told_without_names_that_cannot_be_sent_back(client: AsyncClient) -> None:
    content = b'{"headers": {"X-Key": "a", "\\ud800": "b", "a b": "c"}}'
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/headers", content=content, headers=headers)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    pointers = [error["pointer"] for error in errors]
    assert pointers == ["#/headers/X-Key", "#/headers", "#/headers"]
    places = [error["loc"] for error in errors]
    assert places == [
        ["body", "headers", "X-Key"],
        ["body", "headers", "…"],
        ["body", "headers", "…"],
    ]


async def test_the_document_names_every_error_as_a_problem(client: AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()
    post = document["paths"]["/api/v1/plain/headers"]["post"]["responses"]
    assert set(post) == {"200", "400", "413", "422", "500", "503"}
    assert "401" in document["paths"]["/api/v1/plain/own"]["get"]["responses"]
    for status in ("400", "422"):
        assert list(post[status]["content"]) == ["application/problem+json"]
    health = document["paths"]["/api/v1/plain/health"]["get"]["responses"]
    assert list(health["503"]["content"]) == ["application/json"]
    assert {"Problem", "FieldProblem"} <= set(document["components"]["schemas"])
    assert "HTTPValidationError" not in document["components"]["schemas"]
