"""That catalog answers as its OpenAPI document says, whatever it is asked."""

import pytest
from cathouse_common.testing import MakeEntry, SignIn
from cathouse_common.testing.contract import assert_conforms


@pytest.mark.usefixtures("environment")
async def test_answers_are_as_documented(sign_in: SignIn, make_entry: MakeEntry) -> None:
    owner = await sign_in()
    entry = await make_entry(owner_id=owner.id)
    assert_conforms("/api/v1/catalog", owner.headers, {"entry_id": str(entry.id)})
