"""What proxy reads from the environment."""

from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from cathouse_common.application import MEBIBYTE
from cathouse_common.database import DatabaseSettings
from cathouse_common.encryption import EncryptionSettings
from cathouse_common.settings import Port, ServiceSettings
from cathouse_common.tokens import TokenSettings
from pydantic import BeforeValidator, Field

HostAndPort = tuple[str, int | None]


def _hosts(value: str) -> frozenset[HostAndPort]:
    return frozenset(_host(item.strip()) for item in value.split(",") if item.strip())


def _host(item: str) -> HostAndPort:
    try:
        parts = urlsplit(f"//{item}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.netloc != item or parts.username is not None:
        raise ValueError("must be a list like localhost:9000,10.0.0.7,[fd00::7]:9000")
    return host, port


class Settings(ServiceSettings, DatabaseSettings, TokenSettings, EncryptionSettings):
    """Proxy needs DATABASE_URL, JWT_SECRET and ENCRYPTION_KEY.

    PROXY_ALLOWED_HOSTS lists hosts that may be called though they are private, on one port or, when
    none is given, on all. PROXY_MAX_BYTES limits the body of a request and that of its response,
    each; PROXY_TIMEOUT_SECONDS, a whole call. PROXY_CALLS_PER_MINUTE and PROXY_CALLS_AT_ONCE are a
    user's; one client, which may be a whole office, has twice as many.
    """

    service: ClassVar[str] = "proxy"
    port: Port = 8004
    proxy_allowed_hosts: Annotated[
        frozenset[HostAndPort], BeforeValidator(_hosts), Field(validate_default=False)
    ] = frozenset()
    proxy_max_bytes: Annotated[int, Field(ge=1)] = MEBIBYTE
    proxy_timeout_seconds: Annotated[float, Field(gt=0)] = 10
    proxy_calls_per_minute: Annotated[int, Field(ge=1)] = 300
    proxy_calls_at_once: Annotated[int, Field(ge=1)] = 10
