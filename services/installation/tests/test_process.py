"""The service as a process."""

import httpx
from cathouse_common.testing import Environment
from cathouse_common.testing.process import running_service


def test_the_process_serves_and_ends_with_0_on_sigterm(environment: Environment) -> None:
    environment.set("SERVICE_VERSION", "4f1c09")
    with running_service("/api/v1/installation") as service:
        health = httpx.get(f"{service.url}/api/v1/installation/health").json()
        assert (health["service"], health["status"], health["version"]) == (
            "installation",
            "ok",
            "4f1c09",
        )
        service.process.terminate()
        assert service.process.wait(timeout=10) == 0
