"""Errors as problem details (RFC 9457). None repeats what was sent: it may be a password."""

import re
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from itertools import takewhile
from typing import Any, Final

from fastapi import Request, Response, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from loguru import logger
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cathouse_common.tracing import current_trace_id
from cathouse_common.wording import said_of_answer, said_of_value

MEDIA_TYPE: Final = "application/problem+json"

Responses = dict[int | str, dict[str, Any]]
"""What a route answers besides its success, for the OpenAPI document."""

_FIELD_NAME: Final = re.compile(r"[\w.-]{1,100}", re.ASCII)

ExceptionHandler = Callable[[Request, Any], Coroutine[Any, Any, Response]]


class FieldProblem(BaseModel):
    """One value that is not as it should be: where it is, and why, in words for people.

    `pointer` leads to it in the body (a JSON pointer, as a URI fragment); of what is in no body,
    `parameter` is the name.
    """

    loc: list[str | int] = Field(examples=[["body", "email"]])
    pointer: str | None = Field(default=None, examples=["#/email"])
    parameter: str | None = Field(default=None, examples=["limit"])
    type: str = Field(examples=["missing"])
    detail: str = Field(examples=["This is missing"])


class Problem(BaseModel):
    """What went wrong, for people in `detail`. `trace_id` finds it in the logs. `errors` comes with
    422 alone."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["There is no such entry"])
    trace_id: str = Field(examples=["0af7651916cd43dd8448eb211c80319c"])
    errors: list[FieldProblem] | None = None


class ProblemResponse(JSONResponse):
    """The answer with a problem."""

    media_type = MEDIA_TYPE

    def __init__(
        self,
        status_code: int,
        detail: str,
        headers: Mapping[str, str] | None = None,
        errors: list[FieldProblem] | None = None,
    ) -> None:
        problem = Problem(
            type="about:blank",
            title=HTTPStatus(status_code).phrase,
            status=status_code,
            detail=detail,
            trace_id=current_trace_id() or "",
            errors=errors,
        )
        super().__init__(problem.model_dump(exclude_none=True), status_code, headers)


async def _http_error(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)
    detail = said_of_answer(str(error.detail))
    return ProblemResponse(error.status_code, detail, error.headers)


async def _invalid(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, RequestValidationError)
    errors = [
        FieldProblem(
            loc=[_known(part) for part in problem["loc"]],
            **_place(problem),
            type=problem["type"],
            detail=said_of_value(problem),
        )
        for problem in error.errors()
    ]
    return ProblemResponse(
        status.HTTP_422_UNPROCESSABLE_CONTENT, "The request is not valid", errors=errors
    )


def _place(problem: Mapping[str, Any]) -> dict[str, str]:
    """`pointer` or `parameter`. A pointer ends where a name cannot be told, or is itself wrong."""
    where, *path = problem["loc"]
    if where != "body":
        return {"parameter": str(path[0])} if path else {}
    if problem["type"] == "json_invalid":  # its path is a position in the text
        path = []
    known = takewhile(lambda part: _known(part) == part, path)
    return {"pointer": "#" + "".join(f"/{part}" for part in known)}


def _known(part: str | int) -> str | int:
    """A part of a place. The caller may have named it, in text that cannot even be sent back."""
    return part if isinstance(part, int) or _FIELD_NAME.fullmatch(part) else "…"


async def _database_away(_: Request, error: Exception) -> ProblemResponse:
    """The database is restarting, or all connections are taken: the same request may succeed."""
    logger.opt(exception=error).warning("The database does not answer")
    return ProblemResponse(
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "The service cannot reach its database. Try again in a moment",
        {"Retry-After": "1"},
    )


HANDLERS: Final[dict[int | type[Exception], ExceptionHandler]] = {
    HTTPException: _http_error,
    RequestValidationError: _invalid,
    InterfaceError: _database_away,
    OperationalError: _database_away,
    PoolTimeoutError: _database_away,
}


class UnhandledErrors:
    """ASGI middleware: an exception that nobody handles is logged once, and answered with 500.

    Starlette's own would answer outside of all other middleware, without trace id and CORS headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:  # pylint: disable=broad-exception-caught  # none may pass
            if scope["type"] != "http" or started:
                raise  # too late for an answer: the server logs it, and breaks the connection
            logger.opt(exception=error).error("The request failed: {}", type(error).__name__)
            response = ProblemResponse(
                status.HTTP_500_INTERNAL_SERVER_ERROR,
                "Something went wrong. It has been logged under this trace_id",
            )
            await response(scope, receive, send)
