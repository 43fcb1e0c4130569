"""Who is taken for the client, with so many proxies of ours before the service."""

import json

import pytest
from fastapi import Request
from httpx import ASGITransport, AsyncClient

from cathouse_common.application import application
from cathouse_common.client import client_of
from cathouse_common.logs import configure_logging
from cathouse_common.testing import Environment
from cathouse_common.testing.logs import restored_logging
from tests.conftest import Settings

VIEWER, EDGE, SPOOFED, PEER = "198.51.100.7", "130.176.0.1", "192.0.2.1", "10.0.0.9"


async def seen(environment: Environment, hops: int, forwarded: list[str]) -> str:
    """Whom a service counts that has so many proxies before it, for these X-Forwarded-For."""
    environment.set("TRUSTED_HOPS", str(hops))
    environment.set("ENVIRONMENT", "staging")
    settings = environment.load(Settings)
    app = application(settings)

    @app.get("/api/v1/plain/client")
    async def client(request: Request) -> str:
        return client_of(request)

    headers = [("X-Forwarded-For", value) for value in forwarded]
    transport = ASGITransport(app, client=(PEER, 1234))
    with restored_logging():
        configure_logging(settings)
        async with AsyncClient(transport=transport, base_url="http://service") as caller:
            answer = await caller.get("/api/v1/plain/client", headers=headers)
    return str(answer.json())


@pytest.mark.parametrize(
    ("hops", "forwarded", "client"),
    [
        (2, [f"{VIEWER}, {EDGE}"], VIEWER),
        (2, [f"{SPOOFED}, {VIEWER}, {EDGE}"], VIEWER),
        (2, [SPOOFED, f"{VIEWER},{EDGE}"], VIEWER),
        (2, [f"unknown, {VIEWER}", EDGE], VIEWER),
        (2, [VIEWER], VIEWER),  # straight to the load balancer
        (1, [f"{SPOOFED}, {VIEWER}"], VIEWER),
        (0, [f"{SPOOFED}, {VIEWER}"], PEER),
        (2, [], PEER),
        (1, ["unknown"], PEER),
        (1, [""], PEER),
    ],
)
async def test_the_client_is_whom_the_first_of_our_proxies_has_seen(
    environment: Environment,
    capsys: pytest.CaptureFixture[str],
    hops: int,
    forwarded: list[str],
    client: str,
) -> None:
    assert await seen(environment, hops, forwarded) == client
    (answered,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert answered["client"] == client


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        (f"::ffff:{VIEWER}", VIEWER),
    ],
)
async def test_an_ipv6_client_is_counted_by_the_network_that_is_its_own(
    environment: Environment, forwarded: str, client: str
) -> None:
    assert await seen(environment, 1, [forwarded]) == client
