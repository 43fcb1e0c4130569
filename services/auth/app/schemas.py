"""What auth takes and gives, as JSON."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Secret, StringConstraints

# Only its shape: whether an address exists is for a mail to find out.
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s[:cntrl:]]+@[^@\s[:cntrl:]]+\.[^@\s[:cntrl:]]+$",
    ),
]
# The upper limit keeps the cost of hashing one password small.
NewPassword = Secret[Annotated[str, StringConstraints(min_length=8, max_length=128)]]


class Registration(BaseModel):
    """A new account."""

    email: Email
    password: NewPassword


class Credentials(BaseModel):
    """A log-in. A password that could not be registered is wrong, and not malformed."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254)]
    password: Secret[Annotated[str, StringConstraints(max_length=128)]]


class Account(BaseModel):
    """An account, as its owner sees it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    email: str
    created_at: datetime


class AccessToken(BaseModel):
    """A token for `Authorization: Bearer`, valid for `expires_in` seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
