"""The id by which a request is found again in the logs."""

import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from loguru import logger

from cathouse_common.application import application
from cathouse_common.logs import configure_logging
from cathouse_common.testing import Environment
from tests.conftest import Settings

ID = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(name="app")
def _app(environment: Environment) -> Iterator[FastAPI]:
    """An application that logs as deployed ones do, with a route that logs and one that fails."""
    environment.set("ENVIRONMENT", "staging")
    settings = environment.load(Settings)
    configure_logging(settings)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client of these tests
    app = application(settings)

    @app.get("/api/v1/plain/cats")
    async def cats() -> str:
        logger.info("looking for cats")
        return "cats"

    @app.get("/api/v1/plain/broken")
    async def broken() -> None:
        raise RuntimeError("no cats today")

    yield app
    logger.remove()


async def get(app: FastAPI, path: str, trace_id: str | None = None) -> str | None:
    """Calls the application, and returns the id that it answers with."""
    headers = [] if trace_id is None else [(b"X-Trace-ID", trace_id.encode("latin-1"))]
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.get(f"/api/v1/plain{path}", headers=headers)
        answered: str | None = answer.headers.get("X-Trace-ID")
        return answered


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """What has been logged."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


async def test_every_line_of_a_request_and_its_answer_bear_the_id_that_was_sent(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await get(app, "/cats?name=tom", ID) == ID
    entries = lines(capsys)
    assert [entry["message"] for entry in entries] == [
        "looking for cats",
        "GET /api/v1/plain/cats 200",
    ]
    assert {entry["trace_id"] for entry in entries} == {ID}


@pytest.mark.parametrize(
    "sent", [None, "", "short", "with a space in it", "x" * 65, "latin-\xe9-1234"]
)
async def test_an_id_that_is_missing_or_not_valid_is_replaced(
    app: FastAPI, sent: str | None
) -> None:
    first, second = await get(app, "/cats", sent), await get(app, "/cats", sent)
    assert first != second
    assert sent not in {first, second}


async def test_a_request_that_fails_is_found_by_its_id(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    await get(app, "/broken", ID)
    messages = {entry["message"] for entry in lines(capsys) if entry.get("trace_id") == ID}
    assert "GET /api/v1/plain/broken 500" in messages


async def test_health_is_not_logged_where_it_would_drown_the_rest(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    await get(app, "/health/live", ID)
    assert lines(capsys) == []
