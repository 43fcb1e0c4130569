"""display names and tags

What runs before it knows neither column: both can be left out.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    op.add_column("users", sa.Column("display_name", sa.String(), nullable=True))
    empty = sa.text("'{}'")
    text = sa.ARRAY(sa.String())
    op.add_column("entries", sa.Column("tags", text, nullable=False, server_default=empty))


def downgrade() -> None:
    op.drop_column("entries", "tags")
    op.drop_column("users", "display_name")
