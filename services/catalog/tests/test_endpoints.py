"""Which endpoints are taken: in an environment, what its network lets through."""

import pytest
from cathouse_common.testing import Environment, SignIn
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from app.main import create_app
from app.settings import Settings

NEW = {"slug": "weather", "name": "Weather"}


def client_of(app: FastAPI) -> AsyncClient:
    """Calls an application with settings of its own."""
    base_url = "http://service/api/v1/catalog"
    return AsyncClient(transport=ASGITransport(app), base_url=base_url)


@pytest.mark.parametrize("name", ["staging", "production"])
async def test_an_environment_takes_https_on_its_ports_alone(
    environment: Environment, sign_in: SignIn, name: str
) -> None:
    environment.set("ENVIRONMENT", name)
    headers = (await sign_in()).headers
    async with client_of(create_app(environment.load(Settings))) as client:
        for endpoint in ("http://a.example/", "https://a.example:8443/", "http://a.example:443/"):
            new = {**NEW, "endpoint": endpoint}
            answer = await client.post("/entries", json=new, headers=headers)
            assert answer.status_code == 422
            (error,) = answer.json()["errors"]
            assert error["pointer"] == "#/endpoint"
            assert error["detail"] == "An address that begins with https://, on port 443"
        new = {**NEW, "endpoint": "https://a.example/"}
        entry = (await client.post("/entries", json=new, headers=headers)).json()
        url = f"/entries/{entry['id']}"
        change = {"endpoint": "http://a.example/"}
        assert (await client.patch(url, json=change, headers=headers)).status_code == 422
        change = {"endpoint": "https://b.example:443/"}
        assert (await client.patch(url, json=change, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    ("name", "ports", "allowed"),
    [
        ("development", "", None),
        ("local", "", None),
        ("local", "443", {443}),
        ("staging", "", {443}),
        ("production", "443, 8443", {443, 8443}),
        ("production", "any", None),
    ],
)
def test_ports_are_a_setting(
    environment: Environment, name: str, ports: str, allowed: set[int] | None
) -> None:
    environment.set("ENVIRONMENT", name)
    environment.set("ENDPOINT_PORTS", ports)
    assert environment.load(Settings).allowed_ports == allowed


@pytest.mark.parametrize("ports", ["https", "443,", "0", "70000", "-1"])
def test_other_ports_end_the_process(
    environment: Environment, capsys: pytest.CaptureFixture[str], ports: str
) -> None:
    environment.set("ENDPOINT_PORTS", ports)
    with pytest.raises(SystemExit):
        environment.load(Settings)
    assert capsys.readouterr().err.splitlines() == [
        "ENDPOINT_PORTS: must be a list of ports like 443,8443, or the word any"
    ]
