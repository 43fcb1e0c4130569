"""A service's connections, on a real server."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import func, make_url, select, text

from cathouse_common.database import (
    Database,
    DatabaseSettings,
    connect_args,
    direct_url,
    on_violation,
)
from cathouse_common.models import User
from cathouse_common.testing import Environment

OTHERS = (
    "FROM pg_stat_activity WHERE application_name = current_setting('application_name') "
    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


@pytest.fixture(name="server")
def _server(environment: Environment, migrated_database: str) -> None:
    """Connections to the server itself, that can be told from others': a pooler's are its own."""
    direct = direct_url(make_url(migrated_database))
    environment.set("DATABASE_URL", direct.render_as_string(hide_password=False))
    environment.set("PGAPPNAME", f"test-{uuid4()}")


async def test_no_statement_is_prepared_as_a_pooler_could_not_find_it(database: Database) -> None:
    async with database.transaction() as session:
        for _ in range(10):
            await session.execute(text("SELECT 1"))
        prepared = await session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
    assert prepared == 0


@pytest.mark.usefixtures("server")
async def test_connections_that_the_server_closed_are_replaced_unnoticed(
    environment: Environment, database: Database
) -> None:
    async with Database(environment.load(DatabaseSettings)) as service:
        async with service.transaction() as session:
            await session.execute(text("SELECT 1"))
        async with database.transaction() as session:
            closed = await session.scalars(text(f"SELECT pg_terminate_backend(pid) {OTHERS}"))
            assert any(closed)
        async with service.transaction() as session:
            assert await session.scalar(text("SELECT 1")) == 1


@pytest.mark.usefixtures("server")
async def test_a_burst_takes_the_pool_and_its_overflow_and_no_more(
    environment: Environment, database: Database
) -> None:
    environment.set("DATABASE_POOL_SIZE", "2")
    async with Database(environment.load(DatabaseSettings)) as service:

        async def work() -> None:
            async with service.transaction() as session:
                await session.execute(text("SELECT pg_sleep(0.05)"))

        burst = asyncio.gather(*(work() for _ in range(12)))
        seen = set()
        while not burst.done():
            async with database.transaction() as session:
                seen.add(await session.scalar(text(f"SELECT count(*) {OTHERS}")))
        await burst
        assert max(seen) == 3


async def test_a_query_that_never_ends_does_not_hold_up_health(
    environment: Environment, database: Database
) -> None:
    environment.set("DATABASE_MAX_OVERFLOW", "0")
    async with Database(environment.load(DatabaseSettings)) as service:
        async with service.transaction() as session:
            await session.execute(text("SELECT 1"))
            assert await service.answers(within=0.1) is False
        assert await service.answers() is True
    assert await database.answers() is True


async def test_only_the_named_constraint_turns_into_the_given_error(database: Database) -> None:
    async def add_twice(constraint: str) -> None:
        async with database.transaction() as session:
            session.add_all(User(email="ada@example.com", password_hash="") for _ in range(2))
            with on_violation(constraint, LookupError("taken")):
                await session.flush()

    with pytest.raises(LookupError, match="taken"):
        await add_twice("uq_users_email")
    with pytest.raises(Exception, match="uq_users_email") as other:
        await add_twice("pk_users")
    assert not isinstance(other.value, LookupError)
    async with database.transaction() as session:
        assert await session.scalar(select(func.count(User.id))) == 0


async def test_an_error_shows_no_parameters(database: Database) -> None:
    with pytest.raises(Exception, match="does not exist") as error:
        async with database.transaction() as session:
            await session.execute(text("SELECT :secret FROM nowhere"), {"secret": "hunter2"})
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(("query", "expected"), [("", 5), ("?connect_timeout=60", None)])
def test_the_urls_own_connect_timeout_goes_first(query: str, expected: int | None) -> None:
    url = make_url(f"postgresql://cat:purr@host/cats{query}")
    assert connect_args(url).get("connect_timeout") == expected
