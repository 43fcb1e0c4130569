"""What catalog reads from the environment."""

from typing import ClassVar

from cathouse_common.database import DatabaseSettings
from cathouse_common.settings import Port, ServiceSettings
from cathouse_common.tokens import TokenSettings


class Settings(ServiceSettings, DatabaseSettings, TokenSettings):
    """Catalog needs DATABASE_URL and JWT_SECRET."""

    service: ClassVar[str] = "catalog"
    port: Port = 8002
