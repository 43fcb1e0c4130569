"""Runs migrations on the platform's database: one run at a time, all in one transaction.

Only DATABASE_URL is needed. `alembic -x lock_timeout=5s upgrade head` waits that long for another
run, or for a table that is in use; the default is 60 s. A database that wakes up, as Neon's do, is
waited for, a minute at the most.

A migration that uses `op.get_context().autocommit_block()`, as CREATE INDEX CONCURRENTLY needs it,
commits what ran before it, and is not undone by a later failure.

With --sql it writes what it would run, and needs nothing: a deploy reads that before it changes
anything. A migration that asks the database what to do cannot be written so, and is refused;
unless somebody has reviewed it, and says so in the file: `reviewed = "fills tags from names"`.
"""

import io
import logging
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any, Final, NoReturn

from alembic import context
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from cathouse_common.database import DatabaseSettings, connect_args, direct_url
from cathouse_common.models import Base
from cathouse_common.settings import load_settings
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, func, select
from sqlalchemy.exc import DBAPIError, OperationalError

# Any number will do, as long as no other program locks the same one in this database.
ADVISORY_LOCK: Final = 0xCA7

DEFAULT_LOCK_TIMEOUT: Final = "60s"

# Seconds: a Neon compute that was suspended wakes within a few, and a busy one later.
WAKING: Final = 60

logger = logging.getLogger("alembic.runtime.migration")


def migrate() -> None:
    """Connects to the direct host, as a pooler could give each statement another connection."""
    url = direct_url(load_settings(DatabaseSettings).database_url)
    engine = create_engine(url, poolclass=NullPool, connect_args=connect_args(url))
    try:
        with wake(engine, url) as connection:
            wait_for_other_runs(connection)
            # Alembic begins the transaction, so that it can leave it for an autocommit block.
            context.configure(connection=connection, target_metadata=Base.metadata)
            with context.begin_transaction():
                context.run_migrations()
    except DBAPIError as error:
        raise CommandError(f"{url.host}/{url.database}: {reason(error)}") from error


def wake(engine: Engine, url: URL) -> Connection:
    """Connects, as often as it takes while a database wakes up."""
    deadline = time.monotonic() + WAKING
    told = False
    while True:
        try:
            return engine.connect()
        except OperationalError as error:
            if not is_waking(error) or time.monotonic() > deadline:
                raise
            if not told:
                logger.info("%s does not answer yet, waiting up to %s s", url.host, WAKING)
                told = True
        time.sleep(0.5)


def is_waking(error: OperationalError) -> bool:
    """Whether the database may answer soon: not so where a name or a password is wrong."""
    return any(
        words in str(error.orig)
        for words in ("timeout expired", "is starting up", "Couldn't connect to compute node")
    )


def reason(error: DBAPIError) -> str:
    """What went wrong, in one line."""
    return " ".join(str(error.orig).split())


def wait_for_other_runs(connection: Connection) -> None:
    """Takes the advisory lock of the session, and asks again and again where another run has it.

    A statement that waited for it would keep CREATE INDEX CONCURRENTLY in the other run from ever
    ending, which waits for all statements that began before.
    """
    timeout = context.get_x_argument(as_dictionary=True).get("lock_timeout", DEFAULT_LOCK_TIMEOUT)
    connection.execute(select(func.set_config("lock_timeout", timeout, False)))
    setting = "SELECT setting::int FROM pg_settings WHERE name = 'lock_timeout'"
    milliseconds = connection.exec_driver_sql(setting).scalar_one()
    connection.commit()
    deadline = time.monotonic() + milliseconds / 1000
    while not connection.execute(select(func.pg_try_advisory_lock(ADVISORY_LOCK))).scalar_one():
        connection.commit()
        if milliseconds and time.monotonic() > deadline:
            raise CommandError(f"lock timeout: another run took longer than {timeout}")
        time.sleep(0.1)
    connection.commit()


def write_sql() -> None:
    """Writes the statements to standard output, and what migrations print to standard error."""
    refuse_questions()
    written = io.StringIO()
    context.configure(
        dialect_name="postgresql",
        literal_binds=True,
        target_metadata=Base.metadata,
        output_buffer=written,
    )
    for revision in context.script.walk_revisions():
        if words := getattr(revision.module, "reviewed", None):
            setattr(revision.module, "upgrade", naming(str(words)))
    with redirect_stdout(sys.stderr), context.begin_transaction():
        context.run_migrations()
    sys.stdout.write(written.getvalue())


def naming(words: str) -> Callable[[], None]:
    """What stands for a migration that cannot be written as SQL, and was reviewed."""
    line = " ".join(words.split())
    return lambda: context.get_context().impl.static_output(f"-- reviewed: {line}")


def refuse_questions() -> None:
    """Keeps migrations from asking whether there is a database: what they did then, nobody saw."""

    def refuse(*_: object) -> NoReturn:
        raise CommandError(
            "a migration asks whether it is written as SQL, or for the database's connection, and "
            "would do what nobody has seen: write it in SQL or Alembic's operations, or review it"
        )

    class Blind:  # pylint: disable=too-few-public-methods
        """A migration's context, without what tells that nothing is run."""

        def __init__(self, own: MigrationContext) -> None:
            self._own = own

        def __getattr__(self, name: str) -> Any:
            return (
                refuse() if name in {"as_sql", "bind", "connection"} else getattr(self._own, name)
            )

    setattr(context, "is_offline_mode", refuse)
    setattr(Operations, "get_bind", refuse)
    setattr(Operations, "get_context", lambda self: Blind(self.migration_context))


OFFLINE = context.is_offline_mode()
logging.basicConfig(
    stream=sys.stderr if OFFLINE else sys.stdout, format="%(levelname)s %(message)s"
)
logging.getLogger("alembic").setLevel(logging.INFO)
logging.getLogger("alembic.util.messaging").disabled = True  # says once more what is on stderr
if OFFLINE:
    write_sql()
else:
    migrate()
