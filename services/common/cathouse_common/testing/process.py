"""A service as a process of its own, for what only a process shows: signals and exit codes."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socket import create_server
from tempfile import TemporaryFile
from typing import TextIO

import httpx

START_SECONDS = 120


@dataclass(frozen=True)
class ServiceProcess:
    """`url` is the service's own, without its prefix; `log`, what the process writes."""

    process: subprocess.Popen[bytes]
    url: str
    log: TextIO


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def running_service(prefix: str, module: str = "app") -> Iterator[ServiceProcess]:
    """Runs `python -m app` of the working directory, in the test's environment and on a free port,
    from when it answers until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with (
        TemporaryFile(
            "w+"
        ) as log,  # no pipe: a full one, which nobody reads, would stop the process
        subprocess.Popen(
            [sys.executable, "-m", module],
            env={**os.environ, "PORT": str(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            _wait_until_live(process, f"{url}{prefix}/health/live", log)
            yield ServiceProcess(process, url, log)
        finally:
            process.kill()


def _wait_until_live(process: subprocess.Popen[bytes], url: str, log: TextIO) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    log.seek(0)
    raise AssertionError(f"{url} did not answer: {log.read()}")
