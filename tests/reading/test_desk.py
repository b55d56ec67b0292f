"""A desk folder read: the seeds, what may be missing, and every way a folder can be wrong."""

from __future__ import annotations

import hashlib
import os
from datetime import date
from pathlib import Path

import pytest

from bot.errors import DeskError
from bot.reading.desk import read_desk

SEEDS = Path(__file__).parents[2] / "seeds"
SEEDS_SHA256 = "a083ee2b7eaf0b12a79a70c1c775c5df09aecc989b4d37d6de31f7cbe0f2e9e2"
STORY = (
    "Steel tariff rises\n\nThe tariff on steel rose to 15 percent in March, the ministry said on "
    "Friday.\n\nExports of steel fell at once, and farmers in the valley worry.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "steel.txt").write_text(STORY, encoding="utf-8")
    return tmp_path


def test_the_seeds_are_the_five_texts_byte_for_byte() -> None:
    # One figure for all five, so that an editor that trims or re-encodes them is noticed.
    contents = b"".join(file.read_bytes() for file in sorted(SEEDS.glob("*.txt")))
    assert hashlib.sha256(contents).hexdigest() == SEEDS_SHA256


def test_the_seeds_hold_26_stories_verbatim() -> None:
    articles = read_desk(SEEDS).articles
    kinds = [article.kind for article in articles]
    assert (kinds.count("main"), kinds.count("related")) == (5, 21)
    assert len({article.id for article in articles}) == 26
    pages = {file.name: file.read_bytes().decode() for file in SEEDS.glob("*.txt")}
    for article in articles:
        assert article.paragraphs
        for paragraph in article.paragraphs:
            assert paragraph.text in pages[article.source]


def test_an_outlet_is_named_only_where_the_text_says_it() -> None:
    outlets = {article.outlet for article in read_desk(SEEDS).articles}
    assert outlets == {
        None,
        "Asia Times",
        "South China Morning Post",
        "RTHK",
        "Wez G Official Website",
    }


def test_the_seeds_have_twelve_topics_and_names_in_korean() -> None:
    desk = read_desk(SEEDS)
    slugs = {topic.slug for topic in desk.topics}
    assert slugs >= {
        *("north-korea", "us-alliance", "china", "japan", "taiwan", "trade", "nuclear", "russia"),
        *("soft-power", "us-troops", "trump-musk", "ai"),
    }
    assert all(dict(topic.titles)["ko"] in topic.aliases for topic in desk.topics)
    forms = {form for name in desk.names for form in name.forms}
    assert forms >= {"DPRK", "북한", "이재명", "미국"}


def test_a_topic_is_called_by_its_titles_in_other_languages(folder: Path) -> None:
    (folder / "topics.toml").write_text(
        '[steel]\ntitle = "철강"\ntitles = { en = "Steel", ko = "철강" }\n'
        'aliases = ["iron", "Steel"]\n',
        encoding="utf-8",
    )
    (steel,) = read_desk(folder).topics
    assert steel.titles == (("en", "Steel"), ("ko", "철강"))
    assert steel.aliases == ("iron", "Steel")


def test_a_desk_needs_no_toml_files(folder: Path) -> None:
    desk = read_desk(folder)
    assert [article.title for article in desk.articles] == ["Steel tariff rises"]
    assert (desk.topics, desk.names) == ((), ())
    article = desk.articles[0]
    assert (article.outlet, article.author, article.url, article.published) == (None,) * 4
    assert article.added_at


def test_sources_state_what_the_text_cannot_tell(folder: Path) -> None:
    (folder / "sources.toml").write_text(
        '["steel.txt"]\noutlet = "The Valley"\nauthor = "A. Smith"\n'
        'url = "https://valley.example/steel"\npublished = 2025-03-08\n',
        encoding="utf-8",
    )
    article = read_desk(folder).articles[0]
    assert (article.outlet, article.author) == ("The Valley", "A. Smith")
    assert (article.url, article.published) == ("https://valley.example/steel", date(2025, 3, 8))


def test_a_story_that_two_files_carry_is_held_once(folder: Path) -> None:
    (folder / "again.txt").write_text(STORY, encoding="utf-8")
    assert len(read_desk(folder).articles) == 1


def test_an_article_keeps_its_id_and_its_text_through_a_byte_order_mark(folder: Path) -> None:
    plain = read_desk(folder).articles[0]
    (folder / "steel.txt").write_text(STORY, encoding="utf-8-sig")
    assert read_desk(folder).articles[0].id == plain.id


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bad.txt", b"\x89PNG\r\n\x1a\n\0\0", "bad.txt is not a text file"),
        ("bad.txt", "Präsident".encode("latin-1"), "bad.txt is not UTF-8"),
        ("sources.toml", b"[broken", "sources.toml is not valid TOML"),
        ("sources.toml", b'["gone.txt"]\noutlet = "X"\n', "names gone.txt"),
        ("sources.toml", b'["steel.txt"]\noutlt = "X"\n', "outlt is not a known key"),
        ("sources.toml", b'["steel.txt"]\npublished = "soon"\n', "must be a date"),
        (
            "sources.toml",
            b'["steel.txt"]\nurl = "file:///etc/passwd"\n',
            "must begin with https://",
        ),
        ("sources.toml", b'["steel.txt"]\noutlet = ""\n', "must be text"),
        ("topics.toml", b"trade = 3\n", "must be a table"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\naliases = "tariffs"\n', "lists"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\ntitles = ["Handel"]\n', "must be a table"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\ntitles = "Handel"\n', "must be a table"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\ntitles = { ko = " " }\n', "must be a table"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\ntitles = { ko = 3 }\n', "must be a table"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\ntitles = { KO = "T" }\n', "KO is not a lang"),
        ("topics.toml", b'[trade]\ntitle = "Trade"\ntitles = { xx = "T" }\n', "xx is not a lang"),
        ("names.toml", b'[place]\n"North Korea" = "DPRK"\n', "must be a list"),
        ("names.toml", "[place]\n".encode("utf-16"), "not a text file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_what_is_wrong(
    folder: Path, name: str, content: bytes, reason: str
) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(DeskError, match=reason) as fault:
        read_desk(folder)
    assert "\n" not in str(fault.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_named(folder: Path) -> None:
    (folder / "steel.txt").chmod(0)
    with pytest.raises(DeskError, match="Permission denied"):
        read_desk(folder)


def test_a_folder_that_holds_no_story_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="is not a folder"):
        read_desk(tmp_path / "gone")
    assert not read_desk(tmp_path).articles  # an empty folder is a desk to be filled
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    with pytest.raises(DeskError, match="No article was found"):
        read_desk(tmp_path)
