"""The settings: what is read from where, and every bad one named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.model import Limits
from bot.reading.web.guard import Guard
from bot.settings import read_settings
from bot.store.engine.database import Address
from tests.support.environment import SETTING_NAMES, environment


@pytest.fixture
def dotenv(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_nothing_has_to_be_set(dotenv: Path) -> None:
    with environment():
        settings = read_settings(dotenv)
    assert (settings.token, settings.desk) == ("", None)
    assert (settings.database, settings.timezone) == ("data/verbatim.sqlite3", "UTC")
    assert (settings.demo_port, settings.log_level) == (8765, "INFO")
    assert (settings.log_format, settings.log_questions) == ("text", False)
    assert (settings.health_port, settings.health_host) == (None, "127.0.0.1")
    assert (settings.limits, settings.fetch_allow) == (Limits(), ())
    assert settings.shared == "shown"


def test_an_empty_setting_counts_as_not_set(dotenv: Path) -> None:
    dotenv.write_text("".join(f"{name}=\n" for name in SETTING_NAMES), encoding="utf-8")
    with environment():
        unset = read_settings(dotenv.parent / "gone")
        assert read_settings(dotenv) == unset


def test_the_environment_comes_before_the_file(dotenv: Path) -> None:
    dotenv.write_text("VERBATIM_TIMEZONE=asia/seoul\nVERBATIM_DEMO_PORT=9000\n", encoding="utf-8")
    with environment(VERBATIM_DEMO_PORT="9001"):
        settings = read_settings(dotenv)
    assert (settings.timezone, settings.demo_port) == ("Asia/Seoul", 9001)


def test_every_bad_setting_is_named_at_once(dotenv: Path) -> None:
    bad = {
        "VERBATIM_TIMEZONE": "Mars",
        "VERBATIM_DEMO_PORT": "70000",
        "VERBATIM_LOG_LEVEL": "loud",
        "VERBATIM_LOG_FORMAT": "xml",
        "VERBATIM_LOG_QUESTIONS": "maybe",
        "VERBATIM_HEALTH_PORT": "9" * 5000,
        "VERBATIM_MAX_ARTICLES": "many",
        "VERBATIM_MAX_FEEDS": "-1",
        "VERBATIM_MAX_SERVER_MB": "0",
        "VERBATIM_MAX_PAGE_BYTES": "1.5",
        "VERBATIM_POLL_MINUTES": "0",
        "VERBATIM_KEEP_DAYS": "36501",
        "VERBATIM_GRACE_DAYS": "9" * 5000,
        "VERBATIM_SEMANTIC": "yes",
    }
    with environment(**bad), pytest.raises(SettingsError) as fault:
        read_settings(dotenv)
    for name, value in bad.items():
        assert f"{name} is “{value}”" in str(fault.value)


def test_each_limit_is_set_by_its_name(dotenv: Path) -> None:
    set_to = {
        "VERBATIM_MAX_ARTICLES": "10",
        "VERBATIM_MAX_FEEDS": "0",
        "VERBATIM_MAX_SERVER_MB": "5",
        "VERBATIM_MAX_PAGE_BYTES": "2_000_000",
        "VERBATIM_POLL_MINUTES": "60",
        "VERBATIM_KEEP_DAYS": " 90 ",
        "VERBATIM_GRACE_DAYS": "1",
    }
    with environment(**set_to):
        limits = read_settings(dotenv).limits
    assert limits == Limits(10, 0, 2_000_000, 60, 90, 1, 5)


def test_what_is_logged_and_where_the_health_page_is(dotenv: Path) -> None:
    with environment(
        VERBATIM_LOG_FORMAT=" JSON ",
        VERBATIM_LOG_QUESTIONS="Yes",
        VERBATIM_HEALTH_PORT="9464",
        VERBATIM_HEALTH_HOST="0.0.0.0",
    ):
        settings = read_settings(dotenv)
    assert (settings.log_format, settings.log_questions) == ("json", True)
    assert (settings.health_port, settings.health_host) == (9464, "0.0.0.0")


def test_the_sentence_model_is_on_unless_it_is_turned_off(dotenv: Path) -> None:
    with environment(VERBATIM_SEMANTIC=" "):
        settings = read_settings(dotenv)
    assert (settings.semantic, settings.model) == (True, None)
    with environment(VERBATIM_SEMANTIC="Off", VERBATIM_MODEL=" ~/models/multilingual "):
        settings = read_settings(dotenv)
    assert (settings.semantic, settings.model) == (False, Path.home() / "models" / "multilingual")


def test_addresses_that_may_be_fetched_have_a_port_or_none(dotenv: Path) -> None:
    with environment(VERBATIM_FETCH_ALLOW="127.0.0.1:8099, 10.1.0.0/16,[::1]:80 , fe80::1,"):
        allowed = read_settings(dotenv).fetch_allow
    assert allowed == ("127.0.0.1:8099", "10.1.0.0/16", "[::1]:80", "fe80::1")
    Guard(allowed)  # reads each of them, or would raise


@pytest.mark.parametrize(
    "address",
    ["wiki", "10.0.0", "10.0.0.5:0", "10.0.0.5:99999", "10.0.0.5:http", "u@10.0.0.5:80", "[::1]"],
)
def test_what_is_no_address_is_not_allowed(dotenv: Path, address: str) -> None:
    allow = environment(VERBATIM_FETCH_ALLOW=f"10.0.0.5, {address}")
    with allow, pytest.raises(SettingsError, match="VERBATIM_FETCH_ALLOW names") as fault:
        read_settings(dotenv)
    assert f"“{address}”" in str(fault.value)


@pytest.mark.parametrize(
    "database",
    ["some/file.db", "sqlite:///some/file.db", "sqlite:////some/file.db", "~/file.db"],
)
def test_the_index_is_saved_beside_the_file_that_the_store_opens(
    dotenv: Path, database: str
) -> None:
    with environment(VERBATIM_DATABASE=database):
        settings = read_settings(dotenv)
    assert settings.database_file == Address.parse(database).path
    assert settings.saved_index == Path(f"{settings.database_file}.index")


def test_the_index_of_a_database_that_is_no_file_is_saved_where_data_is(dotenv: Path) -> None:
    with environment(VERBATIM_DATABASE="postgresql://ann@db/verbatim"):
        settings = read_settings(dotenv)
    assert settings.database_file is None
    assert settings.saved_index == Path("data/verbatim.index")


def test_a_settings_file_that_is_no_text_is_refused(dotenv: Path) -> None:
    dotenv.write_bytes(b"\xff\xfe\x00")
    with environment(), pytest.raises(SettingsError, match="cannot be read"):
        read_settings(dotenv)


def test_the_token_is_kept_out_of_what_is_printed(dotenv: Path) -> None:
    with environment(DISCORD_TOKEN=" secret "):
        settings = read_settings(dotenv)
    assert settings.token == "secret"
    assert "secret" not in repr(settings)
