"""That auth answers as its OpenAPI document says, whatever it is asked."""

import pytest
from cathouse_common.testing import SignIn
from cathouse_common.testing.contract import assert_conforms


@pytest.mark.usefixtures("environment")
async def test_answers_are_as_documented(sign_in: SignIn) -> None:
    assert_conforms("/api/v1/auth", (await sign_in()).headers)
