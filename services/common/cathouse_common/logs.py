"""Everything that a process says goes through Loguru to stderr: as text, or as JSON lines."""

import json
import logging
import sys
import traceback
from datetime import UTC
from types import TracebackType
from typing import TYPE_CHECKING, Any

from loguru import logger

from cathouse_common.settings import ServiceSettings

if TYPE_CHECKING:
    from loguru import HandlerConfig, Message, Record


def configure_logging(settings: ServiceSettings) -> None:
    """Logs from DEBUG up in development, from INFO up elsewhere; JSON in staging and production.

    Takes over the standard library's loggers (uvicorn's, SQLAlchemy's) and uncaught exceptions.
    """
    deployed = settings.environment in {"staging", "production"}
    handler: "HandlerConfig" = {
        "sink": _write_json if deployed else sys.stderr,
        "level": "DEBUG" if settings.environment == "development" else "INFO",
        "format": _text,
        "diagnose": False,  # would print the values of variables, and with them secrets
    }
    logger.configure(
        handlers=[handler],
        extra={
            "service": settings.service,
            "version": settings.service_version,
            "environment": settings.environment,
        },
    )
    logging.basicConfig(handlers=[_ToLoguru()], level=logging.INFO, force=True)
    sys.excepthook = _log_uncaught


def _text(record: "Record") -> str:
    """A line for people: what a request is known by follows its level."""
    trace_id = "{extra[trace_id]} " if "trace_id" in record["extra"] else ""
    return (
        "<green>{time:HH:mm:ss.SSS}</green> <level>{level: <8}</level> "
        f"<dim>{trace_id}</dim>" + "<cyan>{name}</cyan> {message}\n{exception}"
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


def _write_json(message: "Message") -> None:
    record = message.record
    line: dict[str, Any] = {
        "time": record["time"].astimezone(UTC).isoformat(),
        "level": record["level"].name,
        **record["extra"],
        "message": record["message"],
    }
    if record["exception"] is not None:
        line["exception"] = "".join(traceback.format_exception(*record["exception"]))
    print(json.dumps(line, default=str), file=sys.stderr, flush=True)


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logger.opt(exception=(kind, error, trace)).critical("The process ends with an error")
