"""What auth reads from the environment."""

from typing import ClassVar

from cathouse_common.database import DatabaseSettings
from cathouse_common.settings import Port, ServiceSettings
from cathouse_common.tokens import TokenSettings


class Settings(ServiceSettings, DatabaseSettings, TokenSettings):
    """Auth needs DATABASE_URL and JWT_SECRET. The migrations need DATABASE_URL alone."""

    service: ClassVar[str] = "auth"
    port: Port = 8005
