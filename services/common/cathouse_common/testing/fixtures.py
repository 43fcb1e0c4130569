"""The pytest plugin of every service's tests, which run on a real Postgres.

TEST_DATABASE_URL names a server where databases can be created: each session makes one, migrates it
with auth's migrations, and drops it in the end. A service's conftest.py has
`pytest_plugins = ["cathouse_common.testing.fixtures"]` and a fixture `app`.

A test that needs the database is marked `integration`: `-m "not integration"` is what needs none.
"""

# pylint: disable=redefined-outer-name  # a fixture asks for another by its name

from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import delete

from cathouse_common.database import Database, DatabaseSettings
from cathouse_common.models import Base, Entry, User
from cathouse_common.testing import (
    ENCRYPTION_KEY,
    JWT_SECRET,
    Caller,
    Environment,
    MakeEntry,
    SignIn,
)
from cathouse_common.testing.postgres import empty_database, migrate, suite_database
from cathouse_common.tokens import issue_token


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs a database, by the fixtures that it asks for."""
    for item in items:
        if {"migrated_database", "empty_url"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("integration")


@pytest.fixture
def empty_url() -> Iterator[str]:
    """The URL of an empty database, for this test alone."""
    with empty_database() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_database() -> Iterator[str]:
    """The URL of a database with the platform's tables, for the whole session."""
    # pylint: disable-next=contextmanager-generator-missing-cleanup  # pytest runs a fixture to its end
    with suite_database() as (direct, url):
        migrate(direct)
        yield url


@pytest.fixture
def environment(migrated_database: str, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """The environment of this test, and of the processes that it starts."""
    environment = Environment(monkeypatch)
    environment.set("DATABASE_URL", migrated_database)
    environment.set("JWT_SECRET", JWT_SECRET)
    environment.set("ENCRYPTION_KEY", ENCRYPTION_KEY)
    return environment


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the service under test, without a socket: paths are relative to its prefix."""
    transport = httpx.ASGITransport(app)
    base_url = f"http://service{app.state.settings.prefix}"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=base_url) as client,
    ):
        yield client


@pytest.fixture
async def database(environment: Environment) -> AsyncIterator[Database]:
    """The test's own connections, to look into tables. All rows are gone after the test."""
    async with Database(environment.load(DatabaseSettings)) as database:
        yield database
        async with database.transaction() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(delete(table))


@pytest.fixture
def sign_in(database: Database) -> SignIn:
    """Makes a new account and signs it in."""

    async def make() -> Caller:
        user = User(email=f"{uuid4()}@example.com", password_hash="unusable")
        async with database.transaction() as session:
            session.add(user)
        token = issue_token(user.id, SecretStr(JWT_SECRET))
        return Caller(user.id, {"Authorization": f"Bearer {token}"})

    return make


@pytest.fixture
def make_entry(database: Database, sign_in: SignIn) -> MakeEntry:
    """Puts an entry into the catalogue; keyword arguments are columns of Entry."""

    async def make(**columns: object) -> Entry:
        defaults = {"name": "An entry", "description": "", "endpoint": "https://example.com/"}
        entry = Entry(**{"slug": f"entry-{uuid4()}", **defaults, **columns})
        entry.owner_id = entry.owner_id or (await sign_in()).id
        async with database.transaction() as session:
            session.add(entry)
        return entry

    return make
