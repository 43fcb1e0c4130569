"""users, entries, installations"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    op.create_table(
        "users",
        _id(),
        _time("created_at"),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )
    op.create_table(
        "entries",
        _id(),
        _time("created_at"),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        _time("updated_at"),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("slug", name="uq_entries_slug"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_entries_owner_id_users"),
    )
    op.create_table(
        "installations",
        _id(),
        _time("created_at"),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("configuration", sa.LargeBinary(), nullable=False),
        _time("updated_at"),
        sa.PrimaryKeyConstraint("id", name="pk_installations"),
        sa.UniqueConstraint("user_id", "entry_id", name="uq_installations_user_id_entry_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_installations_user_id_users"),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name="fk_installations_entry_id_entries"
        ),
    )
    op.create_index("ix_installations_entry_id", "installations", ["entry_id"])


def downgrade() -> None:
    op.drop_table("installations")
    op.drop_table("entries")
    op.drop_table("users")


def _id() -> sa.Column[object]:
    default = sa.text("gen_random_uuid()")
    return sa.Column("id", sa.Uuid(), nullable=False, server_default=default)


def _time(name: str) -> sa.Column[object]:
    default = sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=default)
