"""What people are told of the values that they gave."""

from typing import Annotated
from uuid import UUID

import pytest
from fastapi import Body, FastAPI
from httpx import AsyncClient
from pydantic import BaseModel, Field, HttpUrl

from cathouse_common.configuration import Configuration
from cathouse_common.paging import DEFAULT_LIMIT, Cursor, Limit, Slug

GOOD: dict[str, object] = {"name": "Ada", "slug": "ada", "site": "https://a.example", "tags": []}


class Thing(BaseModel):
    """One field for each way to be wrong."""

    name: Annotated[str, Field(min_length=2, max_length=4)]
    title: Annotated[str, Field(min_length=1)] = "x"
    slug: Slug
    site: HttpUrl
    tags: Annotated[list[str], Field(max_length=1)]
    number: Annotated[int, Field(ge=1, le=9)] = 1
    owner: UUID | None = None
    more: Configuration = Configuration()


@pytest.fixture(autouse=True)
def _routes(app: FastAPI) -> None:
    @app.post("/api/v1/plain/things")
    async def post(thing: Annotated[Thing, Body()]) -> str:
        return thing.name

    @app.get("/api/v1/plain/things/{thing_id}")
    async def get(thing_id: UUID, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT) -> None:
        assert thing_id and cursor and limit


@pytest.mark.parametrize(
    ("wrong", "pointer", "detail"),
    [
        ({"name": "A"}, "#/name", "At least 2 characters"),
        ({"name": "Adele"}, "#/name", "At most 4 characters"),
        ({"name": 1}, "#/name", "This must be text"),
        ({"title": ""}, "#/title", "This must not be empty"),
        (
            {"slug": "A b"},
            "#/slug",
            "Lower-case letters, digits and single hyphens, such as cat-facts",
        ),
        ({"slug": "a" * 65}, "#/slug", "At most 64 characters"),
        ({"site": "ftp://a"}, "#/site", "A web address, such as https://api.example.com/v1"),
        ({"site": "a"}, "#/site", "A web address, such as https://api.example.com/v1"),
        ({"tags": "a"}, "#/tags", "This must be a list"),
        ({"tags": ["a", "b"]}, "#/tags", "At most 1 of them"),
        ({"tags": [1]}, "#/tags/0", "This must be text"),
        ({"number": 0}, "#/number", "At least 1"),
        ({"number": "x"}, "#/number", "This must be a whole number"),
        (
            {"owner": "x"},
            "#/owner",
            "This is no ID: one looks like 5f0c2a3e-6f1b-4f0a-9d5e-0b8f3c1d2e4a",
        ),
        ({"more": 1}, "#/more", "This must be an object with members"),
        (
            {"more": {"headers": {"A b": "x"}}},
            "#/more/headers",
            "A header's name, such as X-Api-Key",
        ),
        (
            {"more": {"headers": {"A": "é"}}},
            "#/more/headers/A",
            "One line of unaccented letters, digits and signs, without blanks at its ends",
        ),
        (
            {"more": {"headers": {"Host": "x"}}},
            "#/more/headers/Host",
            "This header belongs to the connection, and cannot be configured",
        ),
    ],
)
async def test_a_wrong_value_is_told_in_words_and_by_its_pointer(
    client: AsyncClient, wrong: dict[str, object], pointer: str, detail: str
) -> None:
    answer = await client.post("/things", json={**GOOD, **wrong})
    assert answer.status_code == 422
    errors = [(error["pointer"], error["detail"]) for error in answer.json()["errors"]]
    assert errors == [(pointer, detail)]


async def test_what_is_missing_and_what_is_no_json_have_a_pointer_too(client: AsyncClient) -> None:
    (missing,) = (await client.post("/things", json={**GOOD, "name": None})).json()["errors"]
    assert missing["pointer"] == "#/name"
    without = {name: value for name, value in GOOD.items() if name != "name"}
    (missing,) = (await client.post("/things", json=without)).json()["errors"]
    assert (missing["pointer"], missing["detail"]) == ("#/name", "This is missing")
    headers = {"Content-Type": "application/json"}
    answer = await client.post("/things", content=b'{"name": ', headers=headers)
    (no_json,) = answer.json()["errors"]
    assert (no_json["pointer"], no_json["detail"]) == ("#", "This is no valid JSON")


@pytest.mark.parametrize(
    ("path", "parameter", "detail"),
    [
        ("x", "thing_id", "This is no ID: one looks like 5f0c2a3e-6f1b-4f0a-9d5e-0b8f3c1d2e4a"),
        (f"{UUID(int=1)}?limit=0", "limit", "At least 1"),
        (f"{UUID(int=1)}?cursor=!", "cursor", "This is no cursor of a page"),
    ],
)
async def test_a_wrong_parameter_is_named(
    client: AsyncClient, path: str, parameter: str, detail: str
) -> None:
    answer = await client.get(f"/things/{path}")
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["detail"]) == (parameter, detail)
    assert "pointer" not in error
