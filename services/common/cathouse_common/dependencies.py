"""What a route asks for in its parameters: the signed-in user, and a database session."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, HTTPException, Request, status
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from cathouse_common.database import Database
from cathouse_common.tokens import InvalidToken, TokenSettings, verify_token


def unauthorized(detail: str) -> HTTPException:
    """The answer 401, with the header that RFC 9110 demands of it."""
    return HTTPException(status.HTTP_401_UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})


_bearer = HTTPBearer(description="The access_token that a log-in returns")


async def _current_user(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials, Depends(_bearer)]
) -> UUID:
    settings: TokenSettings = request.app.state.settings
    try:
        return verify_token(credentials.credentials, settings.jwt_secret)
    except InvalidToken:
        raise unauthorized("The access token is invalid or has expired") from None


async def _session(request: Request) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


CurrentUser = Annotated[UUID, Depends(_current_user)]
"""The id of the user whose token came with the request; without a valid one, 401."""

Session = Annotated[AsyncSession, Depends(_session, scope="function")]
"""One transaction for the request, committed *before* the answer is sent: a client that reads 201
must find the row, whatever happens next. An exception rolls back."""
