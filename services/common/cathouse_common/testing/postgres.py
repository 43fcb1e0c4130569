"""Databases for tests, on the server that TEST_DATABASE_URL names."""

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
from sqlalchemy import make_url

AUTH = Path(__file__).parents[3] / "auth"


@contextmanager
def empty_database() -> Iterator[str]:
    """The URL of a new database, which is dropped in the end, whoever is connected to it."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        pytest.fail(
            "TEST_DATABASE_URL is not set. Give it the URL of a Postgres server where this user "
            "may create databases, such as postgresql://postgres@localhost/postgres",
            pytrace=False,
        )
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_url(server).set(database=name).render_as_string(hide_password=False)
        finally:
            admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


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
