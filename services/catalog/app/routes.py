"""The catalogue: anyone reads it, an entry's owner changes and retires it."""

from typing import Annotated, Final
from uuid import UUID

from cathouse_common.database import on_violation
from cathouse_common.dependencies import CurrentUser, Session, unauthorized
from cathouse_common.models import Entry, User
from cathouse_common.paging import DEFAULT_LIMIT, Cursor, Limit, Page, Text, page
from cathouse_common.problems import Responses
from fastapi import APIRouter, Depends, HTTPException, Query, Request, status
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from app.endpoints import check_endpoint
from app.schemas import CatalogEntry, EntryChange, NewEntry, Tag

router = APIRouter(prefix="/entries", tags=["catalog"])

_WITH_PUBLISHER: Final = joinedload(Entry.owner, innerjoin=True).load_only(
    User.email, User.display_name
)

_404: Responses = {status.HTTP_404_NOT_FOUND: {"description": "There is no such entry"}}
_403: Responses = {status.HTTP_403_FORBIDDEN: {"description": "The entry belongs to another user"}}
_409: Responses = {
    status.HTTP_409_CONFLICT: {"description": "The slug is taken, or the entry is retired"}
}


async def _entry(entry_id: UUID, session: Session) -> Entry:
    entry = await session.get(Entry, entry_id, options=[_WITH_PUBLISHER])
    if entry is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, "There is no such entry")
    return entry


async def _own_entry(user_id: CurrentUser, entry: Annotated[Entry, Depends(_entry)]) -> Entry:
    if entry.owner_id != user_id:
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This entry belongs to another user")
    return entry


AnyEntry = Annotated[Entry, Depends(_entry)]
OwnEntry = Annotated[Entry, Depends(_own_entry)]


@router.get("", summary="Find entries")
async def list_entries(
    session: Session,
    tag: Annotated[
        list[Tag], Query(default_factory=list, max_length=5, description="All that the entry has")
    ],
    q: Annotated[Text, Query(max_length=100, description="Part of slug, name, description")] = "",
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[CatalogEntry]:
    """Lists the entries that can be installed, by slug."""
    query = select(Entry).where(Entry.retired_at.is_(None)).order_by(Entry.slug).limit(limit + 1)
    query = query.options(_WITH_PUBLISHER)
    if tag:
        query = query.where(Entry.tags.contains(tag))
    if cursor is not None:
        query = query.where(Entry.slug > cursor)
    if q:
        columns = (Entry.slug, Entry.name, Entry.description)
        query = query.where(or_(*(column.icontains(q, autoescape=True) for column in columns)))
    rows = (await session.scalars(query)).all()
    return page(rows, limit, CatalogEntry.model_validate, lambda entry: entry.slug)


@router.post("", status_code=status.HTTP_201_CREATED, summary="Publish an entry", responses=_409)
async def create_entry(
    new: NewEntry, user_id: CurrentUser, session: Session, request: Request
) -> CatalogEntry:
    """Adds an entry, which then belongs to the caller."""
    check_endpoint(request, new.endpoint)
    gone = unauthorized("This account no longer exists")
    owner = await session.get(User, user_id)
    if owner is None:
        raise gone
    entry = Entry(**new.model_dump(mode="json"), owner=owner)
    session.add(entry)
    taken = HTTPException(status.HTTP_409_CONFLICT, "This slug is taken")
    with on_violation("uq_entries_slug", taken), on_violation("fk_entries_owner_id_users", gone):
        await session.flush()
    return CatalogEntry.model_validate(entry)


@router.get("/{entry_id}", summary="Read an entry", responses=_404)
async def read_entry(entry: AnyEntry) -> CatalogEntry:
    """Reads an entry, retired or not."""
    return CatalogEntry.model_validate(entry)


@router.patch("/{entry_id}", summary="Change your entry", responses={**_403, **_404, **_409})
async def change_entry(
    change: EntryChange, entry: OwnEntry, session: Session, request: Request
) -> CatalogEntry:
    """Changes an entry's name, description, endpoint or tags. Where it is installed, calls go to
    the old endpoint until it is configured anew."""
    check_endpoint(request, change.endpoint)
    if entry.retired_at is not None:
        raise HTTPException(status.HTTP_409_CONFLICT, "This entry is retired")
    for column, value in change.model_dump(mode="json", exclude_none=True).items():
        setattr(entry, column, value)
    await session.flush()
    return CatalogEntry.model_validate(entry)


@router.delete(
    "/{entry_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Retire your entry",
    responses={**_403, **_404},
)
async def retire_entry(entry: OwnEntry) -> None:
    """Retires an entry: it is no longer listed and cannot be installed, but goes on working where
    it is installed. Retiring it again changes nothing."""
    if entry.retired_at is None:
        entry.retired_at = func.now()
