"""The settings: what is read from where, and every bad one named at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import DEFAULT_DESK, read_settings

NAMES = (
    *("DISCORD_TOKEN", "VERBATIM_DESK", "VERBATIM_DATABASE", "VERBATIM_TIMEZONE"),
    *("VERBATIM_DEMO_PORT", "VERBATIM_LOG_LEVEL"),
)


@contextmanager
def environment(**values: str) -> Iterator[None]:
    """The process environment with these settings, and none of the others."""
    before = dict(os.environ)
    for name in NAMES:
        os.environ.pop(name, None)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_nothing_has_to_be_set(dotenv: Path) -> None:
    with environment():
        settings = read_settings(dotenv)
    assert (settings.token, settings.desk) == ("", DEFAULT_DESK)
    assert (settings.database, settings.timezone) == ("data/verbatim.sqlite3", "UTC")
    assert (settings.demo_port, settings.log_level) == (8765, "INFO")


def test_an_empty_setting_counts_as_not_set(dotenv: Path) -> None:
    dotenv.write_text("".join(f"{name}=\n" for name in NAMES), encoding="utf-8")
    with environment():
        unset = read_settings(dotenv.parent / "gone")
        assert read_settings(dotenv) == unset


def test_the_environment_comes_before_the_file(dotenv: Path) -> None:
    dotenv.write_text("VERBATIM_TIMEZONE=asia/seoul\nVERBATIM_DEMO_PORT=9000\n", encoding="utf-8")
    with environment(VERBATIM_DEMO_PORT="9001"):
        settings = read_settings(dotenv)
    assert (settings.timezone, settings.demo_port) == ("Asia/Seoul", 9001)


def test_every_bad_setting_is_named_at_once(dotenv: Path) -> None:
    bad = {"VERBATIM_TIMEZONE": "Mars", "VERBATIM_DEMO_PORT": "70000", "VERBATIM_LOG_LEVEL": "loud"}
    with environment(**bad), pytest.raises(SettingsError) as fault:
        read_settings(dotenv)
    for name, value in bad.items():
        assert f"{name} is “{value}”" in str(fault.value)


def test_a_settings_file_that_is_no_text_is_refused(dotenv: Path) -> None:
    dotenv.write_bytes(b"\xff\xfe\x00")
    with environment(), pytest.raises(SettingsError, match="cannot be read"):
        read_settings(dotenv)


def test_the_token_is_kept_out_of_what_is_printed(dotenv: Path) -> None:
    with environment(DISCORD_TOKEN=" secret "):
        settings = read_settings(dotenv)
    assert settings.token == "secret"
    assert "secret" not in repr(settings)
