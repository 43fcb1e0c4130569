"""What one place may ask for, and what all together may: with CloudFront before the service."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from threading import Event

import pytest
from cathouse_common.testing import Environment, SignIn
from fastapi import FastAPI
from httpx import AsyncClient, Response
from limits import RateLimitItemPerHour, RateLimitItemPerMinute

from app import limits, passwords
from app.main import create_app
from app.settings import Settings

ADA = {"email": "ada@example.com", "password": "correct horse"}

pytestmark = pytest.mark.usefixtures("database")  # each test begins with no account


@pytest.fixture
def app(environment: Environment) -> FastAPI:
    """The application behind CloudFront and the load balancer."""
    environment.set("TRUSTED_HOPS", "2")
    return create_app(environment.load(Settings))


@asynccontextmanager
async def busy_argon2() -> AsyncIterator[None]:
    """In the block, both of its threads are at work."""
    over = Event()
    begun = [Event(), Event()]

    def work(begin: Event) -> None:
        begin.set()
        over.wait()

    for begin in begun:
        passwords._threads.submit(work, begin)  # pylint: disable=protected-access
    for begin in begun:
        await asyncio.to_thread(begin.wait)
    try:
        yield
    finally:
        over.set()


async def test_a_password_can_be_guessed_only_so_often_from_one_place(client: AsyncClient) -> None:
    await client.post("/register", json=ADA)
    number = count(1)

    async def log_in(password: str, client_address: str, email: str = ADA["email"]) -> Response:
        # Each has a left part of its own, and an edge of its own.
        forwarded = f"192.0.2.{next(number)}, {client_address}, 130.176.0.{next(number)}"
        headers = {"X-Forwarded-For": forwarded}
        body = {"email": email, "password": password}
        return await client.post("/login", json=body, headers=headers)

    guesses = [await log_in("wrong horse", "198.51.100.7") for _ in range(10)]
    assert {guess.status_code for guess in guesses} == {401}
    refused = await log_in(ADA["password"], "198.51.100.7", "ADA@example.com")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert (await log_in(ADA["password"], "198.51.100.8")).status_code == 200
    assert (await log_in("wrong horse", "198.51.100.7", "eve@example.com")).status_code == 401


async def test_one_place_can_try_only_so_many_accounts(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_PER_CLIENT", RateLimitItemPerMinute(2, namespace="client"))
    for status, email in ((401, "a@example.com"), (401, "b@example.com"), (429, "c@example.com")):
        answer = await client.post("/login", json={**ADA, "email": email})
        assert answer.status_code == status


async def test_one_place_can_make_only_so_many_accounts(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = RateLimitItemPerHour(2, namespace="registration")
    monkeypatch.setattr(limits, "_REGISTRATIONS_PER_CLIENT", limit)

    async def register(number: int, client_address: str) -> Response:
        headers = {"X-Forwarded-For": f"192.0.2.{number}, {client_address}, 130.176.0.{number}"}
        body = {**ADA, "email": f"{number}@example.com"}
        return await client.post("/register", json=body, headers=headers)

    for number, status in ((1, 201), (1, 409), (2, 429)):
        answer = await register(number, "198.51.100.7")
        assert answer.status_code == status
    assert 1 <= int(answer.headers["retry-after"]) <= 3600
    assert (await register(3, "198.51.100.8")).status_code == 201


async def test_log_ins_that_wait_for_argon2_hold_no_database_connection(
    client: AsyncClient, sign_in: SignIn
) -> None:
    caller = await sign_in()
    async with busy_argon2():
        log_ins = [asyncio.create_task(client.post("/login", json=ADA)) for _ in range(4)]
        async with asyncio.timeout(30):
            while passwords._places._value > 12:  # pylint: disable=protected-access
                await asyncio.sleep(0.01)
            # With both connections held, this would wait until one of them is given back.
            assert (await client.get("/me", headers=caller.headers)).status_code == 200
    assert {(await log_in).status_code for log_in in log_ins} == {401}


async def test_more_than_argon2_can_do_in_time_is_refused_at_once(client: AsyncClient) -> None:
    def log_in(number: int) -> asyncio.Task[Response]:
        body = {**ADA, "email": f"{number}@example.com"}
        return asyncio.create_task(client.post("/login", json=body))

    async with busy_argon2():
        log_ins = [log_in(number) for number in range(18)]
        while sum(task.done() for task in log_ins) < 2:
            await asyncio.sleep(0.01)
        registration = await client.post("/register", json=ADA)
    answers = [await task for task in log_ins]
    assert sorted(answer.status_code for answer in answers) == [401] * 16 + [503] * 2
    refused = [registration, *(answer for answer in answers if answer.status_code == 503)]
    assert [answer.status_code for answer in refused] == [503] * 3
    assert {answer.headers["retry-after"] for answer in refused} == {"2"}
