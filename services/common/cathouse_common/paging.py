"""Pages of a list that is ordered by slug. A slug is unique and never changes, so the last one of a
page says where the next begins, whatever is added or taken away meanwhile."""

from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, StringConstraints

# Postgres has no text with a NUL in it.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]

Cursor = Annotated[Text | None, Query(max_length=64, description="next_cursor of the last page")]
"""The slug that the page begins after; from the first one when None."""

Limit = Annotated[int, Query(ge=1, le=100, description="At most so many items")]
"""How many items a page may have: 1 to 100."""

DEFAULT_LIMIT = 20

Item = TypeVar("Item")
Row = TypeVar("Row")


class Page(BaseModel, Generic[Item]):
    """Some items, and the cursor of the page after them; without one, this is the last."""

    items: list[Item]
    next_cursor: str | None


def page(
    rows: Sequence[Row], limit: int, item: Callable[[Row], Item], slug: Callable[[Row], str]
) -> Page[Item]:
    """The page of `limit` items, out of rows that were read with `limit + 1`."""
    shown = rows[:limit]
    return Page(
        items=[item(row) for row in shown],
        next_cursor=slug(shown[-1]) if len(rows) > limit else None,
    )
