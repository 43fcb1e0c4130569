"""What installation reads from the environment."""

from typing import ClassVar

from cathouse_common.database import DatabaseSettings
from cathouse_common.encryption import EncryptionSettings
from cathouse_common.settings import Port, ServiceSettings
from cathouse_common.tokens import TokenSettings


class Settings(ServiceSettings, DatabaseSettings, TokenSettings, EncryptionSettings):
    """Installation needs DATABASE_URL, JWT_SECRET and ENCRYPTION_KEY."""

    service: ClassVar[str] = "installation"
    port: Port = 8003
