"""Secrets that somebody logs, sends or raises, in both formats: none is in what was written."""

import base64
import json
import sys
from collections.abc import Callable, Iterator
from secrets import token_hex
from typing import Annotated
from urllib.parse import quote
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from fastapi import Body, FastAPI, Request
from httpx import ASGITransport, AsyncClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from loguru import logger
from pydantic import BaseModel, Secret, SecretStr
from sqlalchemy import text

from cathouse_common.application import application
from cathouse_common.database import Database
from cathouse_common.dependencies import Session
from cathouse_common.logs import configure_logging
from cathouse_common.models import User
from cathouse_common.testing import JWT_SECRET, Environment
from cathouse_common.testing.logs import restored_logging
from cathouse_common.tokens import issue_token
from tests.conftest import Settings

# What is looked for: it is at the beginning and the end of each secret, and between its parts.
MARK = "hunter2"

fuzzed = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    phases=[Phase.generate],  # what it finds is read as it is: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
awkward = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
passwords = st.lists(awkward, min_size=2, max_size=4).map(lambda parts: MARK.join(["", *parts, ""]))


class Credentials(BaseModel):
    """As auth takes them."""

    password: Secret[str]


@pytest.fixture(params=["development", "production"], name="app")
def _app(request: pytest.FixtureRequest, environment: Environment) -> Iterator[FastAPI]:
    """An application whose routes log and raise what they are sent."""
    environment.set("ENVIRONMENT", request.param)
    own = environment.load(Settings)
    with restored_logging():
        configure_logging(own)
        app = application(own, Database(own))
        add_routes(app)
        yield app


def add_routes(app: FastAPI) -> None:
    """Each careless in a way of its own."""

    @app.post("/api/v1/plain/careless")
    async def careless(request: Request, body: Annotated[Credentials, Body()]) -> None:
        logger.info("got {} with {}", body, request.scope["headers"])
        logger.bind(headers=request.headers.raw, nested=[dict(request.headers)]).info("bound")
        raise RuntimeError(f"cannot log in with password={body.password.get_secret_value()}")

    @app.post("/api/v1/plain/sql/{statement}")
    async def sql(statement: str, request: Request, session: Session) -> None:
        value = json.loads(await request.body())["password"]
        user = {"email": f"{value}{uuid4()}", "password_hash": value}
        match statement:
            case "cast":
                await session.execute(text("SELECT CAST(:value AS uuid)"), {"value": value})
            case "twice":
                session.add_all([User(**user), User(**user)])
            case "null":
                await session.execute(
                    text("INSERT INTO users (email, password_hash) VALUES (NULL, :value)"),
                    {"value": value},
                )


async def answer_to(
    app: FastAPI, plain: str, path: str, content: str, headers: dict[str, str]
) -> str:
    """The body of the answer to this request, with a secret in its query, too."""
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://service") as client:
        answer = await client.post(
            f"/api/v1/plain{path}",
            params={"token": plain, "q": plain},
            content=content,
            headers={"Content-Type": "application/json", **headers},
        )
        return answer.text


@fuzzed
@given(password=passwords, statement=st.sampled_from(["cast", "twice", "null"]))
async def test_nothing_that_a_request_brings(
    capsys: pytest.CaptureFixture[str], app: FastAPI, password: str, statement: str
) -> None:
    plain = MARK + quote(password, safe="")
    basic = base64.b64encode(f"{MARK}:{password}".encode()).decode()
    body = f'{{"password": {json.dumps(password)}}}'
    requests = [
        (
            "/careless",
            body,
            {"Authorization": f"Bearer {plain}", "Cookie": f"session={plain}; a=b"},
        ),
        ("/careless", body, {"Authorization": f"Basic {basic}", "X-Api-Key": plain}),
        ("/careless", body[:-1], {}),
        ("/careless", json.dumps({"password": [password]}), {}),
        (f"/{plain}", body, {}),
        (f"/sql/{statement}", body, {}),
    ]
    async with app.router.lifespan_context(app):
        for request in requests:
            assert MARK not in await answer_to(app, plain, *request)
    written = capsys.readouterr()
    assert "RuntimeError" in written.err and "psycopg.errors" in written.err
    for secret in (MARK, basic):
        assert secret not in written.err + written.out


def fernet_key() -> str:
    """A new one."""
    return Fernet.generate_key().decode()


def jwt() -> str:
    """A valid one."""
    return issue_token(uuid4(), SecretStr(token_hex(32)))


SHAPES: list[Callable[[], str]] = [
    fernet_key,
    jwt,
    lambda: Fernet(Fernet.generate_key()).encrypt(b"configuration").decode(),
    lambda: f"postgresql+psycopg://cat:{token_hex(8)}@db.example/cats",
    lambda: f"https://cat:{token_hex(8)}@cats.example/",
    lambda: f"Bearer {token_hex(8)}",
    lambda: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$" + token_hex(16),
    lambda: JWT_SECRET,
]


@pytest.mark.parametrize("shape", SHAPES)
@fuzzed
@given(before=awkward, after=awkward)
def test_nothing_that_is_known_by_its_form_or_its_value(
    capsys: pytest.CaptureFixture[str],
    app: FastAPI,
    shape: Callable[[], str],
    before: str,
    after: str,
) -> None:
    assert app
    secret = shape()
    said = f"{before} {secret} {after}"
    logger.info(said)
    logger.bind(value=said, values={"deep": [said, (said,)]}, object=LookupError(said)).info("x")
    for error in (RuntimeError(said), ExceptionGroup(said, [ValueError(said)])):
        try:
            raise error from KeyError(said)
        except Exception:  # pylint: disable=broad-exception-caught  # a group is one, too
            logger.exception("failed with {}", said)
    sys.excepthook(RuntimeError, RuntimeError(said), None)
    written = capsys.readouterr().err
    assert "failed with" in written
    assert secret not in written
    assert secret.rpartition(" ")[2] not in written


@fuzzed
@given(
    name=st.sampled_from(["password", "api_key", "DATABASE_URL", "Authorization", "Set-Cookie"]),
    separator=st.sampled_from(["=", ": ", '": "', "': '", "', b'"]),
    password=passwords,
)
def test_nothing_that_follows_a_secrets_name(
    capsys: pytest.CaptureFixture[str], app: FastAPI, name: str, separator: str, password: str
) -> None:
    assert app
    said = f"{name}{separator}{password}"
    logger.info(said)
    logger.bind(**{name: password}, pair=(name, password)).info("bound")
    try:
        raise RuntimeError(said)
    except RuntimeError:
        logger.exception("failed")
    written = capsys.readouterr().err
    assert name in written
    assert MARK not in written
