"""The process that every service is."""

import time

import httpx
import pytest

from cathouse_common.testing.process import running_service

pytestmark = pytest.mark.usefixtures("environment")


def test_it_logs_lines_of_json_and_ends_with_0_on_sigterm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "local")
    with running_service("/api/v1/plain", "tests.served") as service:
        with httpx.Client(base_url=service.url) as client:
            headers = {"X-Trace-ID": "callers-own-id", "X-Forwarded-For": "1.1.1.1, 192.0.2.1"}
            client.get("/api/v1/plain/openapi.json", headers=headers)
            service.process.terminate()
            assert service.process.wait(timeout=10) == 0
        service.log.seek(0)
        lines = [line for line in service.log if "callers-own-id" in line]
    assert len(lines) == 1
    assert '"client": "192.0.2.1"' in lines[0]


def test_after_sigterm_an_open_connection_is_still_answered_and_told_to_close() -> None:
    with (
        running_service("/api/v1/plain", "tests.served") as service,
        httpx.Client(base_url=service.url) as client,
    ):
        assert "connection" not in client.get("/api/v1/plain/openapi.json").headers
        service.process.terminate()
        time.sleep(1)  # as a client that was busy with something else
        answer = client.get("/api/v1/plain/openapi.json")
        assert (answer.status_code, answer.headers["connection"]) == (200, "close")
        assert service.process.wait(timeout=10) == 0


def test_a_port_that_is_taken_ends_the_process_with_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_service("/api/v1/plain", "tests.served") as first:
        monkeypatch.setattr(
            "cathouse_common.testing.process.free_port", lambda: int(first.url.rpartition(":")[2])
        )
        with running_service("/api/v1/plain", "tests.served") as second:
            assert second.process.wait(timeout=30) == 3
        assert first.process.poll() is None
