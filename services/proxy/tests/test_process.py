"""What only a process shows: that SIGTERM loses no call."""

import asyncio
import signal

from cathouse_common.testing import Caller, Environment
from cathouse_common.testing.process import running_service
from httpx import AsyncClient

from tests.conftest import Install
from tests.upstream import Upstream


async def test_sigterm_waits_for_the_call_in_flight(
    environment: Environment, ada: Caller, install: Install, upstream: Upstream
) -> None:
    environment.set("PROXY_ALLOWED_HOSTS", upstream.host)
    url = f"/api/v1/proxy/{await install()}/slow"
    with running_service("/api/v1/proxy") as service:
        async with AsyncClient(base_url=service.url, headers=ada.headers) as client:
            call = asyncio.create_task(client.get(url))
            while not upstream.asked:
                await asyncio.sleep(0.01)
            service.process.send_signal(signal.SIGTERM)
            assert (await call).text == "at last"
        assert await asyncio.to_thread(service.process.wait, 10) == 0
