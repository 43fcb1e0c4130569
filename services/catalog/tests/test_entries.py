"""The catalogue over HTTP, on a real database."""

from uuid import uuid4

import pytest
from cathouse_common.testing import JWT_SECRET, Caller, MakeEntry, SignIn
from cathouse_common.tokens import issue_token
from httpx import AsyncClient
from pydantic import SecretStr

WEATHER = {
    "slug": "weather",
    "name": "Weather",
    "description": "Forecasts by place",
    "endpoint": "https://api.example.com/v1",
}


@pytest.fixture(name="owner")
async def _owner(sign_in: SignIn) -> Caller:
    return await sign_in()


async def slugs(client: AsyncClient, **parameters: str | int) -> list[str]:
    """The slugs of one page."""
    answer = await client.get("/entries", params=parameters)
    assert answer.status_code == 200
    return [entry["slug"] for entry in answer.json()["items"]]


async def test_a_created_entry_is_read_by_anyone(client: AsyncClient, owner: Caller) -> None:
    created = await client.post("/entries", json=WEATHER, headers=owner.headers)
    assert created.status_code == 201
    entry = created.json()
    assert entry == {**entry, **WEATHER, "owner_id": str(owner.id), "retired_at": None}

    read = await client.get(f"/entries/{entry['id']}")
    assert read.status_code == 200
    assert read.json() == entry


async def test_pages_hold_each_entry_once_whatever_is_added_between(
    client: AsyncClient, make_entry: MakeEntry
) -> None:
    for slug in ("e", "b", "d", "a", "c"):
        await make_entry(slug=slug)
    first = (await client.get("/entries", params={"limit": 2})).json()
    assert [entry["slug"] for entry in first["items"]] == ["a", "b"]

    await make_entry(slug="aa")
    second = (
        await client.get("/entries", params={"limit": 2, "cursor": first["next_cursor"]})
    ).json()
    assert [entry["slug"] for entry in second["items"]] == ["c", "d"]

    last = (
        await client.get("/entries", params={"limit": 2, "cursor": second["next_cursor"]})
    ).json()
    assert [entry["slug"] for entry in last["items"]] == ["e"]
    assert last["next_cursor"] is None


async def test_a_full_last_page_has_no_next(client: AsyncClient, make_entry: MakeEntry) -> None:
    for slug in ("a", "b"):
        await make_entry(slug=slug)
    assert (await client.get("/entries", params={"limit": 2})).json()["next_cursor"] is None


@pytest.mark.parametrize(
    "parameters",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": "all"},
        {"q": "\0"},
        {"cursor": "\0"},
        {"cursor": "weather!"},
        {"cursor": "AA"},
    ],
)
async def test_wrong_parameters_are_refused(
    client: AsyncClient, parameters: dict[str, str | int]
) -> None:
    assert (await client.get("/entries", params=parameters)).status_code == 422


async def test_search_looks_into_slug_name_and_description_in_any_case(
    client: AsyncClient, make_entry: MakeEntry
) -> None:
    await make_entry(slug="rain-radar")
    await make_entry(slug="a", name="Rainfall")
    await make_entry(slug="b", description="Will it RAIN?")
    await make_entry(slug="c", name="Sun")
    assert await slugs(client, q="rain") == ["a", "b", "rain-radar"]


async def test_search_takes_wildcards_literally(client: AsyncClient, make_entry: MakeEntry) -> None:
    await make_entry(slug="a", name="100% wool")
    await make_entry(slug="b", name="1000 sheep")
    assert await slugs(client, q="100%") == ["a"]
    assert await slugs(client, q="_") == []


async def test_a_slug_is_taken_once(client: AsyncClient, owner: Caller, sign_in: SignIn) -> None:
    await client.post("/entries", json=WEATHER, headers=owner.headers)
    other = await sign_in()
    again = await client.post("/entries", json=WEATHER, headers=other.headers)
    assert again.status_code == 409
    assert again.json()["detail"] == "This slug is taken"


@pytest.mark.parametrize(
    "wrong",
    [
        {"slug": "Not A Slug"},
        {"slug": "-weather"},
        {"name": "  "},
        {"name": "nul\0"},
        {"endpoint": "ftp://example.com"},
        {"endpoint": "https://user:secret@example.com"},
        {"endpoint": "https://example.com/?key=secret"},
        {"endpoint": "https://example.com/#top"},
        {"endpoint": "example.com"},
    ],
)
async def test_a_malformed_entry_is_refused(
    client: AsyncClient, owner: Caller, wrong: dict[str, str]
) -> None:
    answer = await client.post("/entries", json={**WEATHER, **wrong}, headers=owner.headers)
    assert answer.status_code == 422
    assert await slugs(client) == []


async def test_the_owner_changes_what_is_given_and_nothing_else(
    client: AsyncClient, owner: Caller
) -> None:
    entry = (await client.post("/entries", json=WEATHER, headers=owner.headers)).json()
    url = f"/entries/{entry['id']}"
    change = {"name": "Storms", "description": None}
    changed = await client.patch(url, json=change, headers=owner.headers)
    assert changed.status_code == 200
    assert changed.json()["updated_at"] > entry["updated_at"]
    assert changed.json() == {**entry, "name": "Storms", "updated_at": changed.json()["updated_at"]}
    assert (await client.get(url)).json() == changed.json()


async def test_a_retired_entry_is_readable_but_neither_listed_nor_changed(
    client: AsyncClient, owner: Caller
) -> None:
    entry = (await client.post("/entries", json=WEATHER, headers=owner.headers)).json()
    url = f"/entries/{entry['id']}"
    assert (await client.delete(url, headers=owner.headers)).status_code == 204
    retired = (await client.get(url)).json()
    assert retired["retired_at"] is not None
    assert await slugs(client) == []
    change = await client.patch(url, json={"name": "Storms"}, headers=owner.headers)
    assert change.status_code == 409

    assert (await client.delete(url, headers=owner.headers)).status_code == 204
    assert (await client.get(url)).json() == retired


async def test_only_the_owner_changes_or_retires(
    client: AsyncClient, owner: Caller, sign_in: SignIn
) -> None:
    entry = (await client.post("/entries", json=WEATHER, headers=owner.headers)).json()
    url = f"/entries/{entry['id']}"
    other = await sign_in()
    assert (await client.patch(url, json={"name": "X"}, headers=other.headers)).status_code == 403
    assert (await client.delete(url, headers=other.headers)).status_code == 403
    assert (await client.get(url)).json() == entry


async def test_writing_needs_a_signed_in_user(client: AsyncClient, make_entry: MakeEntry) -> None:
    entry = await make_entry()
    assert (await client.post("/entries", json=WEATHER)).status_code == 401
    assert (await client.patch(f"/entries/{entry.id}", json={})).status_code == 401
    assert (await client.delete(f"/entries/{entry.id}")).status_code == 401


async def test_a_token_of_an_account_that_is_gone_creates_nothing(client: AsyncClient) -> None:
    headers = {"Authorization": f"Bearer {issue_token(uuid4(), SecretStr(JWT_SECRET))}"}
    answer = await client.post("/entries", json=WEATHER, headers=headers)
    assert answer.status_code == 401


async def test_an_unknown_entry_is_not_found(client: AsyncClient, owner: Caller) -> None:
    url = f"/entries/{uuid4()}"
    assert (await client.get(url)).status_code == 404
    assert (await client.patch(url, json={}, headers=owner.headers)).status_code == 404
    assert (await client.delete(url, headers=owner.headers)).status_code == 404
    assert (await client.get("/entries/weather")).status_code == 422
