"""What is read from and written to the table of installations. It sees ciphertext alone."""

from uuid import UUID

from cathouse_common.models import Entry, Installation
from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

InstallationRow = Row[Installation, Entry]


def installed_by(user_id: UUID) -> Select[Installation, Entry]:
    """The user's installations, each with its entry."""
    return select(Installation, Entry).join(Entry).where(Installation.user_id == user_id)


async def find(session: AsyncSession, user_id: UUID, entry_id: UUID) -> InstallationRow | None:
    """The user's installation of this entry."""
    found = await session.execute(installed_by(user_id).where(Entry.id == entry_id))
    return found.one_or_none()


async def list_after(
    session: AsyncSession, user_id: UUID, slug: str | None, limit: int
) -> list[InstallationRow]:
    """The user's installations by slug, the first ones or those after this one."""
    query = installed_by(user_id).order_by(Entry.slug).limit(limit)
    if slug is not None:
        query = query.where(Entry.slug > slug)
    return list(await session.execute(query))


async def add(
    session: AsyncSession, user_id: UUID, entry: Entry, configuration: bytes
) -> Installation | None:
    """Installs the entry; None where it is installed already, which stays as it is."""
    statement = (
        insert(Installation)
        .values(
            user_id=user_id,
            entry_id=entry.id,
            endpoint=entry.endpoint,
            configuration=configuration,
        )
        .on_conflict_do_nothing(constraint="uq_installations_user_id_entry_id")
        .returning(Installation)
    )
    return (await session.scalars(statement)).one_or_none()


async def lock(session: AsyncSession, user_id: UUID, entry_id: UUID) -> Installation | None:
    """The user's installation of this entry, which nobody else changes until the transaction
    ends."""
    own = select(Installation).filter_by(user_id=user_id, entry_id=entry_id).with_for_update()
    return await session.scalar(own)


async def replace_token(session: AsyncSession, installation: Installation, token: bytes) -> None:
    """Keeps the same configuration as another token, unless it has been configured anew meanwhile.
    Nothing has changed for its user, and so the time of the last change stays."""
    unchanged = {"id": installation.id, "configuration": installation.configuration}
    values = {"configuration": token, "updated_at": Installation.updated_at}
    await session.execute(
        update(Installation)
        .filter_by(**unchanged)
        .values(values)
        .execution_options(synchronize_session=False)
    )
