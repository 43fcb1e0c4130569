"""A service with nothing of its own, for the tests of what all have."""

from typing import ClassVar

import pytest
from fastapi import FastAPI

from cathouse_common.application import application
from cathouse_common.database import Database, DatabaseSettings
from cathouse_common.settings import Port, ServiceSettings
from cathouse_common.testing import Environment
from cathouse_common.tokens import TokenSettings

pytest_plugins = ["cathouse_common.testing.fixtures"]


class Settings(ServiceSettings, DatabaseSettings, TokenSettings):
    """The settings that a service has at least."""

    service: ClassVar[str] = "plain"
    port: Port = 8000


@pytest.fixture
def app(environment: Environment) -> FastAPI:
    """The application under test."""
    settings = environment.load(Settings)
    return application(settings, Database(settings))
