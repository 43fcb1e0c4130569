"""The key of what is encrypted at rest. Only installation and proxy have it."""

from typing import Annotated

from cryptography.fernet import Fernet
from pydantic import BeforeValidator, InstanceOf

from cathouse_common.settings import EnvironmentSettings


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        raise ValueError("must be 32 bytes in URL-safe base64 (44 characters)") from None


class EncryptionSettings(EnvironmentSettings):
    """The cipher itself: the key is read and never seen again."""

    encryption_key: Annotated[InstanceOf[Fernet], BeforeValidator(_fernet)]
