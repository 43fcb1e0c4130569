"""What health-aggregator reads from the environment."""

from typing import Annotated, ClassVar

from cathouse_common.settings import Port, ServiceSettings
from pydantic import BeforeValidator, HttpUrl


def _by_name(value: str) -> dict[str, str]:
    pairs = [item.strip().partition("=") for item in value.split(",") if item.strip()]
    if not pairs or not all(name and url for name, _, url in pairs):
        raise ValueError("must be a list like auth=http://localhost:8005,catalog=…")
    return {name: url for name, _, url in pairs}


class Settings(ServiceSettings):
    """Health-aggregator needs SERVICE_URLS: the services by name, each with the URL where it, or
    the load balancer before it, listens."""

    service: ClassVar[str] = "health-aggregator"
    port: Port = 8006
    service_urls: Annotated[dict[str, HttpUrl], BeforeValidator(_by_name)]
