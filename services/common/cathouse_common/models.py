"""The tables that the services share. Auth's migrations make them; `alembic check` compares."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    DateTime,
    ForeignKey,
    MetaData,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """Every table has a random id and knows when it was made."""

    # Names that migrations and error handling can rely on, instead of Postgres's own.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True), list[str]: ARRAY(String)}
    # A value that the server computes comes back with the statement: reading it later would be a
    # query at a place where async code cannot await one.
    __mapper_args__ = {"eager_defaults": True}

    id: Mapped[UUID] = mapped_column(
        primary_key=True, server_default=func.gen_random_uuid(), sort_order=-1
    )
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=-1)


class User(Base):
    """An account. The e-mail address is kept in lower case. Others see the name alone."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    display_name: Mapped[str | None]

    @property
    def name(self) -> str:
        """The one that the user has chosen; else the part of the address before the @."""
        return self.display_name or self.email.partition("@")[0]


class Entry(Base):
    """A catalogue entry: an HTTP endpoint that users can install. The slug never changes.

    A retired entry stays readable and goes on working where it is installed.
    """

    __tablename__ = "entries"

    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str]
    endpoint: Mapped[str]
    owner_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
    retired_at: Mapped[datetime | None]
    tags: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))
    owner: Mapped[User] = relationship(lazy="raise")

    @property
    def publisher(self) -> str:
        """The owner's name. The owner must have been loaded with the entry."""
        return self.owner.name


class Installation(Base):
    """A user's installation of an entry, with its configuration as a Fernet token.

    The endpoint is the one that the user agreed to: an entry's owner who changes the entry's must
    not be sent the credentials that users gave for another.
    """

    __tablename__ = "installations"
    __table_args__ = (UniqueConstraint("user_id", "entry_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey(User.id))
    entry_id: Mapped[UUID] = mapped_column(ForeignKey(Entry.id), index=True)
    endpoint: Mapped[str]
    configuration: Mapped[bytes]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())
