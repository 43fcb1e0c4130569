"""What installation gives, as JSON. What it takes is a Configuration."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cathouse_common.configuration import Configuration
from pydantic import BaseModel, ConfigDict

_WEATHER: Final[dict[str, Any]] = {
    "id": "8b0f4d52-0e6e-4b7c-9a67-3f4f2f0d7b11",
    "entry_id": "5f0c2a3e-6f1b-4f0a-9d5e-0b8f3c1d2e4a",
    "slug": "weather",
    "name": "Weather",
    "endpoint": "https://api.weather.example/v1",
    "created_at": "2026-11-24T08:00:00Z",
    "updated_at": "2026-11-24T08:00:00Z",
    "version": "6441f0c3a9e40",
}
_CONFIGURATION: Final[dict[str, Any]] = {
    "headers": {"X-Api-Key": "the endpoint's own key"},
    "region": "north",
}


class InstalledEntry(BaseModel):
    """An entry that the caller has installed. Calls through the proxy name it by `id`.

    `endpoint` is the entry's as it was when it was installed, or configured anew. `version` is
    another one after each change, which If-Match must name to change it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_WEATHER]})

    id: UUID
    entry_id: UUID
    slug: str
    name: str
    endpoint: str
    created_at: datetime
    updated_at: datetime
    version: str


class ConfiguredEntry(InstalledEntry):
    """The same with its configuration, which only its user can read."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_WEATHER, "configuration": _CONFIGURATION}]}
    )

    configuration: Configuration
