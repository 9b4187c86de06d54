"""Where a client finds its broker, and as whom it speaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from hushbus import Settings, SettingsError


def test_everything_comes_from_the_environment() -> None:
    settings = Settings.of(
        environment={
            "HUSHBUS_ADDR": "https://broker.example:8420/",
            "HUSHBUS_TOKEN": " key ",
            "HUSHBUS_PROJECT": "demo",
            "HUSHBUS_DOMAIN": "staging",
        }
    )
    assert settings.address == "https://broker.example:8420"
    assert settings.token.read() == "key"
    assert (settings.project, settings.domain) == ("demo", "staging")


def test_what_is_said_comes_first() -> None:
    environment = {"HUSHBUS_ADDR": "http://one", "HUSHBUS_TOKEN": "one", "HUSHBUS_PROJECT": "one"}
    settings = Settings.of("http://two", "two", project="two", environment=environment)
    assert (settings.address, settings.token.read(), settings.project) == ("http://two", "two", "two")


def test_a_token_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("first\n")
    settings = Settings.of(environment={"HUSHBUS_TOKEN_FILE": str(file)})
    assert settings.token.read() == "first"
    file.write_text("second\n")
    assert settings.token.read() == "second"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "HUSHBUS_TOKEN"),
        ({"HUSHBUS_TOKEN": "x", "HUSHBUS_ADDR": "broker:8420"}, "HUSHBUS_ADDR"),
        ({"HUSHBUS_TOKEN": "x", "HUSHBUS_ADDR": "http://broker/api"}, "HUSHBUS_ADDR"),
    ],
)
def test_what_is_missing_is_named(environment: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        Settings.of(environment=environment)


def test_a_file_that_is_not_there_is_named_by_its_variable() -> None:
    settings = Settings.of(environment={"HUSHBUS_TOKEN_FILE": "/nowhere/token"})
    with pytest.raises(SettingsError, match="HUSHBUS_TOKEN_FILE"):
        settings.token.read()


def test_authorities_have_to_be_readable() -> None:
    with pytest.raises(SettingsError, match="HUSHBUS_CACERT"):
        Settings.of(environment={"HUSHBUS_TOKEN": "x"}, cacert="/nowhere/ca.pem").trust()
