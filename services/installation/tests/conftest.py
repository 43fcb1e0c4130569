"""Installation's application, for its tests."""

import pytest
from cathouse_common.testing import Environment
from fastapi import FastAPI

from app.main import create_app
from app.settings import Settings

pytest_plugins = ["cathouse_common.testing.fixtures"]


@pytest.fixture
def app(environment: Environment) -> FastAPI:
    """The application under test."""
    return create_app(environment.load(Settings))
