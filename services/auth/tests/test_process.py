"""What only a process shows: the exit code, and what a bad environment prints."""

import signal
import subprocess
import sys

import httpx
import pytest
from cathouse_common.testing import Environment
from cathouse_common.testing.process import running_service


def test_the_process_serves_its_version_and_ends_with_0_on_sigterm(
    environment: Environment,
) -> None:
    environment.set("SERVICE_VERSION", "4f1c09")
    with running_service("/api/v1/auth") as service:
        health = httpx.get(f"{service.url}/api/v1/auth/health")
        assert health.json() == {
            "service": "auth",
            "status": "ok",
            "version": "4f1c09",
            "database": "ok",
        }
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=10) == 0


def test_bad_settings_end_the_process_with_a_line_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:hunter2@host/db")
    monkeypatch.setenv("PORT", "hunter2")
    monkeypatch.delenv("JWT_SECRET", raising=False)
    run = subprocess.run(
        [sys.executable, "-m", "app"], capture_output=True, text=True, check=False, timeout=30
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert sorted(run.stderr.splitlines()) == [
        "DATABASE_URL: must begin with postgresql://",
        "JWT_SECRET: field required",
        "PORT: input should be a valid integer, unable to parse string as an integer",
    ]
