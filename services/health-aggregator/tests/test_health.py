"""Asking services, which are real servers here: one for each way to answer."""

import json
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Barrier, Event, Thread

import httpx
import pytest
from cathouse_common.settings import load_settings
from cathouse_common.testing.process import free_port

from app import routes
from app.main import create_app
from app.settings import Settings

HEALTHY = {"service": "auth", "status": "ok", "version": "4f1c09", "database": "ok"}
SICK = {**HEALTHY, "status": "unavailable", "database": "unreachable"}

Ask = Callable[..., Awaitable[httpx.Response]]


class Services(ThreadingHTTPServer):
    """All services behind one port, as the load balancer has them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.meeting = Barrier(2, timeout=30)
        self.over = Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Services

    def do_GET(self) -> None:  # pylint: disable=invalid-name  # the base class calls this name
        """Answers as the service's name in the path tells."""
        name = self.path.removeprefix("/api/v1/").removesuffix("/health")
        match name:
            case "stuck":
                self.server.over.wait()
            case "here" | "there":
                self.server.meeting.wait()
        body = {"sick": json.dumps(SICK), "nonsense": "<html>"}.get(name, json.dumps(HEALTHY))
        self.send_response(503 if name == "sick" else 200)
        self.end_headers()
        self.wfile.write(body.encode())

    # pylint: disable-next=redefined-builtin  # the base class calls it so
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing. `format` is the name in the base class."""


@pytest.fixture(name="url")
def _url() -> Iterator[str]:
    with Services() as services:
        Thread(target=services.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield services.url
        finally:
            services.over.set()
            services.shutdown()


@pytest.fixture(name="ask")
def _ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks an aggregator that knows these services."""

    async def ask(path: str, **services: str) -> httpx.Response:
        urls = ",".join(f"{name}={url}" for name, url in services.items())
        monkeypatch.setenv("SERVICE_URLS", urls)
        app = create_app(load_settings(Settings))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client,
        ):
            return await client.get(f"http://service/api/v1/health-aggregator{path}")

    return ask


async def test_the_platform_is_ok_when_every_service_is(ask: Ask, url: str) -> None:
    answer = await ask("/health", auth=url, catalog=url)
    assert answer.status_code == 200
    assert answer.json() == {
        "service": "health-aggregator",
        "status": "ok",
        "version": "dev",
        "services": {"auth": HEALTHY, "catalog": HEALTHY},
    }


async def test_one_sick_service_makes_the_platform_unavailable(ask: Ask, url: str) -> None:
    answer = await ask("/health", auth=url, sick=url)
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert answer.json()["services"] == {"auth": HEALTHY, "sick": SICK}


async def test_no_answer_and_a_wrong_answer_are_null(ask: Ask, url: str) -> None:
    answer = await ask("/health", auth=url, gone=f"http://127.0.0.1:{free_port()}", nonsense=url)
    assert answer.status_code == 503
    assert answer.json()["services"] == {"auth": HEALTHY, "gone": None, "nonsense": None}


async def test_a_stuck_service_is_not_waited_for(
    ask: Ask, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "ANSWER_SECONDS", 1)
    answer = await ask("/health", auth=url, stuck=url)
    assert answer.json()["services"] == {"auth": HEALTHY, "stuck": None}


async def test_services_are_asked_at_the_same_time(ask: Ask, url: str) -> None:
    answer = await ask("/health", here=url, there=url)  # each answers when both are asked
    assert answer.status_code == 200


async def test_it_lives_whatever_the_services_do(ask: Ask) -> None:
    answer = await ask("/health/live", gone=f"http://127.0.0.1:{free_port()}")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("value", ["", "auth", "auth=", "=http://x", "auth=ftp://x"])
def test_service_urls_are_checked_at_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    monkeypatch.setenv("SERVICE_URLS", value)
    with pytest.raises(SystemExit):
        load_settings(Settings)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("SERVICE_URLS: ")
