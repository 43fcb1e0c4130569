"""Pages of a list that is ordered by slug. A slug is unique and never changes, so the last one of a
page says where the next begins, whatever is added or taken away meanwhile."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar, get_args

from fastapi import Query
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from cathouse_common.wording import said

# Postgres has no text with a NUL in it.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Slug = Annotated[
    str,
    StringConstraints(max_length=64, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$"),
    said("Lower-case letters, digits and single hyphens, such as cat-facts"),
]


def _cursor(slug: str) -> str:
    return urlsafe_b64encode(slug.encode()).decode().rstrip("=")


def _slug(cursor: str | None) -> str | None:
    if cursor is None:
        return None
    try:
        slug = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except ValueError:
        slug = ""
    if not slug or "\0" in slug or _cursor(slug) != cursor:
        raise ValueError("This is no cursor of a page")
    return slug


Cursor = Annotated[
    Annotated[str, StringConstraints(max_length=100)] | None,
    AfterValidator(_slug),
    Query(description="next_cursor of the last page", examples=[_cursor("weather")]),
]
"""The slug that the page begins after; from the first one when None. Clients see it encoded, and so
none relies on what it is."""

Limit = Annotated[int, Query(ge=1, le=100, description="At most so many items")]
"""How many items a page may have: 1 to 100."""

DEFAULT_LIMIT = 20

Item = TypeVar("Item", bound=BaseModel)
Row = TypeVar("Row")


def _add_example(schema: dict[str, Any], page_type: "type[Page[Any]]") -> None:
    item: type[BaseModel]
    (item,) = get_args(page_type.model_fields["items"].annotation)
    items = item.model_json_schema()["examples"]
    schema["examples"] = [{"items": items, "next_cursor": _cursor("weather")}]


class Page(BaseModel, Generic[Item]):
    """Some items, and the cursor of the page after them; without one, this is the last."""

    model_config = ConfigDict(json_schema_extra=_add_example)

    items: list[Item]
    next_cursor: str | None


def page(
    rows: Sequence[Row], limit: int, item: Callable[[Row], Item], slug: Callable[[Row], str]
) -> Page[Item]:
    """The page of `limit` items, out of rows that were read with `limit + 1`."""
    shown = rows[:limit]
    return Page(
        items=[item(row) for row in shown],
        next_cursor=_cursor(slug(shown[-1])) if len(rows) > limit else None,
    )
