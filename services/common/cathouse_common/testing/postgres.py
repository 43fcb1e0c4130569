"""Databases for tests, on the server that TEST_DATABASE_URL names.

Where TEST_DATABASE_SCHEMAS is set, that is somebody's database, and each gets a schema of it
instead. TEST_POOLED_DATABASE_URL is the same database behind a pooler, for what a service does.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import URL, make_url

AUTH = Path(__file__).parents[3] / "auth"


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a new database, which is dropped in the end, whoever is connected to it."""
    server = _server()
    if os.environ.get("TEST_DATABASE_SCHEMAS"):
        with _empty_schema(server) as url:
            yield url
        return
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield _text(make_url(server).set(database=name))
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


@contextmanager
def suite_database() -> Iterator[tuple[str, str]]:
    """The URLs of a whole suite's empty database, for migrations and for the service: a new one,
    or the one behind a pooler, which was made for this suite."""
    pooled = os.environ.get("TEST_POOLED_DATABASE_URL")
    if pooled:
        yield _server(), pooled
        return
    with empty_database() as url:
        yield url, url


@contextmanager
def _empty_schema(server: str) -> Iterator[str]:
    """A schema that is all that a connection with its URL sees."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(SQL("CREATE SCHEMA {}").format(Identifier(name)))
    try:
        yield _text(make_url(server).update_query_dict({"options": f"-csearch_path={name}"}))
    finally:
        # By a connection of its own: this one may have been idle for too long.
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))


def _server() -> str:
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        pytest.fail(
            "TEST_DATABASE_URL is not set. Give it the URL of a Postgres server where this user "
            "may create databases, such as postgresql://postgres@localhost/postgres",
            pytrace=False,
        )
    return server


def _text(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def migrate(database_url: str) -> None:
    """Makes the platform's tables."""
    with alembic(database_url, "upgrade", "head") as run:
        output, _ = run.communicate()
    assert run.returncode == 0, output


def alembic(database_url: str, *arguments: str, cwd: Path = AUTH) -> subprocess.Popen[str]:
    """Starts `alembic` as a deploy does, with auth's folder as the working directory."""
    return subprocess.Popen(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=cwd,
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
