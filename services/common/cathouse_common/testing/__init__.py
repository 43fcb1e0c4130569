"""What the tests of every service share. The fixtures are in `cathouse_common.testing.fixtures`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

import pytest

from cathouse_common.models import Entry
from cathouse_common.settings import EnvironmentSettings, load_settings

JWT_SECRET: Final = "a-secret-for-tests-of-32-characters"
ENCRYPTION_KEY: Final = "a2V5LWZvci10ZXN0cy1vZi10aGlydHktdHdvLWJ5dGU="

S = TypeVar("S", bound=EnvironmentSettings)


class Environment:
    """The variables that a service needs: fixtures and tests may set more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.set = monkeypatch.setenv

    def load(self, kind: type[S]) -> S:
        """The settings of a process that starts with these variables."""
        return load_settings(kind)


@dataclass(frozen=True)
class Caller:
    """A signed-in user: `headers` go with a request."""

    id: UUID
    headers: dict[str, str]


SignIn = Callable[[], Awaitable[Caller]]
MakeEntry = Callable[..., Awaitable[Entry]]
