"""The source that somebody names: an outlet, a site, or a feed that a server follows."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from bot.errors import QuestionError
from bot.language import join_list
from bot.library.view import View
from bot.model import SHARED, ArticleSource, Feed, fold_name, site_of
from bot.store import Store

MAX_SOURCE_LENGTH = 100  # characters

_MAX_NAMED = 3  # sources that a refusal names
_MAX_TYPING_ERRORS = 2
_MIN_TYPED = 5  # letters of a name with typing errors
_KEY_BYTES = 4


@dataclass(frozen=True, slots=True)
class SourceName:
    """A source that articles are from. `key` stands for it in the id of a button; `feed_id` is that
    of a feed. `article_count` is not known of a feed."""

    source: ArticleSource
    key: str
    article_count: int = 0
    feed_id: int | None = None


def list_sources(view: View, feeds: Iterable[Feed] = ()) -> Sequence[SourceName]:
    """Return the outlets of the articles, the most frequent first, then the feeds and the sites
    that are no outlet by name."""
    outlets: Counter[str] = Counter()
    spellings: dict[str, str] = {}
    sites: Counter[str] = Counter()
    for article in view.articles:
        if article.outlet:
            folded = fold_name(article.outlet)
            outlets[folded] += 1
            spellings.setdefault(folded, article.outlet)
        if site := site_of(article.url or article.source):
            sites[site] += 1
    names = [
        SourceName(ArticleSource("outlet", spellings[folded]), _key("o", folded), count)
        for folded, count in outlets.most_common()
    ]
    names += [
        SourceName(
            ArticleSource("feed", feed.title or site_of(feed.url)), f"f{feed.id}", 0, feed.id
        )
        for feed in feeds
        if fold_name(feed.title or site_of(feed.url)) not in outlets
    ]
    names += [
        SourceName(ArticleSource("site", site), _key("s", site), count)
        for site, count in sites.most_common()
        if site not in outlets
    ]
    return names


async def find_source(
    text: str, view: View, store: Store | None, collections: Collection[int] = (SHARED,)
) -> SourceName:
    """Return the source that `text` names, among the articles of `view` and the feeds that
    `collections` follow. Raises QuestionError and StoreError."""
    names = list_sources(view, await _followed_feeds(store, collections))
    return await _with_articles(_match(text, names), store)


async def find_source_by_key(
    key: str, view: View, store: Store | None, collections: Collection[int] = (SHARED,)
) -> SourceName:
    """Return the source with a `SourceName.key`. Raises QuestionError where no article is from it
    any more, and StoreError."""
    feeds = await _followed_feeds(store, collections) if key.startswith("f") else ()
    for name in list_sources(view, feeds):
        if name.key == key:
            return await _with_articles(name, store)
    raise QuestionError(
        "There are no articles from that source here any more; ask again without it."
    )


async def _followed_feeds(store: Store | None, collections: Collection[int]) -> Sequence[Feed]:
    if store is None:
        return ()
    feeds = [feed for collection in collections for feed in await store.feeds.list(collection)]
    return list({feed.id: feed for feed in feeds}.values())


async def _with_articles(name: SourceName, store: Store | None) -> SourceName:
    """Return a feed with the articles that it has brought."""
    if name.feed_id is None or store is None:
        return name
    article_ids = frozenset(await store.articles.ids_of_feed(name.feed_id))
    source = ArticleSource("feed", name.source.name, article_ids)
    return SourceName(source, name.key, len(article_ids), name.feed_id)


def _match(text: str, names: Sequence[SourceName]) -> SourceName:
    """Return the source meant. Raises QuestionError where it is none, or may be several."""
    typed = fold_name(text)
    by_name: dict[str, SourceName] = {}
    for name in names:
        by_name.setdefault(fold_name(name.source.name), name)
    for form in (typed, site_of(text.strip()), typed.removeprefix("www.").rstrip("/")):
        if form and form in by_name:
            return by_name[form]
    holding = [name for form, name in by_name.items() if typed and _holds(form, typed)]
    if len(holding) == 1:
        return holding[0]
    shown = text.strip()[:MAX_SOURCE_LENGTH]
    if holding:
        raise QuestionError(
            "“{words}” matches several sources: {some}. Type one of them.",
            words=shown,
            some=_join_names(holding),
        )
    if near := _nearest(typed, by_name):
        raise QuestionError(
            "No article here is from “{words}”. Did you mean {near}?", words=shown, near=near
        )
    if not names:
        raise QuestionError("The articles here do not name their sources, so leave the source out.")
    raise QuestionError(
        "No article here is from “{words}”. Sources here include {some}.",
        words=shown,
        some=_join_names(names),
    )


def _holds(name: str, typed: str) -> bool:
    """Whether a name has what is typed as whole words, or as the first part of a site."""
    return f" {typed} " in f" {name} " or name.partition(".")[0] == typed


def _nearest(typed: str, by_name: Mapping[str, SourceName]) -> str | None:
    """Return the name that `typed` is a typing error for, if one is near enough."""
    if len(typed) < _MIN_TYPED:
        return None
    distances = [
        (OSA.distance(typed, name), source.source.name) for name, source in by_name.items()
    ]
    distance, name = min(distances, default=(_MAX_TYPING_ERRORS + 1, ""))
    return name if distance <= _MAX_TYPING_ERRORS else None


def _join_names(names: Sequence[SourceName]) -> str:
    return join_list([name.source.name for name in names[:_MAX_NAMED]])


def _key(kind: str, name: str) -> str:
    return kind + hashlib.blake2b(name.encode(), digest_size=_KEY_BYTES).hexdigest()
