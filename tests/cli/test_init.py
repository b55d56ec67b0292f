"""`verbatim init`: what it asks, what it writes, and that nothing is lost on the way."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import read_file, read_settings
from tests.support.environment import environment

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.a-bcdefghijklmnopqrstuvwxyz_123456789AB"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "moons.txt").write_text(
        "Two moons\n\nThe second moon of Vell rises on Thursday, the observatory said.\n"
    )
    with environment():
        yield tmp_path


def init(*answers: str) -> Result:
    """What comes of these answers; Ctrl-D follows them."""
    return CliRunner().invoke(main, ["init"], input="".join(f"{answer}\n" for answer in answers))


def test_what_is_answered_is_written_for_nobody_else_to_read(folder: Path) -> None:
    result = init(TOKEN, "folder", "news", "Berlin", "my data/bot.sqlite3", "", "hidden")
    assert result.exit_code == 0, result.output
    file = folder / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"DISCORD_TOKEN={TOKEN}\n" in file.read_text()  # bare: docker takes quotes as they are
    settings = read_settings(file)
    assert (settings.token, settings.desk, settings.shared) == (TOKEN, Path("news"), "hidden")
    assert (settings.timezone, settings.database) == (
        "Europe/Berlin",
        "my data/bot.sqlite3",
    )
    assert "client_id=123456789012345678" in result.output
    assert TOKEN not in result.output


def test_a_bot_without_articles_of_its_own_is_asked_for_nothing_more(folder: Path) -> None:
    assert init("", "none", "", "", "").exit_code == 0
    assert read_file(folder / ".env").keys() == {"VERBATIM_TIMEZONE", "VERBATIM_DATABASE"}
    assert read_settings(folder / ".env").desk is None


def test_what_is_set_already_is_kept(folder: Path) -> None:
    file = folder / ".env"
    file.write_text(
        f"# mine\nDISCORD_TOKEN={TOKEN}\nVERBATIM_DESK=news\nVERBATIM_MAX_FEEDS=7\n"
        "VERBATIM_TIMEZONE=Asia/Tokyo\n"
    )
    before = read_file(file)
    assert init("", "", "", "", "", "", "").exit_code == 0
    after = read_file(file)
    assert after == {
        **before,
        "VERBATIM_DATABASE": "data/verbatim.sqlite3",
        "VERBATIM_SHARED": "shown",
    }
    assert file.read_text().startswith("# mine\n")


@pytest.mark.parametrize(
    "answers",
    [(), (TOKEN,), (TOKEN, "none"), (TOKEN, "folder", "news", "Berlin", "")],
    ids=["at-once", "after-token", "after-desk", "at-feeds"],
)
def test_whoever_leaves_early_changes_nothing(folder: Path, answers: tuple[str, ...]) -> None:
    (folder / ".env").write_text("VERBATIM_TIMEZONE=UTC\n")
    assert init(*answers).exit_code == 1
    assert (folder / ".env").read_text() == "VERBATIM_TIMEZONE=UTC\n"


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (("abc", ""), "That is not a bot token"),
        (("", "everything", "none"), "is not one of 'none', 'example', 'folder'"),
        (("", "folder", "news/moons.txt/x", "news"), "cannot be created"),
        (("", "none", "Atlantis", "UTC"), "There is no time zone “Atlantis”"),
        (("", "none", "", "", "missing.opml"), "missing.opml cannot be read: No such file"),
        (("", "none", "", "", "news.xml"), "This is not an OPML file"),
        (("", "none", "", "", "ftp://example.com"), "ftp: addresses cannot be fetched"),
    ],
    ids=["token", "choice", "folder", "zone", "file", "opml", "address"],
)
def test_what_cannot_be_used_is_asked_again(
    folder: Path, answers: tuple[str, ...], says: str
) -> None:
    (folder / "news.xml").write_text("<rss/>")
    result = init(*answers)
    assert says in result.output
    assert result.exit_code == 1  # it asks on, and nobody answers
    assert not (folder / ".env").exists()


def test_a_feed_that_fails_costs_nothing_that_was_written(folder: Path) -> None:
    result = init("", "folder", "news", "", "", "http://127.0.0.1:9/feed", "", "")
    assert result.exit_code == 0, result.output
    assert "Add the ones that failed later with `verbatim add`." in result.output
    assert read_settings(folder / ".env").desk == Path("news")


def test_a_settings_file_that_cannot_be_read_is_one_sentence(folder: Path) -> None:
    (folder / ".env").mkdir()
    result = init()
    assert result.exit_code == 2
    assert result.output.startswith("The settings file .env cannot be read")
