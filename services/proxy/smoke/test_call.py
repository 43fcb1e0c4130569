"""An entry is published, installed, called and taken back. Every answer has to be a success."""

import os
import secrets

import httpx
import pytest


def test_what_is_published_is_installed_called_and_uninstalled(api: httpx.Client) -> None:
    slug = f"smoke-{secrets.token_hex(8)}"
    entry = {"slug": slug, "name": "Smoke test", "description": "", "endpoint": _endpoint()}
    published = api.post("/catalog/entries", json=entry).json()
    installation = f"/installation/entries/{published['id']}"
    installed = api.put(installation, json={"headers": {"X-Smoke": slug}}).json()
    assert installed["configuration"]["headers"] == {"X-Smoke": slug}
    assert api.get(f"/proxy/{installed['id']}/").content != b""
    api.delete(installation)
    assert slug not in [one["slug"] for one in api.get("/installation/entries").json()["items"]]


def _endpoint() -> str:
    """What proxy may call: what this environment allows besides the Internet, or the platform."""
    allowed = os.environ.get("PROXY_ALLOWED_HOSTS", "").split(",", maxsplit=1)[0]
    if allowed:
        return f"http://{allowed}/"
    if not os.environ["SMOKE_URL"].startswith("https://"):
        pytest.skip("proxy calls nothing without TLS, and this platform has none")
    return f"{os.environ['SMOKE_URL']}/api/v1/catalog/health/live"
