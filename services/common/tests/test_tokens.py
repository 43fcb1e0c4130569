"""Access tokens."""

from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from pydantic import SecretStr

from cathouse_common.tokens import InvalidToken, issue_token, verify_token

USER = uuid4()
SECRET = SecretStr("a-secret-of-" + "x" * 48)
FAR = 2**32


def test_a_token_names_its_user() -> None:
    assert verify_token(issue_token(USER, SECRET), SECRET) == USER


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(issue_token(USER, SECRET, timedelta(seconds=-1)), id="expired"),
        pytest.param(issue_token(USER, SecretStr("x" * 32)), id="another secret's"),
        pytest.param(jwt.encode({"sub": str(USER), "exp": FAR}, "", "none"), id="unsigned"),
        pytest.param(
            jwt.encode({"sub": str(USER), "exp": FAR}, SECRET.get_secret_value(), "HS384"),
            id="another algorithm's",
        ),
        pytest.param(
            jwt.encode({"sub": str(USER)}, SECRET.get_secret_value()), id="without an expiry"
        ),
        pytest.param(jwt.encode({"exp": FAR}, SECRET.get_secret_value()), id="without a user"),
        pytest.param(
            jwt.encode({"sub": "ada", "exp": FAR}, SECRET.get_secret_value()), id="of no id"
        ),
        pytest.param("ada", id="no token"),
    ],
)
def test_any_other_token_is_invalid(token: str) -> None:
    with pytest.raises(InvalidToken):
        verify_token(token, SECRET)
