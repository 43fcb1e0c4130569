"""The migrations, run as a deploy runs them."""

import os
import select
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from typing import cast

import psycopg
import pytest
from sqlalchemy import make_url
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


def project(folder: Path, **revisions: str) -> Path:
    """A copy of auth with more migrations, by name: what follows the imports of each file."""
    auth = shutil.copytree(AUTH, folder / "auth", ignore=shutil.ignore_patterns("tests"))
    for name, body in revisions.items():
        (auth / f"migrations/versions/{name}.py").write_text(
            f'from alembic import context, op\nrevision = "{name}"\n{dedent(body)}'
        )
    return auth


def written_sql(auth: Path) -> subprocess.CompletedProcess[str]:
    """What a deploy reads before it changes anything."""
    return subprocess.run(
        [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"],
        cwd=auth,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )


CONCURRENTLY = """
    down_revision = "0002"
    def upgrade():
        with op.get_context().autocommit_block():
            op.create_index("by_email", "users", ["email"], postgresql_concurrently=True)
"""


def test_an_index_is_created_concurrently_while_another_run_waits(url: str, tmp_path: Path) -> None:
    auth = project(tmp_path, concurrent=CONCURRENTLY)
    with alembic(url, "upgrade", "head", cwd=auth) as one:
        with alembic(url, "upgrade", "head", cwd=auth) as other:
            outputs = [one.communicate()[0], other.communicate()[0]]
    assert [one.returncode, other.returncode] == [0, 0], outputs
    with psycopg.connect(url) as connection:
        indexes = connection.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'by_email'")
        assert indexes.fetchone()
    sql = written_sql(auth).stdout
    assert "COMMIT;\n\nCREATE INDEX CONCURRENTLY by_email ON users (email);\n\nBEGIN;" in sql


def test_what_a_migration_prints_is_not_taken_for_sql(tmp_path: Path) -> None:
    body = """
        down_revision = "0002"
        def upgrade():
            print("DROP TABLE users;")
            op.execute("SELECT 1")
    """
    written = written_sql(project(tmp_path, printing=body))
    assert "SELECT 1;" in written.stdout and "DROP" not in written.stdout
    assert "DROP TABLE users;" in written.stderr


@pytest.mark.parametrize(
    "question",
    [
        "context.is_offline_mode()",
        "op.get_bind()",
        "op.get_context().as_sql",
        "op.get_context().bind",
    ],
)
def test_a_migration_that_asks_whether_it_is_written_as_sql_is_refused(
    tmp_path: Path, question: str
) -> None:
    body = f"""
        down_revision = "0002"
        def upgrade():
            if not {question}:
                op.drop_column("users", "email")
    """
    written = written_sql(project(tmp_path, asking=body))
    assert written.returncode != 0
    assert "a migration asks whether it is written as SQL" in written.stdout + written.stderr
    assert "Traceback" not in written.stderr


def test_a_reviewed_migration_is_named_in_its_place_and_runs(url: str, tmp_path: Path) -> None:
    body = """
        down_revision = "0002"
        reviewed = "fills tags from names, one row at a time"
        def upgrade():
            for (name,) in op.get_bind().exec_driver_sql("SELECT 'cats'").fetchall():
                op.execute(f"COMMENT ON TABLE users IS '{name}'")
    """
    auth = project(tmp_path, data=body)
    assert "-- reviewed: fills tags from names, one row at a time\n" in written_sql(auth).stdout
    assert run(url, "upgrade", "head", cwd=auth)[0] == 0
    with psycopg.connect(url) as connection:
        comment = connection.execute("SELECT obj_description('users'::regclass)").fetchone()
    assert comment == ("cats",)


def test_alembic_writes_branches_and_merges_from_the_template(tmp_path: Path) -> None:
    auth = project(tmp_path, xx='down_revision = "0002"\n', yy='down_revision = "0002"\n')

    def alembic_(*arguments: str) -> None:
        command = [sys.executable, "-m", "alembic", *arguments]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run(command, cwd=auth, env=env, check=True, capture_output=True)

    alembic_("merge", "heads", "-m", "cats")
    (merge,) = (auth / "migrations/versions").glob("*_cats.py")
    namespace: dict[str, object] = {}
    exec(merge.read_text(), namespace)  # pylint: disable=exec-used
    assert set(cast("tuple[str, ...]", namespace["down_revision"])) == {"xx", "yy"}
    alembic_("revision", "-m", "labelled", "--branch-label", "cats", "--depends-on", "0001")
    (labelled,) = (auth / "migrations/versions").glob("*_labelled.py")
    assert "branch_labels: str | tuple[str, ...] | None = ('cats',)" in labelled.read_text()
    assert "0001" in labelled.read_text()


def test_a_database_that_wakes_up_is_waited_for(url: str) -> None:
    with sleeping(url) as (asleep, wake):
        with alembic(asleep, "upgrade", "head") as process:
            assert process.stdout
            lines = []
            for line in process.stdout:
                lines.append(line)
                if "does not answer yet" in line:
                    wake.set()
        assert process.returncode == 0, lines
    assert tables(url) == {"users", "entries", "installations", "alembic_version"}


@contextmanager
def sleeping(url: str) -> Iterator[tuple[str, threading.Event]]:
    """A way to a database that answers nothing until it is woken up, as Neon's proxy does."""
    wake = threading.Event()
    address = make_url(url)

    class Handler(socketserver.BaseRequestHandler):
        """Hands bytes over, once awake."""

        def handle(self) -> None:
            wake.wait()
            with socket.create_connection((address.host, address.port or 5432)) as server:
                both = {self.request: server, server: self.request}
                while True:
                    for source in select.select(list(both), [], [])[0]:
                        data = source.recv(65536)
                        if not data:
                            return
                        both[source].sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host, port = server.server_address[:2]
        asleep = address.set(host=str(host), port=int(port)).update_query_dict(
            {"connect_timeout": "2"}
        )
        yield asleep.render_as_string(hide_password=False), wake
        wake.set()
        server.shutdown()


def test_an_unreachable_database_is_one_line_without_the_password() -> None:
    port = free_port()
    status, output = run(f"postgresql://u:hunter2@127.0.0.1:{port}/db", "upgrade", "head")
    assert status != 0
    (line,) = output.strip().splitlines()
    assert "127.0.0.1/db" in line and "refused" in line
    assert "hunter2" not in line


def _wait_for_waiting_runs(connection: psycopg.Connection, count: int) -> None:
    asking = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid()"
    )
    deadline = time.monotonic() + 30
    while _number(connection.execute(asking)) < count:
        assert time.monotonic() < deadline, "the runs do not ask for the advisory lock"
        time.sleep(0.05)


def _number(cursor: psycopg.Cursor[tuple[int]]) -> int:
    row = cursor.fetchone()
    assert row
    return row[0]
