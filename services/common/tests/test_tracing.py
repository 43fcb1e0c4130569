"""The id by which a request is found again in the logs."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from loguru import logger

from cathouse_common.application import application
from cathouse_common.logs import configure_logging
from cathouse_common.testing import Environment
from cathouse_common.testing.logs import restored_logging
from tests.conftest import Settings

ID = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(name="app")
def _app(environment: Environment) -> Iterator[FastAPI]:
    """An application that logs as deployed ones do, with a route that logs and one that fails."""
    environment.set("ENVIRONMENT", "staging")
    settings = environment.load(Settings)
    app = application(settings)

    @app.get("/api/v1/plain/cats/{name}")
    async def cats(name: str) -> str:
        assert name
        logger.info("looking for cats")
        return "cats"

    @app.get("/api/v1/plain/broken")
    async def broken() -> None:
        raise RuntimeError("no cats today")

    with restored_logging():
        configure_logging(settings)
        yield app


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
    assert await get(app, "/cats/tom?name=tom", ID) == ID
    entries = lines(capsys)
    assert [entry["message"] for entry in entries] == [
        "looking for cats",
        "GET /api/v1/plain/cats/{name} 200",
    ]
    assert {entry["trace_id"] for entry in entries} == {ID}
    assert datetime.fromisoformat(str(entries[1].pop("time"))).utcoffset() == timedelta(0)
    assert isinstance(entries[1].pop("duration_ms"), float)
    assert entries[1] == {
        "level": "INFO",
        "service": "plain",
        "version": "dev",
        "environment": "staging",
        "trace_id": ID,
        "message": "GET /api/v1/plain/cats/{name} 200",
        "method": "GET",
        "route": "/api/v1/plain/cats/{name}",
        "status": 200,
        "client": "127.0.0.1",
    }


@pytest.mark.parametrize(
    "sent", [None, "", "short", "with a space in it", "x" * 65, "latin-\xe9-1234"]
)
async def test_an_id_that_is_missing_or_not_valid_is_replaced(
    app: FastAPI, sent: str | None
) -> None:
    first, second = await get(app, "/cats/tom", sent), await get(app, "/cats/tom", sent)
    assert first != second
    assert sent not in {first, second}


async def test_a_request_that_fails_is_found_by_its_id(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await get(app, "/broken", ID) == ID
    failed, answered = lines(capsys)
    assert failed["trace_id"] == answered["trace_id"] == ID
    assert "RuntimeError: no cats today" in str(failed["exception"])
    assert answered["message"] == "GET /api/v1/plain/broken 500"


async def test_a_path_that_nothing_is_at_is_not_logged(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await get(app, "/nowhere/hunter2", ID) == ID
    (answered,) = lines(capsys)
    assert (answered["route"], answered["status"]) == (None, 404)
    assert "hunter2" not in str(answered)


@pytest.mark.parametrize(
    ("traceparent", "taken"),
    [
        (f"00-{ID}-b7ad6b7169203331-01", True),
        (f"cc-{ID}-b7ad6b7169203331-01-of-a-later-version", True),
        (f"00-{ID}-b7ad6b7169203331-01-more", False),
        (f"ff-{ID}-b7ad6b7169203331-01", False),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", False),
        (f"00-{ID}-{'0' * 16}-01", False),
        (f"00-{ID.upper()}-b7ad6b7169203331-01", False),
    ],
)
async def test_the_trace_of_a_traceparent_is_gone_on_with_where_no_id_was_sent(
    app: FastAPI, traceparent: str, taken: bool
) -> None:
    transport = ASGITransport(app)
    headers = {"traceparent": traceparent}
    async with AsyncClient(transport=transport, base_url="http://service") as client:
        alone = await client.get("/api/v1/plain/cats/tom", headers=headers)
        assert (alone.headers["x-trace-id"] == ID) == taken
        both = await client.get(
            "/api/v1/plain/cats/tom", headers={**headers, "X-Trace-ID": "callers-own-id"}
        )
        assert both.headers["x-trace-id"] == "callers-own-id"


async def test_health_is_not_logged_where_it_would_drown_the_rest(
    app: FastAPI, capsys: pytest.CaptureFixture[str]
) -> None:
    await get(app, "/health/live", ID)
    assert lines(capsys) == []
