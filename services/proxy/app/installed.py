"""Where a user's installation leads to."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from cathouse_common.configuration import Configuration
from cathouse_common.database import Database
from cathouse_common.dependencies import CurrentUser
from cathouse_common.models import Installation
from fastapi import Depends, HTTPException, Request, status
from sqlalchemy import select

from app.settings import Settings


@dataclass(frozen=True)
class Target:
    """An installed endpoint, and the configuration to call it with."""

    endpoint: str
    configuration: Configuration


async def _target(installation_id: UUID, user_id: CurrentUser, request: Request) -> Target:
    """Gives its connection back at once: an endpoint may take seconds, and there are two."""
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    own = select(Installation).filter_by(id=installation_id, user_id=user_id)
    async with database.transaction() as session:
        installation = await session.scalar(own)
    if installation is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "This is not installed")
    return Target(
        installation.endpoint,
        Configuration.decrypted(installation.configuration, settings.encryption_key),
    )


InstalledTarget = Annotated[Target, Depends(_target)]
"""The target of the installation in the path, which must be the caller's: else 404."""
