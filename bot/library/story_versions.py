"""Stories as new articles, and as versions of those that are stored."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.library.deduplication import has_new_headline
from bot.model import Article, Source, StoredArticle
from bot.reading.pages.page import Story

# A publication date later than this after now is ignored (a page's clock may be ahead).
_MAX_CLOCK_LEAD = timedelta(days=1)
# The text of a feed's entry and that of its page always differ a little. They have different keys,
# so that only a changed text from the same origin counts as an edit.
_FEED_PREFIX = "feed:"
_MAX_FEED_KEY = 1_500  # bytes; the store takes keys of 2,000


def feed_entry_key(key: str) -> str:
    """Return the key of a story's text in a feed, from the key of the story's address."""
    encoded = key.encode()
    if len(encoded) > _MAX_FEED_KEY:
        key = hashlib.blake2b(encoded, digest_size=16).hexdigest()
    return _FEED_PREFIX + key


def make_article(collection: int, story: Story, source: Source | str, now: datetime) -> Article:
    """Return a story as a new article of a collection; `source` is its address or a file name."""
    address = source.address if isinstance(source, Source) else source
    text = "\n".join((story.title, *(paragraph.text for paragraph in story.paragraphs)))
    identity = "\n".join((str(collection), *source_keys(source)[:1], text))
    published = _past_date(story, now)
    return Article(
        id=hashlib.blake2b(identity.encode(), digest_size=6).hexdigest(),
        title=story.title,
        paragraphs=story.paragraphs,
        source=address,
        kind=story.kind,
        outlet=story.outlet,
        author=story.author,
        url=story.url or (address if isinstance(source, Source) else None),
        published=published,
        published_at=_past_moment(story, now) if published else None,
        added_at=now,
        origins=story.origins if published else replace(story.origins, published=None),
    )


def _past_date(story: Story, now: datetime) -> date | None:
    """Return the stated date of publication, unless it is in the future."""
    stated = story.published
    return stated if stated and stated <= (now + _MAX_CLOCK_LEAD).date() else None


def _past_moment(story: Story, now: datetime) -> datetime | None:
    """Return the stated time of publication, unless it is in the future."""
    stated = story.published_at
    return stated if stated and stated <= now + _MAX_CLOCK_LEAD else None


def dates_after_edit(story: Story, article: Article, now: datetime) -> dict[str, Any]:
    """Return the day and the time of publication of an edited article: what its page states now, or
    else what it stated before."""
    day, moment = _past_date(story, now), _past_moment(story, now)
    if day is None or (day == article.published and moment is None):
        return {"published": article.published, "published_at": article.published_at}
    return {"published": day, "published_at": moment}


def source_keys(source: Source | str) -> tuple[str, ...]:
    """Return the keys under which a source may be stored, its own first; none for a file."""
    if isinstance(source, str):
        return ()
    key = source.key
    if key.startswith(_FEED_PREFIX):
        return key, key.removeprefix(_FEED_PREFIX)
    return key, feed_entry_key(key)


def find_by_key(key: str, articles: Iterable[StoredArticle]) -> StoredArticle | None:
    """Return the first article that has a source of this key; None if there is none."""
    return next(
        (stored for stored in articles if key in {source.key for source in stored.sources}), None
    )


def is_text_from(stored: StoredArticle, key: str) -> bool:
    """Whether the stored text is from the source `key`; other sources may word it differently."""
    return any(
        source.key == key and source.address == stored.article.source for source in stored.sources
    )


def corrects_headline(stored: StoredArticle, story: Story, source: Source | str) -> bool:
    """Whether `story`, with the text of `stored`, comes with a corrected headline.

    So it does where both are files or addresses of one outlet, unless it states an earlier day. A
    feed and its page, and two outlets with the text of one agency, may head it as they like.
    """
    article = stored.article
    if not has_new_headline(story, article.title) or story.origins.text != article.origins.text:
        return False
    if story.published and article.published and story.published < article.published:
        return False
    old_keys = [held.key for held in stored.sources if held.address == article.source]
    is_same_outlet = _fold(story.outlet) == _fold(article.outlet)
    if isinstance(source, str) or not old_keys:
        return is_same_outlet and isinstance(source, str) and not old_keys
    is_same_kind = old_keys[0].startswith(_FEED_PREFIX) == source.key.startswith(_FEED_PREFIX)
    return is_same_outlet and story.outlet is not None and is_same_kind


def _fold(outlet: str | None) -> str:
    return (outlet or "").casefold()
