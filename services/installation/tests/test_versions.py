"""That no configuration is overwritten which whoever writes has not seen."""

import asyncio

import pytest
from cathouse_common.testing import Caller, MakeEntry, SignIn
from httpx import AsyncClient, Response

SAVED = {"headers": {"X-Api-Key": "s3cr3t-api-key"}, "region": "north"}
OTHER = {"headers": {"X-Api-Key": "another"}}
EMPTY: dict[str, object] = {"headers": {}}


@pytest.fixture(name="ada")
async def _ada(sign_in: SignIn) -> Caller:
    return await sign_in()


@pytest.fixture(name="url")
async def _url(make_entry: MakeEntry) -> str:
    return f"/entries/{(await make_entry()).id}"


async def put(
    client: AsyncClient, url: str, caller: Caller, body: object, version: str | None = None
) -> Response:
    """Installs, or changes this version."""
    headers = {"If-Match": f'"{version}"'} if version else {}
    return await client.put(url, json=body, headers={**caller.headers, **headers})


async def saved(client: AsyncClient, url: str, caller: Caller) -> object:
    """The configuration that is there."""
    return (await client.get(url, headers=caller.headers)).json()["configuration"]


async def test_installing_what_is_installed_never_changes_it(
    client: AsyncClient, ada: Caller, url: str
) -> None:
    first = await put(client, url, ada, SAVED)
    assert first.status_code == 201
    for other in (EMPTY, OTHER):
        answer = await put(client, url, ada, other)
        assert answer.status_code == 428
        assert answer.headers["content-type"] == "application/problem+json"
        assert "installed already" in answer.json()["detail"]
    again = await put(client, url, ada, SAVED)
    assert again.status_code == 200
    assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
    assert await saved(client, url, ada) == SAVED


async def test_a_change_names_the_version_that_it_has_read(
    client: AsyncClient, ada: Caller, url: str
) -> None:
    await put(client, url, ada, SAVED)
    read = await client.get(url, headers=ada.headers)
    (listed,) = (await client.get("/entries", headers=ada.headers)).json()["items"]
    version = read.json()["version"]
    assert read.headers["etag"] == f'"{version}"'
    assert listed["version"] == version

    changed = await put(client, url, ada, EMPTY, version)
    assert changed.status_code == 200
    assert changed.json()["id"] == read.json()["id"]
    assert changed.json()["created_at"] == read.json()["created_at"]
    assert changed.json()["version"] != version
    assert await saved(client, url, ada) == EMPTY
    assert len((await client.get("/entries", headers=ada.headers)).json()["items"]) == 1
    assert (await client.get(url, headers=ada.headers)).json() == changed.json()


async def test_an_older_version_is_not_changed(client: AsyncClient, ada: Caller, url: str) -> None:
    first = (await put(client, url, ada, SAVED)).json()["version"]
    await put(client, url, ada, OTHER, first)
    refused = await put(client, url, ada, EMPTY, first)
    assert refused.status_code == 412
    assert await saved(client, url, ada) == OTHER
    headers = {**ada.headers, "If-Match": f'"{first}"'}
    assert (await client.delete(url, headers=headers)).status_code == 412
    assert await saved(client, url, ada) == OTHER


@pytest.mark.parametrize(
    ("tag", "status"),
    [("*", 412), ('""', 412), ('"ffff"', 412), ("unquoted", 422), ('"a", "b"', 422), ("", 422)],
)
async def test_what_is_no_version_changes_nothing(
    client: AsyncClient, ada: Caller, url: str, tag: str, status: int
) -> None:
    await put(client, url, ada, SAVED)
    headers = {**ada.headers, "If-Match": tag}
    assert (await client.put(url, json=EMPTY, headers=headers)).status_code == status
    assert await saved(client, url, ada) == SAVED


async def test_a_tag_that_a_cache_has_weakened_is_the_same(
    client: AsyncClient, ada: Caller, url: str
) -> None:
    tag = (await put(client, url, ada, SAVED)).headers["etag"]
    headers = {**ada.headers, "If-Match": f"W/{tag}"}
    assert (await client.put(url, json=OTHER, headers=headers)).status_code == 200


async def test_a_version_of_what_has_been_removed_installs_nothing(
    client: AsyncClient, ada: Caller, url: str, sign_in: SignIn
) -> None:
    tag = (await put(client, url, ada, SAVED)).headers["etag"]
    eve = await sign_in()
    headers = {**eve.headers, "If-Match": tag}
    assert (await client.put(url, json=EMPTY, headers=headers)).status_code == 412
    headers = {**ada.headers, "If-Match": tag}
    assert (await client.delete(url, headers=headers)).status_code == 204
    assert (await client.put(url, json=EMPTY, headers=headers)).status_code == 412
    assert (await client.get(url, headers=ada.headers)).status_code == 404


async def test_of_changes_at_once_of_the_same_version_one_is_made(
    client: AsyncClient, ada: Caller, url: str
) -> None:
    version = (await put(client, url, ada, SAVED)).json()["version"]
    changes = [put(client, url, ada, {"number": number}, version) for number in range(6)]
    answers = await asyncio.gather(*changes)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5


async def test_of_installs_at_once_one_is_made(client: AsyncClient, ada: Caller, url: str) -> None:
    installs = [put(client, url, ada, {"number": number}) for number in range(6)]
    answers = await asyncio.gather(*installs)
    assert sorted(answer.status_code for answer in answers) == [201] + [428] * 5
