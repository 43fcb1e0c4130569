"""Runs migrations on the platform's database: one run at a time, all in one transaction.

Only DATABASE_URL is needed. `alembic -x lock_timeout=5s upgrade head` waits that long for another
run, or for a table that is in use; the default is 60 s.

With --sql it writes what it would run, and needs nothing: a deploy reads that before it changes
anything. A migration that asks the database what to do cannot be written so.
"""

import logging
import sys

from alembic import context
from alembic.util import CommandError
from cathouse_common.database import DatabaseSettings, connect_args, direct_url
from cathouse_common.models import Base
from cathouse_common.settings import load_settings
from sqlalchemy import Connection, NullPool, create_engine, func, select
from sqlalchemy.exc import DBAPIError

# Any number will do, as long as no other program locks the same one in this database.
ADVISORY_LOCK = 0xCA7

DEFAULT_LOCK_TIMEOUT = "60s"


def migrate() -> None:
    """Connects to the direct host, as a pooler could give each statement another connection."""
    url = direct_url(load_settings(DatabaseSettings).database_url)
    engine = create_engine(url, poolclass=NullPool, connect_args=connect_args(url))
    try:
        with engine.begin() as connection:
            wait_for_other_runs(connection)
            context.configure(connection=connection, target_metadata=Base.metadata)
            with context.begin_transaction():
                context.run_migrations()
    except DBAPIError as error:
        reason = " ".join(str(error.orig).split())
        raise CommandError(f"{url.host}/{url.database}: {reason}") from error


def write_sql() -> None:
    """Writes the statements to standard output; no database is asked."""
    context.configure(dialect_name="postgresql", literal_binds=True, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


def wait_for_other_runs(connection: Connection) -> None:
    """Takes the advisory lock, which Postgres gives back when the transaction ends."""
    timeout = context.get_x_argument(as_dictionary=True).get("lock_timeout", DEFAULT_LOCK_TIMEOUT)
    connection.execute(select(func.set_config("lock_timeout", timeout, True)))
    connection.execute(select(func.pg_advisory_xact_lock(ADVISORY_LOCK)))


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
