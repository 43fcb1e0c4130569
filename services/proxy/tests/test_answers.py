"""What of an endpoint's answer comes back: nothing that makes a browser do something."""

import json

import pytest
from cathouse_common.logs import configure_logging
from cathouse_common.testing import Caller, Environment
from cathouse_common.testing.logs import restored_logging
from httpx import AsyncClient

from app.settings import Settings
from tests.conftest import Install
from tests.upstream import Upstream

HARMFUL = {
    "Alt-Svc": 'h3="evil.example:443"',
    "Clear-Site-Data": '"*"',
    "Content-Security-Policy": "default-src *",
    "Link": "</api/v1/auth/me>; rel=preload",
    "Location": "/api/v1/catalog/entries/1",
    "NEL": '{"report_to": "evil", "max_age": 31536000}',
    "Refresh": "0; url=https://evil.example/",
    "Report-To": '{"group": "evil", "endpoints": [{"url": "https://evil.example/"}]}',
    "Reporting-Endpoints": 'default="https://evil.example/"',
    "Service-Worker-Allowed": "/",
    "Set-Cookie": "session=theirs",
    "SourceMap": "https://evil.example/map",
    "Strict-Transport-Security": "max-age=0",
    "WWW-Authenticate": "Basic",
    "X-End": "1",
}
DESCRIBING = {
    "Allow": "GET",
    "Cache-Control": "no-store",
    "Content-Language": "pt",
    "Content-Type": "text/plain; charset=utf-8",
    "ETag": '"1"',
    "RateLimit": "default;r=50;t=30",
    "Retry-After": "7",
    "X-RateLimit-Remaining": "3",
    "X-Request-ID": "theirs",
}
# Uvicorn's, and the platform's own.
OURS = {"content-length", "x-trace-id"}


@pytest.mark.parametrize("status", [200, 201, 300, 304, 401, 418, 503])
async def test_an_answer_has_the_headers_that_describe_it_and_no_others(
    client: AsyncClient, ada: Caller, install: Install, status: int
) -> None:
    parameters = {"status": str(status), **HARMFUL, **DESCRIBING}
    answer = await client.get(f"/{await install()}/answer", params=parameters, headers=ada.headers)
    assert answer.status_code == status
    described = {name.lower(): value for name, value in DESCRIBING.items()}
    assert {name: answer.headers[name] for name in described} == described
    assert set(answer.headers) <= described.keys() | OURS


async def test_headers_that_belong_to_the_connection_do_not_come_back(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    parameters = {"status": "200", "Connection": "ETag", "ETag": '"1"', "Age": "1"}
    answer = await client.get(f"/{await install()}/answer", params=parameters, headers=ada.headers)
    assert answer.headers["age"] == "1"
    assert {"connection", "etag"}.isdisjoint(answer.headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/api/v1/catalog/entries/1", "https://evil.example/é", ""])
async def test_a_redirect_is_neither_followed_nor_handed_to_a_browser(
    client: AsyncClient,
    ada: Caller,
    install: Install,
    upstream: Upstream,
    status: int,
    location: str,
) -> None:
    headers = {"Location": location} if location else {}
    parameters = {"status": str(status), **headers}
    answer = await client.delete(
        f"/{await install()}/answer", params=parameters, headers=ada.headers
    )
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert "location" not in answer.headers
    assert f"({status})" in answer.json()["detail"]
    assert location.rstrip("é") in answer.json()["detail"]
    assert len(upstream.asked) == 1


async def test_why_a_call_failed_is_a_warning_in_the_log(
    client: AsyncClient,
    ada: Caller,
    install: Install,
    upstream: Upstream,
    environment: Environment,
    capsys: pytest.CaptureFixture[str],
) -> None:
    environment.set("ENVIRONMENT", "staging")
    with restored_logging():
        configure_logging(environment.load(Settings))
        for path in ("broken", "large", "answer?status=302"):
            answer = await client.get(f"/{await install()}/{path}", headers=ada.headers)
            assert answer.status_code == 502
        upstream.shutdown()
        upstream.server_close()
        await client.get(f"/{await install()}/", headers=ada.headers)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    warnings = [line for line in lines if line["level"] == "WARNING"]
    assert [line["endpoint"] for line in warnings] == [upstream.host] * 4
    causes = [line["cause"] for line in warnings]
    assert causes[0].startswith("RemoteProtocolError: ")
    assert causes[1:3] == ["The answer has more than 4000 bytes", "redirects with 302"]
    assert causes[3].startswith("ConnectError: ") and len(causes[3]) > len("ConnectError: ")
    assert all(line["trace_id"] for line in warnings)
