"""An installation's configuration, and the key that it is encrypted with."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from pydantic import ValidationError

from cathouse_common.configuration import Configuration
from cathouse_common.encryption import EncryptionKeys, EncryptionSettings
from cathouse_common.settings import load_settings
from cathouse_common.testing import ENCRYPTION_KEY

CONTENT = {"headers": {"X-Api-Key": "hunter2"}, "zones": [1, 2, None], "deep": {"er": True}}


def test_only_the_key_that_encrypted_decrypts() -> None:
    key = EncryptionKeys(Fernet(Fernet.generate_key()))
    token = Configuration.model_validate(CONTENT).encrypted(key)
    assert Configuration.decrypted(token, key).model_dump() == CONTENT
    with pytest.raises(InvalidToken):
        Configuration.decrypted(token, EncryptionKeys(Fernet(Fernet.generate_key())))


def test_a_new_key_goes_before_the_old_one_and_makes_what_is_encrypted_from_then_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def keys(value: str) -> EncryptionKeys:
        monkeypatch.setenv("ENCRYPTION_KEY", value)
        return load_settings(EncryptionSettings).encryption_key

    new_key = Fernet.generate_key().decode()
    old, both, new = keys(ENCRYPTION_KEY), keys(f"{new_key}, {ENCRYPTION_KEY}"), keys(new_key)
    configuration = Configuration.model_validate(CONTENT)
    before, after = configuration.encrypted(old), configuration.encrypted(both)
    assert Configuration.decrypted(before, both) == configuration
    assert Configuration.decrypted(after, new) == configuration
    assert (both.is_first(before), both.is_first(after)) == (False, True)


def test_a_configuration_may_be_empty() -> None:
    assert Configuration.model_validate({}).headers == {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "close"},
        {"transfer-encoding": "chunked"},
        {"HOST": "internal"},
        {"Content-Length": "1"},
        {"": "x"},
        {"Bad Name": "x"},
        {"X-Key": ""},
        {"X-Key": "a\r\nX-Other: b"},
        {"X-Key": "clé"},
    ],
)
def test_headers_that_would_break_the_request_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Configuration.model_validate({"headers": headers})


def test_a_configuration_has_at_most_16_kibibytes() -> None:
    with pytest.raises(ValidationError, match="at most 16384 bytes"):
        Configuration.model_validate({"padding": "x" * 16384})


@pytest.mark.parametrize("key", ["hunter2", ENCRYPTION_KEY[:-5], "é" * 44, f"{ENCRYPTION_KEY},"])
def test_a_key_that_is_none_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    monkeypatch.setenv("ENCRYPTION_KEY", key)
    with pytest.raises(SystemExit):
        load_settings(EncryptionSettings)
    assert capsys.readouterr().err == (
        "ENCRYPTION_KEY: must be 32 bytes in URL-safe base64 (44 characters), or several such, "
        "comma-separated\n"
    )
