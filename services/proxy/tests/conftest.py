"""Proxy's application, a server to forward to, and installations of it."""

from collections.abc import Awaitable, Callable, Iterator
from uuid import UUID

import pytest
from cathouse_common.configuration import Configuration
from cathouse_common.database import Database
from cathouse_common.encryption import EncryptionSettings
from cathouse_common.models import Installation
from cathouse_common.testing import Caller, Environment, MakeEntry, SignIn
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings
from tests.serving import serving
from tests.upstream import Upstream

pytest_plugins = ["cathouse_common.testing.fixtures"]

Install = Callable[..., Awaitable[UUID]]


@pytest.fixture(name="upstream")
def _upstream() -> Iterator[Upstream]:
    with serving(Upstream()) as server:
        yield server


@pytest.fixture(name="timeout_seconds")
def _timeout_seconds() -> str:
    """More than a busy machine takes; a test that waits for it has its own."""
    return "10"


@pytest.fixture
def app(environment: Environment, upstream: Upstream, timeout_seconds: str) -> FastAPI:
    """The application under test, which may call the upstream though that is on loopback."""
    environment.set("PROXY_ALLOWED_HOSTS", upstream.host)
    environment.set("PROXY_MAX_BYTES", "4000")
    environment.set("PROXY_TIMEOUT_SECONDS", timeout_seconds)
    return create_app(environment.load(Settings))


@pytest.fixture(name="ada")
async def _ada(sign_in: SignIn) -> Caller:
    return await sign_in()


@pytest.fixture(name="install")
def _install(
    environment: Environment,
    database: Database,
    make_entry: MakeEntry,
    upstream: Upstream,
    ada: Caller,
) -> Install:
    """Installs an endpoint for Ada, the upstream unless told otherwise."""
    key = environment.load(EncryptionSettings).encryption_key

    async def install(endpoint: str = "", **headers: str) -> UUID:
        entry = await make_entry()
        installation = Installation(
            user_id=ada.id,
            entry_id=entry.id,
            endpoint=endpoint or f"http://{upstream.host}/",
            configuration=Configuration(headers=headers).encrypted(key),
        )
        async with database.transaction() as session:
            session.add(installation)
        return installation.id

    return install
