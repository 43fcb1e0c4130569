"""What auth takes and gives, as JSON."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from cathouse_common.wording import said
from pydantic import BaseModel, ConfigDict, Field, Secret, StringConstraints

# Only its shape: whether an address exists is for a mail to find out.
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+$",
    ),
    said("An e-mail address, such as ada@example.com"),
]
# The upper limit keeps the cost of hashing one password small.
NewPassword = Secret[Annotated[str, StringConstraints(min_length=8, max_length=128)]]


DisplayName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$"
    ),
]

_ADA: Final[dict[str, Any]] = {
    "email": "ada@example.com",
    "password": "correct horse battery staple",
}


class Registration(BaseModel):
    """A new account. Without a `display_name`, entries are published by the part of the address
    before the @."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_ADA, "display_name": "Ada Lovelace"}]}
    )

    email: Email
    password: NewPassword
    display_name: DisplayName | None = None


class Credentials(BaseModel):
    """A log-in. A password that could not be registered is wrong, and not malformed."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ADA]})

    email: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254)]
    password: Secret[Annotated[str, StringConstraints(max_length=128)]]


class Account(BaseModel):
    """An account, as its owner sees it."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0d9e3f52-7c1c-4b36-8a52-1c7e6f9a3b58",
                    "email": "ada@example.com",
                    "display_name": "Ada Lovelace",
                    "created_at": "2026-11-24T08:00:00Z",
                }
            ]
        },
    )

    id: UUID
    email: str
    display_name: Annotated[str, Field(validation_alias="name")]
    created_at: datetime


class AccessToken(BaseModel):
    """A token for `Authorization: Bearer`, valid for `expires_in` seconds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "header.claims.signature",
                    "token_type": "bearer",
                    "expires_in": 3600,
                }
            ]
        }
    )

    access_token: str
    token_type: Literal["bearer"] = "bearer"
    expires_in: int
