"""The migrations, run as a deploy runs them."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from cathouse_common.testing.postgres import AUTH, alembic
from cathouse_common.testing.process import free_port

ADVISORY_LOCK = 0xCA7  # as in migrations/env.py


@pytest.fixture(name="url")
def _url(empty_url: str) -> str:
    return empty_url


def run(url: str, *arguments: str, cwd: Path = AUTH) -> tuple[int, str]:
    """The exit code of an `alembic` command, and what it printed."""
    with alembic(url, *arguments, cwd=cwd) as process:
        output, _ = process.communicate()
    return process.returncode, output


def tables(url: str) -> set[str]:
    """The tables that are there now."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
        return {name for (name,) in rows}


def test_up_down_to_base_and_up_again(url: str) -> None:
    assert run(url, "upgrade", "head")[0] == 0
    assert tables(url) == {"users", "entries", "installations", "alembic_version"}
    assert run(url, "downgrade", "base")[0] == 0
    assert tables(url) == {"alembic_version"}
    status, output = run(url, "upgrade", "head")
    assert status == 0
    assert "INFO Running upgrade  -> 0001, users, entries, installations" in output
    assert "INFO Running upgrade 0001 -> 0002, display names and tags" in output


def test_what_ran_before_display_names_and_tags_goes_on_writing(url: str) -> None:
    run(url, "upgrade", "head")
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO users (email, password_hash) VALUES ('a@b.c', '')")
        connection.execute(
            "INSERT INTO entries (slug, name, description, endpoint, owner_id) "
            "SELECT 'a', 'A', '', 'https://a.example/', id FROM users"
        )
        row = connection.execute(
            "SELECT display_name, tags FROM users JOIN entries ON owner_id = users.id"
        )
        assert row.fetchone() == (None, [])


def test_models_and_migrations_agree(url: str) -> None:
    run(url, "upgrade", "head")
    status, output = run(url, "check")
    assert status == 0, output


def test_only_the_database_url_is_needed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JWT_SECRET", "ENCRYPTION_KEY", "PORT"):
        monkeypatch.delenv(name, raising=False)
    assert run(url, "upgrade", "head")[0] == 0


def test_sql_is_written_without_a_database(url: str) -> None:
    written = subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"],
        cwd=AUTH,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "-- Running upgrade  -> 0001\n" in written.stdout
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(written.stdout.encode())
    assert tables(url) == {"users", "entries", "installations", "alembic_version"}


def test_of_two_runs_at_once_one_applies_and_the_other_waits_for_it(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as third:
        third.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        with alembic(url, "upgrade", "head") as one, alembic(url, "upgrade", "head") as other:
            _wait_for_waiting_runs(third, 2)
            third.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
            outputs = [one.communicate()[0], other.communicate()[0]]
    assert [one.returncode, other.returncode] == [0, 0], outputs
    assert sum("Running upgrade  -> 0001" in output for output in outputs) == 1


def test_a_run_gives_up_waiting_in_the_end(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        status, output = run(url, "-x", "lock_timeout=100ms", "upgrade", "head")
    assert status != 0
    assert "lock timeout" in output
    assert "Traceback" not in output


def test_a_migration_that_fails_undoes_the_ones_before_it(url: str, tmp_path: Path) -> None:
    auth = shutil.copytree(AUTH, tmp_path / "auth", ignore=shutil.ignore_patterns("tests"))
    (auth / "migrations/versions/9999_broken.py").write_text(
        "from alembic import op\n"
        'revision = "9999"\n'
        'down_revision = "0002"\n'
        'def upgrade(): op.execute("ALTER TABLE nowhere ADD COLUMN x int")\n'
    )
    status, output = run(url, "upgrade", "head", cwd=auth)
    assert status != 0
    assert "Running upgrade 0002 -> 9999" in output
    assert 'relation "nowhere" does not exist' in output
    assert tables(url) == set()


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    port = free_port()
    status, output = run(f"postgresql://u:hunter2@127.0.0.1:{port}/db", "upgrade", "head")
    assert status != 0
    (line,) = output.strip().splitlines()
    assert "127.0.0.1/db" in line and "refused" in line
    assert "hunter2" not in line


def _wait_for_waiting_runs(connection: psycopg.Connection, count: int) -> None:
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    deadline = time.monotonic() + 30
    while _number(connection.execute(waiting)) < count:
        assert time.monotonic() < deadline, "the runs do not wait for the advisory lock"
        time.sleep(0.05)


def _number(cursor: psycopg.Cursor[tuple[int]]) -> int:
    row = cursor.fetchone()
    assert row
    return row[0]
