"""Settings: read from environment variables once, and checked before anything listens."""

import re
import sys
from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_core.core_schema import ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL

Port = Annotated[int, Field(ge=1, le=65535)]

_ANY_ORIGIN: Final = "*"
_ORIGIN: Final = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")


def _origins(value: str) -> frozenset[str]:
    origins = frozenset(item.strip() for item in value.split(",") if item.strip())
    if not all(origin == _ANY_ORIGIN or _ORIGIN.fullmatch(origin) for origin in origins):
        raise ValueError("must be a list like https://cats.example,http://localhost:19006")
    return origins


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

    # One of platform.json, or development where nothing has deployed the service.
    environment: Annotated[str, Field(pattern="^[a-z][a-z0-9-]*$")] = "development"
    service_version: str = "dev"
    host: str = "127.0.0.1"
    port: Port
    # How many proxies of our own stand before the service, each of which appends to X-Forwarded-For
    # whom it has seen: 2 behind CloudFront and the load balancer, 1 behind a load balancer alone, 0
    # where clients connect to the service. With fewer than there are, limits count proxies and not
    # people; with more, a client can choose whom it is taken for.
    trusted_hops: Annotated[int, Field(ge=0, le=10)] = 1
    # Other origins than its own where a web page may call the service from, * being all.
    cors_origins: Annotated[
        frozenset[str], BeforeValidator(_origins), Field(validate_default=False)
    ] = frozenset()
    # Whether such a page may send cookies. Tokens in headers do not need it.
    cors_credentials: bool = False

    @field_validator("cors_credentials")
    @classmethod
    def _not_for_all(cls, credentials: bool, before: ValidationInfo) -> bool:
        if credentials and _ANY_ORIGIN in before.data.get("cors_origins", ()):
            raise ValueError("must not be true while CORS_ORIGINS is *: name the origins")
        return credentials

    @property
    def prefix(self) -> str:
        """The path that the load balancer forwards to this service."""
        return f"/api/v1/{self.service}"


S = TypeVar("S", bound=EnvironmentSettings)


def secrets_of(settings: EnvironmentSettings) -> Iterator[str]:
    """The values among the settings that nobody else must see."""
    for _, value in settings:
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        if isinstance(value, URL) and value.password:
            yield value.password
            yield value.render_as_string(hide_password=False)


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
