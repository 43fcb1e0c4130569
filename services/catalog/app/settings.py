"""What catalog reads from the environment."""

from typing import Annotated, ClassVar, Final

from cathouse_common.database import DatabaseSettings
from cathouse_common.settings import Port, ServiceSettings
from cathouse_common.tokens import TokenSettings
from pydantic import BeforeValidator, Field

_ANY: Final = "any"


def _ports(value: str) -> frozenset[int] | None:
    if value.strip() == _ANY:
        return None
    ports = [item.strip() for item in value.split(",")]
    if not all(port.isdecimal() and 1 <= int(port) <= 65535 for port in ports):
        raise ValueError("must be a list of ports like 443,8443, or the word any")
    return frozenset(map(int, ports))


class Settings(ServiceSettings, DatabaseSettings, TokenSettings):
    """Catalog needs DATABASE_URL and JWT_SECRET.

    ENDPOINT_PORTS lists the ports that an endpoint may have, by https alone: what the network lets
    through. The word `any` stands for every port, by http, too. It is the default on a machine of
    one's own, where endpoints are as well; in an environment, 443 is.
    """

    service: ClassVar[str] = "catalog"
    port: Port = 8002
    endpoint_ports: Annotated[
        frozenset[int] | None, BeforeValidator(_ports), Field(validate_default=False)
    ] = frozenset({443})

    @property
    def allowed_ports(self) -> frozenset[int] | None:
        """None where every endpoint is taken."""
        own_machine = self.environment in {"development", "local"}
        given = "endpoint_ports" in self.model_fields_set
        return None if own_machine and not given else self.endpoint_ports
