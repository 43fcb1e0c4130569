"""What catalog takes and gives, as JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from cathouse_common.paging import Text
from pydantic import AfterValidator, BaseModel, ConfigDict, HttpUrl, StringConstraints

Slug = Annotated[str, StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Description = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)]


def _bare(url: HttpUrl) -> HttpUrl:
    """The proxy appends a path to it, and the catalogue is public: no place for credentials."""
    if url.username or url.password or url.query is not None or url.fragment is not None:
        raise ValueError("must have no credentials, query or fragment")
    return url


Endpoint = Annotated[HttpUrl, AfterValidator(_bare)]


class NewEntry(BaseModel):
    """An entry to put into the catalogue. The slug is its name in URLs and never changes."""

    slug: Slug
    name: Name
    description: Description = ""
    endpoint: Endpoint


class EntryChange(BaseModel):
    """What to change; what is absent or null stays as it is."""

    name: Name | None = None
    description: Description | None = None
    endpoint: Endpoint | None = None


class CatalogEntry(BaseModel):
    """An entry, as anyone may see it. Once retired, it can no longer be installed."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str
    description: str
    endpoint: str
    owner_id: UUID
    created_at: datetime
    updated_at: datetime
    retired_at: datetime | None
