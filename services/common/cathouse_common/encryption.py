"""The keys of what is encrypted at rest. Only installation and proxy have them."""

from typing import Annotated

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import BeforeValidator, InstanceOf

from cathouse_common.settings import EnvironmentSettings


class EncryptionKeys:
    """The first key encrypts, all of them decrypt: a new one is put before the old ones, which go
    when nothing is left that they have encrypted."""

    def __init__(self, first: Fernet, *others: Fernet) -> None:
        self._first = first
        self._all = MultiFernet([first, *others])

    def encrypt(self, content: bytes) -> bytes:
        """A Fernet token."""
        return self._first.encrypt(content)

    def decrypt(self, token: bytes) -> bytes:
        """The content of a token. Raises InvalidToken when none of the keys made it."""
        return self._all.decrypt(token)

    def is_first(self, token: bytes) -> bool:
        """Whether the first key made the token: else it should be made anew."""
        try:
            self._first.decrypt(token)
        except InvalidToken:
            return False
        return True


def _keys(value: str) -> EncryptionKeys:
    try:
        return EncryptionKeys(*(Fernet(key.strip()) for key in value.split(",")))
    except ValueError:
        raise ValueError(
            "must be 32 bytes in URL-safe base64 (44 characters), or several such, comma-separated"
        ) from None


class EncryptionSettings(EnvironmentSettings):
    """The ciphers themselves: the keys are read and never seen again."""

    encryption_key: Annotated[InstanceOf[EncryptionKeys], BeforeValidator(_keys)]
