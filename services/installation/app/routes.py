"""Install, list, read and uninstall: a user's own entries."""

from typing import Annotated
from uuid import UUID

from cathouse_common.configuration import Configuration
from cathouse_common.database import on_violation
from cathouse_common.dependencies import CurrentUser, Session, unauthorized
from cathouse_common.encryption import EncryptionKeys
from cathouse_common.models import Entry, Installation
from cathouse_common.paging import DEFAULT_LIMIT, Cursor, Limit, Page, page
from cathouse_common.problems import Responses
from fastapi import APIRouter, Depends, HTTPException, Request, Response, status

from app import installations
from app.installations import InstallationRow
from app.schemas import ConfiguredEntry, InstalledEntry
from app.settings import Settings
from app.versions import CHANGED, Expected, etag, version_of

router = APIRouter(prefix="/entries", tags=["installation"])

_404: Responses = {status.HTTP_404_NOT_FOUND: {"description": "The entry is not installed"}}
_INSTALL: Responses = {
    status.HTTP_201_CREATED: {"model": ConfiguredEntry, "description": "It was not installed yet"},
    status.HTTP_404_NOT_FOUND: {"description": "There is no such entry"},
    status.HTTP_409_CONFLICT: {"description": "The entry is retired"},
    **CHANGED,
    status.HTTP_428_PRECONDITION_REQUIRED: {
        "description": "The entry is installed already, in another way: see If-Match"
    },
}


def _encryption_keys(request: Request) -> EncryptionKeys:
    settings: Settings = request.app.state.settings
    return settings.encryption_key


async def _installable(entry_id: UUID, _: CurrentUser, session: Session) -> Entry:
    entry = await session.get(Entry, entry_id)
    if entry is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such entry")
    if entry.retired_at is not None:
        raise HTTPException(status.HTTP_409_CONFLICT, "This entry is retired")
    return entry


async def _installed(entry_id: UUID, user_id: CurrentUser, session: Session) -> InstallationRow:
    row = await installations.find(session, user_id, entry_id)
    if row is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "This entry is not installed")
    return row


Keys = Annotated[EncryptionKeys, Depends(_encryption_keys)]
Installable = Annotated[Entry, Depends(_installable)]
Installed = Annotated[InstallationRow, Depends(_installed)]


@router.put(
    "/{entry_id}", summary="Install an entry, or change its configuration", responses=_INSTALL
)
async def install(
    entry: Installable,
    configuration: Configuration,
    user_id: CurrentUser,
    session: Session,
    keys: Keys,
    expected: Expected,
    response: Response,
) -> ConfiguredEntry:
    """Installs an entry with this configuration, or changes the one that If-Match names.

    Without If-Match nothing that is installed is changed: repeating the same is fine, anything else
    is 428."""
    if expected is not None:
        expected.endpoint = entry.endpoint
        expected.configuration = configuration.encrypted(keys)
        await session.flush()
        return _configured(expected, entry, configuration, response)
    gone = unauthorized("This account no longer exists")
    with on_violation("fk_installations_user_id_users", gone):
        added = await installations.add(session, user_id, entry, configuration.encrypted(keys))
    if added is not None:
        response.status_code = status.HTTP_201_CREATED
        return _configured(added, entry, configuration, response)
    row = await installations.find(session, user_id, entry.id)
    there = None if row is None else await _decrypted(row[0], session, keys)
    if row is None or row[0].endpoint != entry.endpoint or there != configuration:
        raise HTTPException(
            status.HTTP_428_PRECONDITION_REQUIRED,
            "This entry is installed already, in another way. To change that, name its version",
        )
    return _configured(row[0], entry, configuration, response)


@router.get("", summary="List what you have installed")
async def list_installed(
    user_id: CurrentUser, session: Session, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[InstalledEntry]:
    """Lists what the caller has installed, by slug, without configurations."""
    rows = await installations.list_after(session, user_id, cursor, limit + 1)
    return page(rows, limit, lambda row: _entry(*row), lambda row: row[1].slug)


@router.get("/{entry_id}", summary="Read a configuration", responses=_404)
async def read_installed(
    installed: Installed, session: Session, keys: Keys, response: Response
) -> ConfiguredEntry:
    """Reads an installed entry with its configuration."""
    installation, entry = installed
    configuration = await _decrypted(installation, session, keys)
    return _configured(installation, entry, configuration, response)


@router.delete(
    "/{entry_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Uninstall an entry",
    responses={**_404, **CHANGED},
)
async def uninstall(installed: Installed, _: Expected, session: Session) -> None:
    """Uninstalls an entry and forgets its configuration; with If-Match, that version alone."""
    await session.delete(installed[0])


async def _decrypted(
    installation: Installation, session: Session, keys: EncryptionKeys
) -> Configuration:
    """The configuration, which from then on the first key opens."""
    configuration = Configuration.decrypted(installation.configuration, keys)
    if not keys.is_first(installation.configuration):
        await installations.replace_token(session, installation, configuration.encrypted(keys))
    return configuration


def _entry(installation: Installation, entry: Entry) -> InstalledEntry:
    return InstalledEntry(
        id=installation.id,
        entry_id=entry.id,
        slug=entry.slug,
        name=entry.name,
        endpoint=installation.endpoint,
        created_at=installation.created_at,
        updated_at=installation.updated_at,
        version=version_of(installation),
    )


def _configured(
    installation: Installation, entry: Entry, configuration: Configuration, response: Response
) -> ConfiguredEntry:
    response.headers["ETag"] = etag(version_of(installation))
    return ConfiguredEntry(**_entry(installation, entry).model_dump(), configuration=configuration)
