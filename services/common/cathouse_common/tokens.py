"""Access tokens: auth issues them, every service verifies them with the shared secret."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import jwt
from pydantic import AfterValidator, SecretStr

from cathouse_common.settings import EnvironmentSettings

TOKEN_LIFETIME: Final = timedelta(hours=1)
_ALGORITHM: Final = "HS256"


def _long_enough(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < 32:
        raise ValueError("must have at least 32 characters")
    return secret


class TokenSettings(EnvironmentSettings):
    """The secret that signs tokens: the same in every service."""

    jwt_secret: Annotated[SecretStr, AfterValidator(_long_enough)]


class InvalidToken(Exception):
    """The token is malformed, expired, or signed with another secret."""


def issue_token(user_id: UUID, secret: SecretStr, lifetime: timedelta = TOKEN_LIFETIME) -> str:
    """A signed token for this user, valid from now on for `lifetime`."""
    now = datetime.now(UTC)
    claims = {"sub": str(user_id), "iat": now, "exp": now + lifetime}
    return jwt.encode(claims, secret.get_secret_value(), _ALGORITHM)


def verify_token(token: str, secret: SecretStr) -> UUID:
    """The user whom the token was issued to. Raises InvalidToken."""
    try:
        claims = jwt.decode(
            token,
            secret.get_secret_value(),
            algorithms=[_ALGORITHM],
            options={"require": ["sub", "exp"]},
        )
        return UUID(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error
