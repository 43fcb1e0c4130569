"""The service as a process."""

import httpx
import pytest
from cathouse_common.testing.process import free_port, running_service


def test_the_process_serves_and_ends_with_0_on_sigterm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE_URLS", f"auth=http://127.0.0.1:{free_port()}")
    with running_service("/api/v1/health-aggregator") as service:
        health = httpx.get(f"{service.url}/api/v1/health-aggregator/health")
        assert (health.status_code, health.json()["services"]) == (503, {"auth": None})
        service.process.terminate()
        assert service.process.wait(timeout=10) == 0
