"""What is forwarded, and what is not: to a real server, over real sockets."""

import asyncio
from uuid import uuid4

import pytest
from cathouse_common.testing import Caller, SignIn
from httpx import AsyncClient

from tests.conftest import Install
from tests.upstream import Upstream


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_method_path_query_and_body_arrive_as_they_were_sent(
    client: AsyncClient, ada: Caller, install: Install, method: str
) -> None:
    url = f"/{await install()}/a%2Fb/c%20d?x=1&x=%26"
    body = b"" if method == "GET" else b"hello"
    answer = await client.request(method, url, content=body, headers=ada.headers)
    assert answer.status_code == 200
    seen = answer.json()
    assert (seen["method"], seen["path"]) == (method, "/a%2Fb/c%20d?x=1&x=%26")
    assert seen["body"] == body.decode()


async def test_head_tells_the_length_of_what_get_would_give(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    answer = await client.head(f"/{await install()}/large", headers=ada.headers)
    assert answer.status_code == 200
    assert answer.headers["content-length"] == "5000"


@pytest.mark.parametrize(
    ("base", "path", "expected"),
    [
        ("", "", "/"),
        ("/v1", "", "/v1"),
        ("/v1", "things", "/v1/things"),
        ("/v1/", "things/", "/v1/things/"),
    ],
)
async def test_the_path_is_appended_to_the_endpoint(
    client: AsyncClient,
    ada: Caller,
    install: Install,
    upstream: Upstream,
    base: str,
    path: str,
    expected: str,
) -> None:
    installation = await install(f"http://{upstream.host}{base}")
    answer = await client.get(f"/{installation}/{path}", headers=ada.headers)
    assert answer.json()["path"] == expected


async def test_the_endpoint_gets_the_configured_credentials_and_not_the_callers(
    client: AsyncClient, ada: Caller, install: Install, upstream: Upstream
) -> None:
    installation = await install(**{"Authorization": "Basic configured", "X-Api-Key": "configured"})
    sent = {
        **ada.headers,
        "Accept": "text/plain",
        "Connection": "keep-alive, X-Private",
        "Cookie": "session=ours",
        "Proxy-Authorization": "Basic ours",
        "X-Api-Key": "sent",
        "CloudFront-Viewer-Country": "BR",
        "Origin": "https://cats.example",
        "Referer": "https://cats.example/call?installation=1",
        "Sec-Fetch-Site": "same-origin",
        "X-Amz-Cf-Id": "ours",
        "X-Forwarded-For": "192.0.2.1",
        "X-Private": "1",
        "X-Public": "1",
    }
    seen = (await client.get(f"/{installation}/", headers=sent)).json()["headers"]
    trace = {name: seen.pop(name) for name in ("traceparent", "x-trace-id")}
    assert trace["x-trace-id"] in trace["traceparent"]
    assert seen == {
        "accept": "text/plain",
        "accept-encoding": client.headers["accept-encoding"],
        "authorization": "Basic configured",
        "host": upstream.host,
        "user-agent": client.headers["user-agent"],
        "x-api-key": "configured",
        "x-public": "1",
    }


async def test_the_endpoint_can_name_the_callers_trace_in_its_logs(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
    sent = {**ada.headers, "X-Trace-ID": "callers-own-id", "traceparent": traceparent}
    answer = await client.get(f"/{await install()}/", headers=sent)
    assert answer.headers["x-trace-id"] == "callers-own-id"
    seen = answer.json()["headers"]
    assert seen["x-trace-id"] == "callers-own-id"
    version, trace_id, parent_id, flags = seen["traceparent"].split("-")
    assert (version, trace_id, flags) == ("00", "0af7651916cd43dd8448eb211c80319c", "00")
    assert parent_id != "b7ad6b7169203331"


async def test_a_request_that_is_too_large_never_leaves(
    client: AsyncClient, ada: Caller, install: Install, upstream: Upstream
) -> None:
    url = f"/{await install()}/"
    answer = await client.post(url, content=b"x" * 4001, headers=ada.headers)
    assert answer.status_code == 413
    assert not upstream.asked


@pytest.mark.parametrize("path", ["large", "endless"])
async def test_an_answer_that_is_too_large_is_cut_off(
    client: AsyncClient, ada: Caller, install: Install, path: str
) -> None:
    answer = await client.get(f"/{await install()}/{path}", headers=ada.headers)
    assert answer.status_code == 502
    assert answer.json()["detail"] == "The answer has more than 4000 bytes"


@pytest.mark.parametrize("timeout_seconds", ["0.5"])
async def test_an_endpoint_that_takes_too_long_is_given_up(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    answer = await client.get(f"/{await install()}/slow", headers=ada.headers)
    assert answer.status_code == 504


async def test_an_endpoint_that_is_down_or_talks_nonsense_is_a_bad_gateway(
    client: AsyncClient, ada: Caller, install: Install, upstream: Upstream
) -> None:
    broken = await client.get(f"/{await install()}/broken", headers=ada.headers)
    assert broken.status_code == 502
    upstream.shutdown()
    upstream.server_close()
    down = await client.get(f"/{await install()}/", headers=ada.headers)
    assert down.status_code == 502


async def test_calls_wait_for_endpoints_without_holding_the_two_database_connections(
    client: AsyncClient, ada: Caller, install: Install
) -> None:
    url = f"/{await install()}/meet"  # answers when four calls are there at once
    calls = [client.get(url, headers=ada.headers) for _ in range(4)]
    assert [answer.status_code for answer in await asyncio.gather(*calls)] == [200] * 4


@pytest.mark.parametrize(
    "path", ["%2e./admin", "a/%2e%2E/b", "a/%2e/b", "..%5Cadmin", "a%2F..%2Fb"]
)
async def test_a_path_stays_below_the_endpoint(
    client: AsyncClient, ada: Caller, install: Install, upstream: Upstream, path: str
) -> None:
    answer = await client.get(f"/{await install()}/{path}", headers=ada.headers)
    assert answer.status_code == 400
    assert not upstream.asked


async def test_another_users_installation_is_not_found(
    client: AsyncClient, install: Install, sign_in: SignIn, upstream: Upstream
) -> None:
    eve = await sign_in()
    answer = await client.get(f"/{await install()}/", headers=eve.headers)
    assert answer.status_code == 404
    assert not upstream.asked


async def test_nothing_is_forwarded_without_a_token_or_an_installation(
    client: AsyncClient, ada: Caller, install: Install, upstream: Upstream
) -> None:
    assert (await client.get(f"/{await install()}/")).status_code == 401
    assert (await client.get(f"/{uuid4()}/", headers=ada.headers)).status_code == 404
    assert (await client.get("/weather/", headers=ada.headers)).status_code == 404
    assert not upstream.asked
