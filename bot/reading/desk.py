"""A desk folder to its articles, topics and names: `.txt` files and three optional TOML files."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bot.errors import DeskError
from bot.language import LANGUAGES
from bot.model import Article, Topic
from bot.reading.decoding import drop_unstorable
from bot.reading.pages.page import Story
from bot.reading.plain_text import date_by_name, read_text
from bot.text.names import Name

_SOURCE_KEYS = {"outlet", "author", "url", "published"}
_TOPIC_KEYS = {"title", "titles", "aliases", "words"}


@dataclass(frozen=True, slots=True)
class Desk:
    """One briefing subject as its folder defines it, in the order of the file names."""

    articles: tuple[Article, ...]
    topics: tuple[Topic, ...]
    names: tuple[Name, ...]


def read_desk(folder: Path | None) -> Desk:
    """Read the desk in `folder`: every `.txt` file, and `sources.toml`, `topics.toml` and
    `names.toml` where they exist. Without a folder, or with an empty one, it holds nothing.

    Raises DeskError with one sentence that names the file and what is wrong with it. A story that
    two files carry word for word is kept once.
    """
    if folder is None:
        return Desk((), (), ())
    if not folder.is_dir():
        raise DeskError(
            f"The desk {folder} is not a folder. Name one with --desk or VERBATIM_DESK."
        )
    sources = _read_sources(folder / "sources.toml")
    topics = tuple(_read_topics(folder / "topics.toml"))
    names = tuple(_read_names(folder / "names.toml"))
    files = sorted(folder.glob("*.txt"))
    if unknown := sources.keys() - {file.name for file in files}:
        raise DeskError(
            f"{folder / 'sources.toml'} names {min(unknown)}, which is not in the desk."
        )
    articles: dict[str, Article] = {}
    for file in files:
        for article in _read_articles(file, sources.get(file.name, {})):
            articles.setdefault(article.id, article)
    if files and not articles:
        raise DeskError(f"No article was found in the text files of the desk {folder}.")
    return Desk(tuple(articles.values()), topics, names)


def article_id(story: Story) -> str:
    """Return twelve hexadecimal digits, a hash of a story's title and text."""
    text = "\n".join((story.title, *(paragraph.text for paragraph in story.paragraphs)))
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def _read_articles(file: Path, source: Mapping[str, Any]) -> Iterator[Article]:
    text = _read_text(file)
    added = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    for story in date_by_name(read_text(text), file.name):
        details = source if story.kind == "main" else {}
        day, moment = story.published, story.published_at
        if stated := details.get("published"):
            day, moment = _split_moment(stated)
        yield Article(
            id=article_id(story),
            title=story.title,
            paragraphs=story.paragraphs,
            source=file.name,
            kind=story.kind,
            outlet=_storable(details.get("outlet")) or story.outlet,
            author=_storable(details.get("author")) or story.author,
            url=details.get("url"),
            published=day,
            published_at=moment,
            added_at=added,
        )


def _split_moment(stated: date) -> tuple[date, datetime | None]:
    """Return the day of a date of TOML, and the moment (UTC) where it states one."""
    if isinstance(stated, datetime):
        return stated.date(), stated.astimezone(UTC)
    return stated, None


def _storable(detail: str | None) -> str:
    return drop_unstorable(detail or "")


def _read_sources(file: Path) -> dict[str, Mapping[str, Any]]:
    sources = _read_tables(file, _SOURCE_KEYS)
    for name, source in sources.items():
        for key, value in source.items():
            if key == "published":
                has_no_zone = isinstance(value, datetime) and value.tzinfo is None
                if not isinstance(value, date) or has_no_zone:
                    raise DeskError(
                        f"{file}: {name}: published must be a date such as 2025-09-19, or a time "
                        "with its zone such as 2025-09-19T09:00:00+09:00."
                    )
            elif not isinstance(value, str) or not value.strip():
                raise DeskError(f"{file}: {name}: {key} must be text in quotes.")
            elif key == "url" and not value.startswith(("https://", "http://")):
                raise DeskError(f"{file}: {name}: url must begin with https:// or http://.")
    return sources


def _read_topics(file: Path) -> Iterator[Topic]:
    for slug, table in _read_tables(file, _TOPIC_KEYS).items():
        title, aliases, words = (table.get(key, []) for key in ("title", "aliases", "words"))
        titles = table.get("titles", {})
        if not isinstance(title, str) or not _is_text_list(aliases) or not _is_text_list(words):
            raise DeskError(
                f"{file}: {slug}: a topic needs a title in quotes; aliases and words are lists."
            )
        if not isinstance(titles, dict) or not _is_text_list([*titles.values()]):
            raise DeskError(
                f"{file}: {slug}: titles must be a table of a title in quotes for each language, "
                'such as { ko = "무역" }.'
            )
        if unknown := titles.keys() - set(LANGUAGES):
            raise DeskError(
                f"{file}: {slug}: {min(unknown)} is not a language of Verbatim. The languages are "
                f"{', '.join(LANGUAGES)}."
            )
        names = dict.fromkeys((*aliases, *(name for name in titles.values() if name != title)))
        yield Topic(slug, title, tuple(names), tuple(words), titles=tuple(titles.items()))


def _read_names(file: Path) -> Iterator[Name]:
    for kind, table in _read_tables(file).items():
        for name, forms in table.items():
            if not _is_text_list(forms):
                raise DeskError(f"{file}: {kind}: {name} must be a list of names in quotes.")
            yield Name(name, kind, (name, *forms))


def _read_tables(file: Path, keys: set[str] | None = None) -> dict[str, Mapping[str, Any]]:
    """Return the tables of a TOML file, none where it is missing; only `keys` may be in them."""
    if not file.exists():
        return {}
    try:
        tables = tomllib.loads(_read_text(file))
    except tomllib.TOMLDecodeError as error:
        raise DeskError(f"{file} is not valid TOML: {error}.") from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise DeskError(f"{file}: {name} must be a table, written [{name}].")
        if keys and (unknown := table.keys() - keys):
            raise DeskError(
                f"{file}: {name}: {min(unknown)} is not a known key. The keys are "
                f"{', '.join(sorted(keys))}."
            )
    return tables


def _is_text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _read_text(file: Path) -> str:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DeskError(f"{file} cannot be read: {error.strerror}.") from error
    if b"\0" in content:
        raise DeskError(f"{file} is not a text file. Remove it or save it as plain UTF-8 text.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeskError(f"{file} is not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
