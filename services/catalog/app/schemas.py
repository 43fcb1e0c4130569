"""What catalog takes and gives, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from cathouse_common.paging import Slug, Text
from cathouse_common.wording import said
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

Name = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Description = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)]


def _bare(url: HttpUrl) -> HttpUrl:
    """The proxy appends a path to it, and the catalogue is public: no place for credentials."""
    if url.username or url.password or url.query is not None or url.fragment is not None:
        raise ValueError("A web address without credentials, query or fragment")
    return url


Endpoint = Annotated[HttpUrl, AfterValidator(_bare)]

# In any case, as people write them; they are kept in lower case.
Tag = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=32,
        pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$",
    ),
    said("Letters, digits and single hyphens, such as open-data"),
]
Tags = Annotated[list[Tag], Field(max_length=5), AfterValidator(lambda tags: sorted(set(tags)))]

_WEATHER: Final[dict[str, Any]] = {
    "slug": "weather",
    "name": "Weather",
    "description": "Forecasts by place",
    "endpoint": "https://api.weather.example/v1",
    "tags": ["forecast", "free"],
}


class NewEntry(BaseModel):
    """An entry to put into the catalogue. The slug is its name in URLs and never changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [_WEATHER]})

    slug: Slug
    name: Name
    description: Description = ""
    endpoint: Endpoint
    tags: Tags = []


class EntryChange(BaseModel):
    """What to change; what is absent or null stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Weather and tides"}]})

    name: Name | None = None
    description: Description | None = None
    endpoint: Endpoint | None = None
    tags: Tags | None = None


class CatalogEntry(BaseModel):
    """An entry, as anyone may see it. Once retired, it can no longer be installed. `publisher` is
    its owner's name."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "5f0c2a3e-6f1b-4f0a-9d5e-0b8f3c1d2e4a",
                    **_WEATHER,
                    "owner_id": "0d9e3f52-7c1c-4b36-8a52-1c7e6f9a3b58",
                    "publisher": "Ada Lovelace",
                    "created_at": "2026-11-24T08:00:00Z",
                    "updated_at": "2026-11-24T08:00:00Z",
                    "retired_at": None,
                }
            ]
        },
    )

    id: UUID
    slug: str
    name: str
    description: str
    endpoint: str
    tags: list[str]
    owner_id: UUID
    publisher: str
    created_at: datetime
    updated_at: datetime
    retired_at: datetime | None


class TagCount(BaseModel):
    """A tag, and how many entries that can be installed have it."""

    tag: str
    entries: int


class TagList(BaseModel):
    """The tags, those that most entries have first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [{"tag": "free", "entries": 3}]}]}
    )

    items: list[TagCount]
