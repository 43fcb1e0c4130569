"""An installation's configuration: plain in requests, a Fernet token in the table."""

import json
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from cathouse_common.encryption import EncryptionKeys
from cathouse_common.wording import said

HOP_BY_HOP: Final = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Headers that belong to one connection (RFC 9110, 7.6.1) and are never passed on."""

_MAX_BYTES: Final = 16 * 1024


def _passed_on(name: str) -> str:
    if name.lower() in HOP_BY_HOP | {"host", "content-length"}:
        raise ValueError("This header belongs to the connection, and cannot be configured")
    return name


def _finite(value: JsonValue) -> JsonValue:
    """JSON has neither NaN nor Infinity: what Python reads as one of them would be kept as null."""
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        raise ValueError("A number in it is too large, or is none (NaN)") from None
    return value


HeaderName = Annotated[
    str,
    StringConstraints(pattern=r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", max_length=100),
    said("A header's name, such as X-Api-Key"),
    AfterValidator(_passed_on),
]
# No line break: it would begin another header.
HeaderValue = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]([\t\x20-\x7e]*[\x21-\x7e])?$"),
    said("One line of unaccented letters, digits and signs, without blanks at its ends"),
]


class Configuration(BaseModel):
    """`headers`, credentials among them, go with every call. Other members are the user's own."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [{"headers": {"X-Api-Key": "the endpoint's own key"}, "region": "north"}]
        },
    )
    __pydantic_extra__: dict[str, Annotated[JsonValue, AfterValidator(_finite)]] = Field(init=False)

    headers: dict[HeaderName, HeaderValue] = {}

    @model_validator(mode="after")
    def _small(self) -> Self:
        if len(self.model_dump_json()) > _MAX_BYTES:
            raise ValueError(f"A configuration has at most {_MAX_BYTES} bytes")
        return self

    def encrypted(self, keys: EncryptionKeys) -> bytes:
        """The token to keep."""
        return keys.encrypt(self.model_dump_json().encode())

    @classmethod
    def decrypted(cls, token: bytes, keys: EncryptionKeys) -> Self:
        """The configuration of a token. Raises InvalidToken when none of the keys made it."""
        return cls.model_validate_json(keys.decrypt(token))
