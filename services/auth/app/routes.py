"""Register, log in, and who am I."""

from cathouse_common.database import Database, on_violation
from cathouse_common.dependencies import CurrentUser, Session, unauthorized
from cathouse_common.models import Entry, Installation, User
from cathouse_common.problems import Responses
from cathouse_common.tokens import TOKEN_LIFETIME, issue_token
from fastapi import APIRouter, HTTPException, Request, status
from sqlalchemy import delete, select

from app.limits import check_log_in, check_registration
from app.passwords import hash_password, verify_password
from app.schemas import AccessToken, Account, Credentials, Registration
from app.settings import Settings

router = APIRouter(tags=["auth"])

_429: Responses = {
    status.HTTP_429_TOO_MANY_REQUESTS: {"description": "Too many attempts: see Retry-After"}
}


@router.post(
    "/register",
    status_code=status.HTTP_201_CREATED,
    responses={
        status.HTTP_409_CONFLICT: {"description": "The address has an account already"},
        **_429,
    },
)
async def register(registration: Registration, request: Request, session: Session) -> Account:
    """Makes an account for an e-mail address, which can have one."""
    check_registration(request)
    user = User(
        email=registration.email,
        password_hash=await hash_password(registration.password),
        display_name=registration.display_name,
    )
    taken = HTTPException(status.HTTP_409_CONFLICT, "This e-mail address has an account already")
    session.add(user)
    with on_violation("uq_users_email", taken):
        await session.flush()
    return Account.model_validate(user)


@router.post(
    "/login",
    summary="Log in",
    responses={
        status.HTTP_401_UNAUTHORIZED: {"description": "Wrong e-mail address or password"},
        **_429,
    },
)
async def login(credentials: Credentials, request: Request) -> AccessToken:
    """Gives a token for an account's address and password."""
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    check_log_in(request, credentials.email)
    # Given back before argon2 runs: log-ins that wait for that must not hold the two connections.
    async with database.transaction() as session:
        user = await session.scalar(select(User).where(User.email == credentials.email))
    password_hash = None if user is None else user.password_hash
    if not await verify_password(credentials.password, password_hash) or user is None:
        raise unauthorized("Wrong e-mail address or password")
    return AccessToken(
        access_token=issue_token(user.id, settings.jwt_secret),
        expires_in=int(TOKEN_LIFETIME.total_seconds()),
    )


@router.get("/me", summary="Who am I?")
async def me(user_id: CurrentUser, session: Session) -> Account:
    """The signed-in user's account."""
    user = await session.get(User, user_id)
    if user is None:
        raise unauthorized("This account no longer exists")
    return Account.model_validate(user)


@router.delete(
    "/me",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete my account",
    responses={status.HTTP_409_CONFLICT: {"description": "Others have installed its entries"}},
)
async def delete_me(user_id: CurrentUser, session: Session) -> None:
    """Deletes the signed-in user's account, with what it has installed and published.

    An account whose entries others have installed stays: there they go on working."""
    in_use = HTTPException(status.HTTP_409_CONFLICT, "Others have installed its entries")
    changing = HTTPException(status.HTTP_409_CONFLICT, "This account is being used. Try again")
    await session.execute(delete(Installation).where(Installation.user_id == user_id))
    with on_violation("fk_installations_entry_id_entries", in_use):
        await session.execute(delete(Entry).where(Entry.owner_id == user_id))
    with (
        on_violation("fk_entries_owner_id_users", changing),
        on_violation("fk_installations_user_id_users", changing),
    ):
        deleted = await session.scalar(delete(User).where(User.id == user_id).returning(User.id))
    if deleted is None:
        raise unauthorized("This account no longer exists")
