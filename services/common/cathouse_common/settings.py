"""Settings: read from environment variables once, and checked before anything listens."""

import sys
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=1, le=65535)]


class EnvironmentSettings(BaseSettings):
    """The base of all settings: each field is an environment variable of the same name.

    An empty variable counts as unset, as an unset secret often arrives as an empty one.
    """

    model_config = SettingsConfigDict(
        enable_decoding=False,  # a field's validator reads its text: no variable holds JSON
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )


class ServiceSettings(EnvironmentSettings):
    """What every service has. A service names itself in `service` and gives `port` its default."""

    service: ClassVar[str]

    environment: Literal["development", "local", "staging", "production"] = "development"
    service_version: str = "dev"
    host: str = "127.0.0.1"
    port: Port

    @property
    def prefix(self) -> str:
        """The path that the load balancer forwards to this service."""
        return f"/api/v1/{self.service}"


S = TypeVar("S", bound=EnvironmentSettings)


def load_settings(kind: type[S]) -> S:
    """Reads `kind` from the environment.

    Raises SystemExit(1) when a value is missing or wrong, having printed one line for each problem
    to stderr. A line names the variable and never its value, which may be a secret.
    """
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            variable = str(problem["loc"][0]).upper()
            reason = problem["msg"].removeprefix("Value error, ")
            print(f"{variable}: {reason[0].lower()}{reason[1:]}", file=sys.stderr)
        raise SystemExit(1) from None
