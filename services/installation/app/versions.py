"""The version of an installation, which a change of it must name: nobody overwrites what somebody
else, or a form that was opened earlier, has not seen."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from cathouse_common.dependencies import CurrentUser, Session
from cathouse_common.models import Installation
from cathouse_common.problems import Responses
from fastapi import Depends, Header, HTTPException, status

from app import installations

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

CHANGED: Final[Responses] = {
    status.HTTP_412_PRECONDITION_FAILED: {
        "description": "If-Match names another version than the one that is there"
    }
}

IfMatch = Annotated[
    str | None,
    Header(
        pattern=r'^(\*|(W/)?"[!#-~]*")$',
        description="The version that is to be changed, in quotes, as ETag has it",
        examples=['"6441f0c3a9e40"'],
    ),
]


def version_of(installation: Installation) -> str:
    """Another one after each change."""
    return f"{(installation.updated_at - _EPOCH) // timedelta(microseconds=1):x}"


def etag(version: str) -> str:
    """The version as a header has it."""
    return f'"{version}"'


async def _expected(
    entry_id: UUID, user_id: CurrentUser, session: Session, if_match: IfMatch = None
) -> Installation | None:
    """A tag may have become a weak one where somebody compressed the answer. A star names no
    version."""
    if if_match is None:
        return None
    installation = await installations.lock(session, user_id, entry_id)
    if installation is None or if_match.removeprefix("W/") != etag(version_of(installation)):
        raise HTTPException(
            status.HTTP_412_PRECONDITION_FAILED,
            "This configuration has been changed or removed meanwhile. Load it again",
        )
    return installation


Expected = Annotated[Installation | None, Depends(_expected)]
"""The installation whose version If-Match names: else 412. None without If-Match."""
