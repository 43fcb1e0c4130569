"""Starts a service with neither logging nor tracing, which no setting of a service does: what
`npm run bench` measures the service against."""

import logging
import runpy
from typing import Any

import cathouse_common.application
import cathouse_common.server
from loguru import logger


def _bare(app: Any) -> Any:
    return app


logger.remove()
logging.disable()
cathouse_common.application.Tracing = _bare  # type: ignore
cathouse_common.server.configure_logging = lambda _: None  # type: ignore
runpy.run_module("app", run_name="__main__")
