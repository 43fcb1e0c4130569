"""The tags that entries have, to filter by."""

from typing import Final

from cathouse_common.dependencies import Session
from cathouse_common.models import Entry
from fastapi import APIRouter
from sqlalchemy import func, select

from app.schemas import TagCount, TagList

_MAX_TAGS: Final = 100

router = APIRouter(prefix="/tags", tags=["catalog"])


@router.get("", summary="List the tags")
async def list_tags(session: Session) -> TagList:
    """Lists the tags of the entries that can be installed: the 100 that most of them have."""
    given = (
        select(func.unnest(Entry.tags).label("tag")).where(Entry.retired_at.is_(None)).subquery()
    )
    entries = func.count()
    query = (
        select(given.c.tag, entries)
        .group_by(given.c.tag)
        .order_by(entries.desc(), given.c.tag)
        .limit(_MAX_TAGS)
    )
    rows = await session.execute(query)
    return TagList(items=[TagCount(tag=name, entries=count) for name, count in rows])
