"""An entry is published, installed, called and taken back, on the platform that serves at SMOKE_URL."""

import os
import secrets
from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture
def api() -> Iterator[httpx.Client]:
    """The platform, for an account that is gone afterwards, with whatever it has."""
    who = {"email": f"smoke-{secrets.token_hex(8)}@cats.example", "password": secrets.token_urlsafe(24)}
    with httpx.Client(base_url=f"{os.environ['SMOKE_URL']}/api/v1", timeout=20) as client:
        answered(client.post("/auth/register", json=who), 201)
        token = answered(client.post("/auth/login", json=who), 200).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client
        answered(client.delete("/auth/me"), 204)


def test_what_is_published_is_installed_called_and_uninstalled(api: httpx.Client) -> None:
    slug = f"smoke-{secrets.token_hex(8)}"
    entry = {"slug": slug, "name": "Smoke test", "description": "", "endpoint": endpoint()}
    published = answered(api.post("/catalog/entries", json=entry), 201).json()
    installation = f"/installation/entries/{published['id']}"
    installed = answered(api.put(installation, json={"headers": {"X-Smoke": slug}}), 201).json()
    assert installed["configuration"]["headers"] == {"X-Smoke": slug}
    called = answered(api.get(f"/proxy/{installed['id']}/"), 200)
    assert called.content != b""
    answered(api.delete(installation), 204)
    answered(api.get(installation), 404)


def endpoint() -> str:
    """What proxy may call: what this environment allows it besides the Internet, or the platform itself."""
    allowed = os.environ.get("PROXY_ALLOWED_HOSTS", "").split(",")[0]
    if allowed:
        return f"http://{allowed}/"
    if not os.environ["SMOKE_URL"].startswith("https://"):
        pytest.skip("proxy calls nothing without TLS, and this platform has none")
    return f"{os.environ['SMOKE_URL']}/api/v1/catalog/health/live"


def answered(response: httpx.Response, status: int) -> httpx.Response:
    """The response, where it has this status."""
    request = response.request
    assert response.status_code == status, f"{request.method} {request.url.path} answers {response.status_code}"
    return response
