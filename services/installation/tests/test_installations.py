"""Installing over HTTP, on a real database."""

from base64 import urlsafe_b64decode
from uuid import uuid4

import pytest
from cathouse_common.configuration import Configuration
from cathouse_common.database import Database
from cathouse_common.encryption import EncryptionKeys
from cathouse_common.models import Entry, Installation
from cathouse_common.testing import (
    ENCRYPTION_KEY,
    JWT_SECRET,
    Caller,
    Environment,
    MakeEntry,
    SignIn,
)
from cathouse_common.tokens import issue_token
from cryptography.fernet import Fernet, InvalidToken
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import func, select, update

from app.main import create_app
from app.settings import Settings

SECRET = "s3cr3t-api-key"
CONFIGURATION = {"headers": {"X-Api-Key": SECRET}, "region": {"name": "north", "zones": [1, 2]}}


@pytest.fixture(name="ada")
async def _ada(sign_in: SignIn) -> Caller:
    return await sign_in()


async def install(
    client: AsyncClient, caller: Caller, entry: Entry, configuration: object = None
) -> int:
    """The status of installing the entry."""
    answer = await client.put(
        f"/entries/{entry.id}", json=configuration or CONFIGURATION, headers=caller.headers
    )
    return answer.status_code


async def test_an_installed_entry_is_read_with_its_configuration(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry
) -> None:
    entry = await make_entry(name="Weather")
    url = f"/entries/{entry.id}"
    installed = await client.put(url, json=CONFIGURATION, headers=ada.headers)
    assert installed.status_code == 201
    assert installed.json()["configuration"] == CONFIGURATION
    assert installed.json()["name"] == "Weather"
    assert installed.json()["endpoint"] == entry.endpoint

    read = await client.get(url, headers=ada.headers)
    assert read.status_code == 200
    assert read.json() == installed.json()


async def test_the_table_holds_what_only_the_key_opens(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry, database: Database
) -> None:
    await install(client, ada, await make_entry())
    async with database.transaction() as session:
        (token,) = await session.scalars(select(Installation.configuration))
    for plain in (SECRET, "X-Api-Key", "north"):
        assert plain.encode() not in token
        assert plain.encode() not in urlsafe_b64decode(token)
    assert (
        Configuration.decrypted(token, EncryptionKeys(Fernet(ENCRYPTION_KEY))).model_dump()
        == CONFIGURATION
    )
    with pytest.raises(InvalidToken):
        Configuration.decrypted(token, EncryptionKeys(Fernet(Fernet.generate_key())))


async def test_what_an_old_key_encrypted_is_read_and_then_opened_by_the_new_one_alone(
    environment: Environment,
    ada: Caller,
    make_entry: MakeEntry,
) -> None:
    async def call_with(keys: str, method: str, entry: Entry) -> dict[str, object]:
        environment.set("ENCRYPTION_KEY", keys)
        app = create_app(environment.load(Settings))
        body = CONFIGURATION if method == "PUT" else None
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            AsyncClient(transport=transport, base_url="http://service/") as client,
        ):
            url = f"/api/v1/installation/entries/{entry.id}"
            answer = await client.request(method, url, json=body, headers=ada.headers)
        assert answer.status_code < 300
        installed: dict[str, object] = answer.json()
        return installed

    new_key = Fernet.generate_key().decode()
    both = f"{new_key},{ENCRYPTION_KEY}"
    for method in ("GET", "PUT"):
        entry = await make_entry()
        before = await call_with(ENCRYPTION_KEY, "PUT", entry)
        after = await call_with(both, method, entry)
        assert after["configuration"] == CONFIGURATION
        assert method == "PUT" or after == before
        assert await call_with(new_key, "GET", entry) == after


async def test_an_installation_keeps_the_endpoint_that_the_user_agreed_to(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry, database: Database
) -> None:
    entry = await make_entry(endpoint="https://honest.example/")
    await install(client, ada, entry)
    async with database.transaction() as session:
        await session.execute(update(Entry).values(endpoint="https://greedy.example/"))
    url = f"/entries/{entry.id}"
    read = await client.get(url, headers=ada.headers)
    assert read.json()["endpoint"] == "https://honest.example/"
    assert await install(client, ada, entry) == 428
    headers = {**ada.headers, "If-Match": read.headers["etag"]}
    again = await client.put(url, json=CONFIGURATION, headers=headers)
    assert again.json()["endpoint"] == "https://greedy.example/"


