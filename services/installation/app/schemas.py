"""What installation gives, as JSON. What it takes is a Configuration."""

from datetime import datetime
from uuid import UUID

from cathouse_common.configuration import Configuration
from pydantic import BaseModel


class InstalledEntry(BaseModel):
    """An entry that the caller has installed. Calls through the proxy name it by `id`.

    `endpoint` is the entry's as it was when it was installed, or installed again.
    """

    id: UUID
    entry_id: UUID
    slug: str
    name: str
    endpoint: str
    created_at: datetime
    updated_at: datetime


class ConfiguredEntry(InstalledEntry):
    """The same with its configuration, which only its user can read."""

    configuration: Configuration
