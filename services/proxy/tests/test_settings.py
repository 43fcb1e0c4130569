"""The settings that proxy alone has."""

import pytest
from cathouse_common.testing import Environment

from app.settings import Settings


@pytest.mark.parametrize(
    ("value", "hosts"),
    [
        ("", set()),
        ("localhost", {("localhost", None)}),
        ("LocalHost:9000, 10.0.0.7,", {("localhost", 9000), ("10.0.0.7", None)}),
        ("[fd00::7]:9000,[::1]", {("fd00::7", 9000), ("::1", None)}),
    ],
)
def test_allowed_hosts_are_a_list_with_or_without_ports(
    environment: Environment, value: str, hosts: set[tuple[str, int | None]]
) -> None:
    environment.set("PROXY_ALLOWED_HOSTS", value)
    assert environment.load(Settings).proxy_allowed_hosts == hosts


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENCRYPTION_KEY", "hunter2"),
        ("ENCRYPTION_KEY", ""),
        ("PROXY_ALLOWED_HOSTS", "http://hunter2/"),
        ("PROXY_ALLOWED_HOSTS", "hunter2:port"),
        ("PROXY_ALLOWED_HOSTS", "me@hunter2"),
        ("PROXY_TIMEOUT_SECONDS", "hunter2"),
        ("PROXY_MAX_BYTES", "0"),
    ],
)
def test_a_bad_setting_is_one_line_without_its_value(
    environment: Environment, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    environment.set(name, value)
    with pytest.raises(SystemExit) as end:
        environment.load(Settings)
    assert end.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{name}: ")
    assert "hunter2" not in line
