"""That proxy answers as its OpenAPI document says, whatever it is asked."""

from cathouse_common.testing import Caller, Environment
from cathouse_common.testing.contract import assert_conforms

from tests.conftest import Install
from tests.upstream import Upstream


async def test_answers_are_as_documented(
    environment: Environment, ada: Caller, install: Install, upstream: Upstream
) -> None:
    environment.set("PROXY_ALLOWED_HOSTS", upstream.host)
    called = {"installation_id": str(await install()), "path": "things"}
    assert_conforms("/api/v1/proxy", ada.headers, called)
