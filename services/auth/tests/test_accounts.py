"""Registration, log-in and `me`, over HTTP and on a real database."""

import json
from datetime import timedelta

import pytest
from cathouse_common.database import Database
from cathouse_common.models import Entry, Installation, User
from cathouse_common.testing import JWT_SECRET, SignIn
from cathouse_common.tokens import issue_token
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import delete, select

ADA = {"email": "ada@example.com", "password": "correct horse"}

pytestmark = pytest.mark.usefixtures("database")  # each test begins with no account


async def test_a_registered_user_logs_in_and_reads_the_account(client: AsyncClient) -> None:
    registered = await client.post("/register", json=ADA)
    assert registered.status_code == 201

    token = (await client.post("/login", json=ADA)).json()
    me = await client.get("/me", headers={"Authorization": f"Bearer {token['access_token']}"})

    assert me.status_code == 200
    assert me.json() == registered.json()
    assert me.json()["email"] == "ada@example.com"
    assert token["token_type"] == "bearer" and token["expires_in"] == 3600


@pytest.mark.parametrize(
    ("given", "name"),
    [({}, "ada"), ({"display_name": None}, "ada"), ({"display_name": " Ada L. "}, "Ada L.")],
)
async def test_an_account_has_the_name_that_was_chosen_or_the_addresss(
    client: AsyncClient, given: dict[str, str | None], name: str
) -> None:
    registered = await client.post("/register", json={**ADA, **given})
    assert registered.json()["display_name"] == name


async def test_the_table_holds_an_argon2_hash_and_no_password(
    client: AsyncClient, database: Database
) -> None:
    await client.post("/register", json=ADA)
    async with database.transaction() as session:
        password_hash = (await session.scalars(select(User.password_hash))).one()
    assert password_hash.startswith("$argon2id$")
    assert ADA["password"] not in password_hash


async def test_an_address_has_one_account_in_whatever_case_it_is_written(
    client: AsyncClient,
) -> None:
    await client.post("/register", json=ADA)
    again = await client.post("/register", json={**ADA, "email": " ADA@Example.com "})
    assert again.status_code == 409
    login = await client.post("/login", json={**ADA, "email": "ADA@example.com"})
    assert login.status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"password": "wrong horse"}, {"password": "short"}, {"email": "eve@example.com"}]
)
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: AsyncClient, wrong: dict[str, str]
) -> None:
    await client.post("/register", json=ADA)
    answer = await client.post("/login", json={**ADA, **wrong})
    assert answer.status_code == 401
    assert answer.json()["detail"] == "Wrong e-mail address or password"
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": "nul\0@example.com"},
        {"password": "short"},
        {"password": "x" * 129},
        {"password": None},
        {"display_name": " "},
        {"display_name": "x" * 81},
        {"display_name": "two\nlines"},
    ],
)
async def test_a_malformed_registration_is_refused_without_repeating_it(
    client: AsyncClient, wrong: dict[str, str | None]
) -> None:
    answer = await client.post("/register", json={**ADA, **wrong})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert {frozenset(problem) for problem in answer.json()["errors"]} == {
        frozenset({"type", "loc", "pointer", "detail"})
    }


async def test_text_that_is_no_unicode_is_refused(client: AsyncClient) -> None:
    body = json.dumps({**ADA, "password": "\ud800" * 8})
    headers = {"Content-Type": "application/json"}
    for path in ("/register", "/login"):
        assert (await client.post(path, content=body, headers=headers)).status_code == 422


async def test_a_body_of_more_than_a_mebibyte_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/register", json={**ADA, "password": "x" * 2**20})
    assert answer.status_code == 413


async def test_me_needs_a_token_that_is_valid_now(client: AsyncClient, sign_in: SignIn) -> None:
    caller = await sign_in()
    expired = issue_token(caller.id, SecretStr(JWT_SECRET), timedelta(seconds=-1))
    for headers in ({}, {"Authorization": f"Bearer {expired}"}, {"Authorization": "Basic x"}):
        answer = await client.get("/me", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    assert (await client.get("/me", headers=caller.headers)).status_code == 200


async def test_a_token_ends_with_its_account(
    client: AsyncClient, sign_in: SignIn, database: Database
) -> None:
    caller = await sign_in()
    async with database.transaction() as session:
        await session.execute(delete(User).where(User.id == caller.id))
    assert (await client.get("/me", headers=caller.headers)).status_code == 401


async def _publish(database: Database, owner: str, slug: str, installed_by: str) -> None:
    async with database.transaction() as session:
        entry = Entry(
            slug=slug, name=slug, description="", endpoint="https://cats.example/", owner_id=owner
        )
        session.add(entry)
        await session.flush()
        endpoint, configuration = entry.endpoint, b"none"
        session.add(
            Installation(
                user_id=installed_by,
                entry_id=entry.id,
                endpoint=endpoint,
                configuration=configuration,
            )
        )


async def _account(client: AsyncClient, email: str) -> tuple[str, dict[str, str]]:
    who = {**ADA, "email": email}
    account = (await client.post("/register", json=who)).json()
    token = (await client.post("/login", json=who)).json()["access_token"]
    return account["id"], {"Authorization": f"Bearer {token}"}


async def _ada(client: AsyncClient, database: Database, her_entry_used_by: str) -> dict[str, str]:
    """Ada's headers; she has published an entry, and installed one of Bob's."""
    ada, headers = await _account(client, "ada@example.com")
    bob, _ = await _account(client, "bob@example.com")
    users = {"ada@example.com": ada, "bob@example.com": bob}
    await _publish(database, ada, "hers", installed_by=users[her_entry_used_by])
    await _publish(database, bob, "his", installed_by=ada)
    return headers


async def test_a_deleted_account_is_gone_with_what_it_installed_and_published(
    client: AsyncClient, database: Database
) -> None:
    headers = await _ada(client, database, her_entry_used_by="ada@example.com")

    assert (await client.delete("/me", headers=headers)).status_code == 204

    assert (await client.post("/login", json=ADA)).status_code == 401
    assert (await client.delete("/me", headers=headers)).status_code == 401
    async with database.transaction() as session:
        assert (await session.scalars(select(Entry.slug))).all() == ["his"]
        assert (await session.scalars(select(Installation.id))).all() == []


async def test_an_account_stays_as_it_is_while_others_use_its_entries(
    client: AsyncClient, database: Database
) -> None:
    headers = await _ada(client, database, her_entry_used_by="bob@example.com")

    refused = await client.delete("/me", headers=headers)

    assert refused.status_code == 409
    assert "Others have installed its entries" in refused.json()["detail"]
    async with database.transaction() as session:
        assert len((await session.scalars(select(Installation.id))).all()) == 2
