"""The platform that serves at SMOKE_URL, for an account that is made for it."""

import os
import secrets
from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture
def api() -> Iterator[httpx.Client]:
    """A client with a token; its account is gone afterwards, with whatever it has."""
    email = f"smoke-{secrets.token_hex(8)}@cats.example"
    who = {"email": email, "password": secrets.token_urlsafe(24)}
    with httpx.Client(base_url=f"{os.environ['SMOKE_URL']}/api/v1", timeout=20) as client:
        registered = client.post("/auth/register", json=who)
        if registered.status_code == 429:
            pytest.skip("this address has made as many accounts as it may in an hour")
        _refuse_failures(registered)
        client.event_hooks = {"response": [_refuse_failures]}
        token = client.post("/auth/login", json=who).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
        client.delete("/auth/me")


def _refuse_failures(response: httpx.Response) -> None:
    request = response.request
    assert response.is_success, f"{request.method} {request.url.path}: {response.status_code}"