async def test_a_list_has_pages_and_no_configurations(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry
) -> None:
    for slug in ("b", "c", "a"):
        await install(client, ada, await make_entry(slug=slug))
    first = await client.get("/entries", params={"limit": 2}, headers=ada.headers)
    assert [item["slug"] for item in first.json()["items"]] == ["a", "b"]
    assert SECRET not in first.text

    parameters = {"limit": 2, "cursor": first.json()["next_cursor"]}
    last = await client.get("/entries", params=parameters, headers=ada.headers)
    assert [item["slug"] for item in last.json()["items"]] == ["c"]
    assert last.json()["next_cursor"] is None


async def test_users_see_and_remove_only_their_own(
    client: AsyncClient, ada: Caller, sign_in: SignIn, make_entry: MakeEntry
) -> None:
    entry = await make_entry()
    await install(client, ada, entry)
    eve = await sign_in()
    url = f"/entries/{entry.id}"
    assert (await client.get("/entries", headers=eve.headers)).json()["items"] == []
    assert (await client.get(url, headers=eve.headers)).status_code == 404
    assert (await client.delete(url, headers=eve.headers)).status_code == 404
    assert (await client.get(url, headers=ada.headers)).status_code == 200


async def test_an_uninstalled_entry_leaves_no_row(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry, database: Database
) -> None:
    entry = await make_entry()
    await install(client, ada, entry)
    url = f"/entries/{entry.id}"
    assert (await client.delete(url, headers=ada.headers)).status_code == 204
    assert (await client.get(url, headers=ada.headers)).status_code == 404
    async with database.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Installation)) == 0


async def test_a_retired_or_unknown_entry_cannot_be_installed(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry
) -> None:
    retired = await make_entry(retired_at=func.now())
    assert await install(client, ada, retired) == 409
    assert await install(client, ada, Entry(id=uuid4())) == 404


async def test_an_entry_that_retires_stays_installed(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry, database: Database
) -> None:
    entry = await make_entry()
    await install(client, ada, entry)
    async with database.transaction() as session:
        await session.execute(update(Entry).values(retired_at=func.now()))
    assert (await client.get(f"/entries/{entry.id}", headers=ada.headers)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"headers": ["X-Api-Key"]},
        {"headers": {"Bad Name": "x"}},
        {"headers": {"X-Api-Key": "line\r\nX-Other: break"}},
        {"headers": {"X-Api-Key": " "}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"headers": {"Host": "internal"}},
        {"padding": "x" * 16 * 1024},
    ],
)
async def test_a_configuration_that_cannot_be_sent_is_refused(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry, wrong: object
) -> None:
    entry = await make_entry()
    answer = await client.put(f"/entries/{entry.id}", json=wrong, headers=ada.headers)
    assert answer.status_code == 422
    assert (await client.get(f"/entries/{entry.id}", headers=ada.headers)).status_code == 404


@pytest.mark.parametrize(
    "body", ['{"a": NaN}', '{"a": [1e400]}', '{"a": {"b": -Infinity}, "headers": {}}']
)
async def test_a_number_that_would_be_kept_as_null_is_refused(
    client: AsyncClient, ada: Caller, make_entry: MakeEntry, body: str
) -> None:
    url = f"/entries/{(await make_entry()).id}"
    headers = {**ada.headers, "Content-Type": "application/json"}
    answer = await client.put(url, content=body, headers=headers)
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["errors"]] == [["body", "a"]]
    assert (await client.get(url, headers=ada.headers)).status_code == 404


async def test_everything_needs_a_signed_in_user(
    client: AsyncClient, make_entry: MakeEntry
) -> None:
    url = f"/entries/{(await make_entry()).id}"
    assert (await client.get("/entries")).status_code == 401
    assert (await client.get(url)).status_code == 401
    assert (await client.put(url, json=CONFIGURATION)).status_code == 401
    assert (await client.delete(url)).status_code == 401


async def test_a_token_of_an_account_that_is_gone_installs_nothing(
    client: AsyncClient, make_entry: MakeEntry
) -> None:
    gone = uuid4()
    token = issue_token(gone, SecretStr(JWT_SECRET))
    caller = Caller(gone, {"Authorization": f"Bearer {token}"})
    assert await install(client, caller, await make_entry()) == 401
