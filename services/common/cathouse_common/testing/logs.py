"""What a test does to the logging of the process that it runs in."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from loguru import logger


@contextmanager
def restored_logging() -> Iterator[None]:
    """Leaves the process's logging as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(False)
    logger.remove()
