"""What only a process shows: that neither SIGTERM nor a database that restarts loses a request."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from cathouse_common.database import Database, DatabaseSettings
from cathouse_common.models import Entry, User
from cathouse_common.testing import JWT_SECRET, Caller, Environment, SignIn
from cathouse_common.testing.own_postgres import own_postgres
from cathouse_common.testing.postgres import migrate
from cathouse_common.testing.process import ServiceProcess, running_service
from cathouse_common.tokens import issue_token
from pydantic import SecretStr
from sqlalchemy import select

CLIENTS = 50


class Load:
    """Clients at once that create one entry after the other, and keep their connections."""

    def __init__(self, service: ServiceProcess, caller: Caller) -> None:
        self._url = f"{service.url}/api/v1/catalog/entries"
        self._headers = caller.headers
        self.created: set[str] = set()
        self.refused: list[int] = []
        self.lost: list[Exception] = []

    async def _create_entries(self, client: httpx.AsyncClient) -> None:
        """Until nobody listens."""
        while True:
            slug = f"entry-{uuid4()}"
            new = {"slug": slug, "name": "An entry", "endpoint": "https://example.com/"}
            try:
                answer = await client.post(self._url, json=new, headers=self._headers)
            except httpx.ConnectError:
                return
            except httpx.TransportError as error:
                self.lost.append(error)
                continue
            if answer.status_code == 201:
                self.created.add(slug)
            else:
                self.refused.append(answer.status_code)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """In the block all clients are at work; after it, until nobody listens any more."""
        limits = httpx.Limits(max_connections=CLIENTS, max_keepalive_connections=CLIENTS)
        async with (
            httpx.AsyncClient(timeout=60, limits=limits) as client,
            asyncio.TaskGroup() as clients,
        ):
            for _ in range(CLIENTS):
                clients.create_task(self._create_entries(client))
            await self.until_created(CLIENTS)
            yield

    async def until_created(self, count: int) -> None:
        """Waits until so many entries more have been created."""
        target = len(self.created) + count
        async with asyncio.timeout(60):
            while len(self.created) < target:
                await asyncio.sleep(0.01)


async def slugs(database: Database) -> set[str]:
    """Of all entries that there are."""
    async with database.transaction() as session:
        return set(await session.scalars(select(Entry.slug)))


async def test_sigterm_under_load_answers_every_request_and_ends_with_0(
    database: Database, sign_in: SignIn
) -> None:
    with running_service("/api/v1/catalog") as service:
        load = Load(service, await sign_in())
        async with load.running():
            service.process.terminate()
        assert await asyncio.to_thread(service.process.wait, 30) == 0
    assert (load.lost, load.refused) == ([], [])
    assert await slugs(database) == load.created


async def test_a_database_that_restarts_under_load_costs_no_write_that_was_acknowledged(
    environment: Environment,
) -> None:
    with own_postgres() as postgres:
        migrate(postgres.url)
        environment.set("DATABASE_URL", postgres.url)
        async with Database(environment.load(DatabaseSettings)) as database:
            user = User(email="ada@example.com", password_hash="unusable")
            async with database.transaction() as session:
                session.add(user)
            token = issue_token(user.id, SecretStr(JWT_SECRET))
            caller = Caller(user.id, {"Authorization": f"Bearer {token}"})
            with running_service("/api/v1/catalog") as service:
                load = Load(service, caller)
                async with load.running():
                    await asyncio.to_thread(postgres.stop)
                    await asyncio.to_thread(postgres.start)
                    await load.until_created(CLIENTS)
                    service.process.terminate()
            assert not load.lost
            assert set(load.refused) <= {503}
            assert load.created <= await slugs(database)
