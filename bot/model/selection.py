"""Which articles a question is about: of a period, of a source, or both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from bot.model.articles import Article

_MOMENT = timedelta(microseconds=1)

SourceKind = Literal["outlet", "site", "feed"]


@dataclass(frozen=True)
class Period:
    """The time from `start` up to, not including, `end` (aware, UTC); None where it has no such
    limit. `zone` (an IANA name) says whose days they are: an article that states a day but no time
    is of a period that has any part of that day there, and one that states none is of no period."""

    start: datetime | None
    end: datetime | None
    zone: str = "UTC"

    def has(self, article: Article) -> bool:
        """Whether the article was published in it."""
        if at := article.published_at:
            return (self.start is None or at >= self.start) and (self.end is None or at < self.end)
        if day := article.published:
            first, last = self.days
            return (first is None or day >= first) and (last is None or day <= last)
        return False

    @cached_property
    def days(self) -> tuple[date | None, date | None]:
        """Its first and its last day in its zone."""
        zone = ZoneInfo(self.zone)
        first = self.start.astimezone(zone).date() if self.start else None
        last = (self.end - _MOMENT).astimezone(zone).date() if self.end else None
        return first, last


@dataclass(frozen=True)
class ArticleSource:
    """Where articles come from: an outlet, a site or a feed, named `name`.

    `article_ids` are those of a feed that the articles do not state themselves.
    """

    kind: SourceKind
    name: str
    article_ids: frozenset[str] = frozenset()

    def has(self, article: Article) -> bool:
        """Whether the article is from it."""
        match self.kind:
            case "outlet":
                return fold_name(article.outlet or "") == fold_name(self.name)
            case "site":
                addresses = (article.url, article.source, *article.other_addresses)
                return self.name in map(site_of, filter(None, addresses))
            case "feed":
                return article.id in self.article_ids


@dataclass(frozen=True)
class Selection:
    """The articles of a period, of a source, or of both; all where both are None."""

    period: Period | None = None
    source: ArticleSource | None = None

    def __bool__(self) -> bool:
        return bool(self.period or self.source)

    def has(self, article: Article) -> bool:
        """Whether the article is one of them."""
        is_from_source = self.source is None or self.source.has(article)
        return is_from_source and (self.period is None or self.period.has(article))


@dataclass(frozen=True)
class Selected:
    """What a selection left: `article_count` articles; `undated_count` of its source state no date
    and so are of no period."""

    selection: Selection
    article_count: int = 0
    undated_count: int = 0


def fold_name(name: str) -> str:
    """Return a name without case and without spaces at its ends or twice between words."""
    return " ".join(name.casefold().split())


def site_of(address: str) -> str:
    """Return the host of an address without "www."; "" for a file."""
    _, separator, rest = address.partition("://")
    host = rest.split("/", 1)[0].split("?", 1)[0].rpartition("@")[2].partition(":")[0]
    return host.casefold().removeprefix("www.") if separator else ""
