"""What a process writes to stderr."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from loguru import logger

from cathouse_common.logs import configure_logging
from cathouse_common.testing import Environment
from cathouse_common.testing.logs import restored_logging
from tests.conftest import Settings


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    with restored_logging():
        yield


def start_logging(environment: Environment, name: str) -> None:
    """Logs as a process in this environment does."""
    environment.set("ENVIRONMENT", name)
    environment.set("SERVICE_VERSION", "4f1c09")
    configure_logging(environment.load(Settings))


@pytest.mark.parametrize("name", ["local", "staging", "production"])
def test_a_deployed_service_writes_one_json_object_a_line(
    environment: Environment, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    start_logging(environment, name)
    logger.debug("not this")
    logging.getLogger("uvicorn.error").info("two\nlines")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry.pop("time").endswith("+00:00")
    assert entry == {
        "level": "INFO",
        "service": "plain",
        "version": "4f1c09",
        "environment": name,
        "message": "two\nlines",
    }


@pytest.mark.parametrize("name", ["development", "production"])
def test_an_exception_is_logged_without_the_values_of_variables(
    environment: Environment, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    start_logging(environment, name)
    password = "hunter" + "2"
    try:
        int(password[:0])
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Failed")
    text = capsys.readouterr().err
    assert "ValueError: invalid literal" in text
    assert password not in text
    assert name == "development" or "Traceback" in json.loads(text)["exception"]


def test_development_writes_text_from_debug_up(
    environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(environment, "development")
    logger.debug("this too")
    logging.getLogger("some.library").warning("and this")
    first, second = capsys.readouterr().err.splitlines()
    assert "DEBUG" in first and "this too" in first
    assert "WARNING" in second and "some.library" in second and "and this" in second


def test_a_librarys_own_level_breaks_nothing(
    environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(environment, "local")
    logging.getLogger("some.library").log(33, "between levels")
    assert "between levels" in capsys.readouterr().err


def test_an_uncaught_exception_goes_the_same_way(
    environment: Environment, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging(environment, "staging")
    error = RuntimeError("no way on")
    sys.excepthook(RuntimeError, error, None)
    entry = json.loads(capsys.readouterr().err)
    assert entry["level"] == "CRITICAL"
    assert "RuntimeError: no way on" in entry["exception"]
