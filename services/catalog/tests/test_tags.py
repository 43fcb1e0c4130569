"""Who has published an entry, and what it is filtered by."""

import pytest
from cathouse_common.database import Database
from cathouse_common.models import User
from cathouse_common.testing import Caller, MakeEntry, SignIn
from httpx import AsyncClient
from sqlalchemy import func, update

NEW = {"slug": "weather", "name": "Weather", "endpoint": "https://api.example.com/v1"}


@pytest.fixture(name="owner")
async def _owner(sign_in: SignIn) -> Caller:
    return await sign_in()


async def test_an_entry_tells_its_publishers_name_and_nothing_else_of_the_account(
    client: AsyncClient, owner: Caller, database: Database
) -> None:
    async with database.transaction() as session:
        account = update(User).where(User.id == owner.id)
        await session.execute(account.values(email="ada@example.com"))
    created = await client.post("/entries", json=NEW, headers=owner.headers)
    assert (created.status_code, created.json()["publisher"]) == (201, "ada")
    async with database.transaction() as session:
        await session.execute(account.values(display_name="Ada L."))
    url = f"/entries/{created.json()['id']}"
    answers = [
        await client.get("/entries"),
        await client.get(url),
        await client.patch(url, json={"name": "Storms"}, headers=owner.headers),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert '"publisher":"Ada L."' in answer.text
        assert "ada@example.com" not in answer.text


async def test_tags_are_kept_in_lower_case_and_once_and_changed_by_the_owner(
    client: AsyncClient, owner: Caller
) -> None:
    new = {**NEW, "tags": ["Open-Data", "free ", "FREE"]}
    entry = (await client.post("/entries", json=new, headers=owner.headers)).json()
    assert entry["tags"] == ["free", "open-data"]
    url = f"/entries/{entry['id']}"
    for change, tags in (
        ({"name": "Storms"}, ["free", "open-data"]),
        ({"tags": ["paid"]}, ["paid"]),
        ({"tags": None}, ["paid"]),
        ({"tags": []}, []),
    ):
        changed = await client.patch(url, json=change, headers=owner.headers)
        assert changed.json()["tags"] == tags
        assert (await client.get(url)).json() == changed.json()


@pytest.mark.parametrize("tags", ["free", ["no tag"], ["-"], [""], ["x" * 33], list("abcdef")])
async def test_what_is_no_tag_is_refused(client: AsyncClient, owner: Caller, tags: object) -> None:
    new = {**NEW, "tags": tags}
    answer = await client.post("/entries", json=new, headers=owner.headers)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] in {"#/tags", "#/tags/0"}


async def test_a_list_is_of_the_entries_that_have_all_tags(
    client: AsyncClient, make_entry: MakeEntry
) -> None:
    await make_entry(slug="a", tags=["free", "weather"])
    await make_entry(slug="b", tags=["free"])
    await make_entry(slug="c", tags=[])
    for asked, found in (
        (["free"], ["a", "b"]),
        (["weather", "Free"], ["a"]),
        (["weather", "paid"], []),
        ([], ["a", "b", "c"]),
    ):
        answer = await client.get("/entries", params={"tag": asked})
        assert [entry["slug"] for entry in answer.json()["items"]] == found
    first = (await client.get("/entries", params={"tag": "free", "limit": 1})).json()
    next_page = {"tag": "free", "limit": 1, "cursor": first["next_cursor"]}
    second = (await client.get("/entries", params=next_page)).json()
    assert [entry["slug"] for entry in first["items"] + second["items"]] == ["a", "b"]
    assert second["next_cursor"] is None
    refused = await client.get("/entries", params={"tag": "no tag"})
    assert refused.json()["errors"][0]["parameter"] == "tag"


async def test_tags_are_listed_with_how_many_entries_have_them(
    client: AsyncClient, make_entry: MakeEntry
) -> None:
    await make_entry(tags=["b", "free"])
    await make_entry(tags=["a", "free"])
    await make_entry(tags=["free", "gone"], retired_at=func.now())
    assert (await client.get("/tags")).json() == {
        "items": [
            {"tag": "free", "entries": 2},
            {"tag": "a", "entries": 1},
            {"tag": "b", "entries": 1},
        ]
    }
