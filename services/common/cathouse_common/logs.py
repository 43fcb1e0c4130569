"""Everything that a process says goes through Loguru to stderr: as text, or as JSON lines."""

import json
import logging
import sys
import threading
from contextlib import suppress
from datetime import UTC
from types import TracebackType
from typing import TYPE_CHECKING, Any

from loguru import logger

from cathouse_common.redaction import Redaction
from cathouse_common.settings import ServiceSettings, secrets_of
from cathouse_common.tracing import current_trace_id

if TYPE_CHECKING:
    from loguru import HandlerConfig, Message, Record


def configure_logging(settings: ServiceSettings) -> None:
    """Coloured text from DEBUG up in development, JSON lines from INFO up elsewhere.

    Takes over the standard library's loggers (uvicorn's, SQLAlchemy's), warnings, and uncaught
    exceptions. Nothing is written before it has been redacted.
    """
    redaction = Redaction(secrets_of(settings))

    def prepare(record: "Record") -> None:
        record["message"] = redaction.text(record["message"])
        extra = redaction.fields(record["extra"])
        if trace_id := current_trace_id():
            extra["trace_id"] = trace_id
        if record["exception"] and record["exception"].value:
            extra["exception"] = redaction.exception(record["exception"].value)
            record["exception"] = None  # or Loguru renders it, too, as it is
        record["extra"] = extra

    development = settings.environment == "development"
    handler: "HandlerConfig" = {
        "sink": _write if development else _write_json,
        "colorize": development and sys.stderr.isatty(),
        "catch": False,  # what Loguru says of a sink that fails has the record in it, as it was
        "level": "DEBUG" if development else "INFO",
        "format": _text,
    }
    logger.configure(
        handlers=[handler],
        extra={
            "service": settings.service,
            "version": settings.service_version,
            "environment": settings.environment,
        },
        patcher=prepare,
    )
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    logging.captureWarnings(True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells each call's URL, with its query
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda uncaught: _log_uncaught(
        uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback
    )


def _text(record: "Record") -> str:
    """A line for people: what a request is known by follows its level."""
    trace_id = "{extra[trace_id]} " if "trace_id" in record["extra"] else ""
    exception = "{extra[exception]}\n" if "exception" in record["extra"] else ""
    return (
        "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <8}</level> "
        f"<dim>{trace_id}</dim><cyan>{{name}}</cyan> {{message}}\n{exception}"
    )


class _ToLoguru(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            level: str | int = logger.level(record.levelname).name
        except ValueError:  # a level of some library's own
            level = record.levelno

        def origin(message: "Record") -> None:  # else Loguru names this handler
            message["name"] = record.name
            message["function"] = record.funcName
            message["line"] = record.lineno

        logger.patch(origin).opt(exception=record.exc_info).log(level, record.getMessage())


def _write(line: str) -> None:
    with suppress(OSError, ValueError):  # where nobody listens any more, there is nobody to tell
        print(line, end="", file=sys.stderr, flush=True)


def _write_json(message: "Message") -> None:
    record = message.record
    fixed: dict[str, Any] = {
        "time": record["time"].astimezone(UTC).isoformat(),
        "level": record["level"].name,
        "message": record["message"],
    }
    _write(json.dumps({**fixed, **record["extra"], **fixed}) + "\n")


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
) -> None:
    logger.opt(exception=(kind, error, trace)).critical("The process ends with an error")
