"""How much one user, and one client, may ask for."""

import asyncio

import pytest
from cathouse_common.testing import Caller, Environment, SignIn
from fastapi import FastAPI
from httpx import AsyncClient, Response

from app.main import create_app
from app.settings import Settings
from tests.conftest import Install
from tests.upstream import Upstream


@pytest.fixture
def app(environment: Environment, upstream: Upstream) -> FastAPI:
    """The application with small limits."""
    environment.set("PROXY_ALLOWED_HOSTS", upstream.host)
    environment.set("PROXY_CALLS_PER_MINUTE", "6")
    environment.set("PROXY_CALLS_AT_ONCE", "3")
    return create_app(environment.load(Settings))


async def call(
    client: AsyncClient, caller: Caller, installation: object, path: str = "", place: str = "1"
) -> Response:
    """Calls an endpoint from a place of its own."""
    headers = {**caller.headers, "X-Forwarded-For": f"198.51.100.{place}"}
    return await client.get(f"/{installation}/{path}", headers=headers)


async def test_a_user_has_so_many_calls_in_a_minute_from_wherever(
    client: AsyncClient, ada: Caller, install: Install, upstream: Upstream
) -> None:
    installation = await install()
    answers = [await call(client, ada, installation, place=str(place)) for place in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429] * 2
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].json()["detail"].startswith("Too many calls in a minute. Try again in ")
    assert len(upstream.asked) == 6


async def test_a_client_has_twice_as_many_with_whatever_accounts(
    client: AsyncClient, install: Install, sign_in: SignIn
) -> None:
    installation = await install()
    users = [await sign_in() for _ in range(7)]
    answers = [await call(client, user, installation) for user in users for _ in range(2)]
    # These users have no such installation.
    assert [answer.status_code for answer in answers] == [404] * 12 + [429] * 2
    assert (await call(client, users[-1], installation, place="2")).status_code == 404


async def test_a_user_whose_endpoints_do_not_answer_leaves_connections_to_others(
    client: AsyncClient, ada: Caller, install: Install, sign_in: SignIn, upstream: Upstream
) -> None:
    installation = await install()  # /meet answers when a fourth call is there
    calls = [asyncio.create_task(call(client, ada, installation, "meet")) for _ in range(3)]
    async with asyncio.timeout(30):
        while len(upstream.asked) < 3:
            await asyncio.sleep(0.01)
    refused = await call(client, ada, installation)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert (await call(client, await sign_in(), installation)).status_code == 404

    upstream.meeting.wait()
    assert [(await task).status_code for task in calls] == [200] * 3
    assert (await call(client, ada, installation)).status_code == 200
