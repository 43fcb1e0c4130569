"""Settings: what is accepted, and what is said of the rest."""

import pytest
from sqlalchemy import make_url

from cathouse_common.database import DatabaseSettings, direct_url
from cathouse_common.settings import load_settings
from tests.conftest import Settings

GOOD = {"DATABASE_URL": "postgresql://u:hunter2@host/db", "JWT_SECRET": "x" * 32}


@pytest.fixture(autouse=True)
def _good(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def test_the_defaults_suit_a_laptop() -> None:
    settings = load_settings(Settings)
    assert settings.environment == "development"
    assert settings.service_version == "dev"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.database_pool_size, settings.database_max_overflow) == (1, 1)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_each_way_to_write_a_postgres_url_means_psycopg(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://u:p%40ss@host:6543/db?sslmode=require")
    url = load_settings(DatabaseSettings).database_url
    assert url.render_as_string(hide_password=False) == (
        "postgresql+psycopg://u:p%40ss@host:6543/db?sslmode=require"
    )


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("JWT_SECRET", "", "JWT_SECRET: field required"),
        ("JWT_SECRET", "hunter2", "JWT_SECRET: must have at least 32 characters"),
        ("DATABASE_URL", "", "DATABASE_URL: field required"),
        ("DATABASE_URL", "mysql://hunter2@x/y", "DATABASE_URL: must begin with postgresql://"),
        (
            "DATABASE_URL",
            "postgresql://cat:purr@hunter2@x/y",
            "DATABASE_URL: must have each @ of its user and password written as %40",
        ),
        (
            "DATABASE_URL",
            "hunter2",
            "DATABASE_URL: must look like postgresql://user:password@host/database",
        ),
        (
            "DATABASE_URL",
            "postgresql://u@host:hunter2/db",
            "DATABASE_URL: must look like postgresql://user:password@host/database",
        ),
        ("TRUSTED_HOPS", "-1", "TRUSTED_HOPS: input should be greater than or equal to 0"),
        ("PORT", "70000", "PORT: input should be less than or equal to 65535"),
        (
            "ENVIRONMENT",
            "Hunter2",
            "ENVIRONMENT: string should match pattern '^[a-z][a-z0-9-]*$'",
        ),
    ],
)
def test_a_bad_value_ends_the_process_with_one_line_that_does_not_tell_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    line: str,
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as end:
        load_settings(Settings)
    assert end.value.code == 1
    assert capsys.readouterr().err.splitlines() == [line]


def test_every_problem_has_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    with pytest.raises(SystemExit):
        load_settings(Settings)
    assert sorted(capsys.readouterr().err.splitlines()) == [
        "DATABASE_URL: field required",
        "JWT_SECRET: field required",
    ]


def test_settings_can_be_printed_without_their_secrets() -> None:
    text = repr(load_settings(Settings))
    assert "hunter2" not in text
    assert "x" * 32 not in text


@pytest.mark.parametrize(
    ("given", "direct"),
    [
        ("ep-cool-1-pooler.eu-1.aws.neon.tech", "ep-cool-1.eu-1.aws.neon.tech"),
        ("ep-cool-1.eu-1.aws.neon.tech", "ep-cool-1.eu-1.aws.neon.tech"),
        ("my-pooler.example.com", "my-pooler.example.com"),
        ("localhost", "localhost"),
    ],
)
def test_the_direct_host_is_neons_without_its_pooler(given: str, direct: str) -> None:
    url = make_url(f"postgresql://u:hunter2@{given}:5432/db?sslmode=require")
    assert direct_url(url) == url.set(host=direct)


@pytest.mark.parametrize(
    ("origins", "credentials", "line"),
    [
        (
            "*",
            "true",
            "CORS_CREDENTIALS: must not be true while CORS_ORIGINS is *: name the origins",
        ),
        (
            "https://cats.example/path",
            "false",
            "CORS_ORIGINS: must be a list like https://cats.example,http://localhost:19006",
        ),
    ],
)
def test_origins_that_would_let_everybody_in_end_the_process(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    origins: str,
    credentials: str,
    line: str,
) -> None:
    monkeypatch.setenv("CORS_ORIGINS", origins)
    monkeypatch.setenv("CORS_CREDENTIALS", credentials)
    with pytest.raises(SystemExit):
        load_settings(Settings)
    assert capsys.readouterr().err.splitlines() == [line]


@pytest.mark.parametrize("origins", ["*", "https://cats.example, http://localhost:19006"])
def test_origins_are_a_list(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("CORS_ORIGINS", origins)
    settings = load_settings(Settings)
    assert settings.cors_origins == {origin.strip() for origin in origins.split(",")}
