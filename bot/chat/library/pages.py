"""What a server has added, as layouts: what was understood, the list, the health."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from discord import ui
from discord.utils import format_dt

from bot.chat.components.layout import (
    BLUE,
    GREEN,
    GREY,
    MAX_TEXT,
    NOTE_ROOM,
    ListPage,
    framed,
    listed,
)
from bot.chat.components.markdown import beginning, block_quote, link, one_line, size
from bot.chat.components.stories import MAX_TITLE, describe_article, title
from bot.chat.interaction.checked import Checked
from bot.errors import unpack_message
from bot.language import join_list, say, say_count
from bot.model import (
    SHARED,
    Article,
    Feed,
    IngestedArticle,
    IngestResult,
    Limits,
    Quote,
    StoredArticle,
)

ENTRIES_A_PAGE = 5  # five entries at their longest stay under MAX_TEXT

_MOST_SHOWN = 5
_MOST_FAILURES = 5
_LONGEST_SENTENCE = 200
_LONGEST_FEED = 80
_LONGEST_QUOTE = 500


def gathered(said: IngestResult, openings: Checked[list[Quote]], limits: Limits) -> ui.LayoutView:
    """What was understood of what was added; `openings` are first sentences of its articles."""
    notes = (f"-# {note}" for note in _notes(said, limits))
    heading = "\n".join((f"### {_heading(said)}", *notes))
    changed = [taken for taken in said.articles if taken.outcome in ("added", "edited")]
    shown = changed or said.articles
    sentences = {quote.article.id: quote for quote in openings.result}
    blocks = [_understood(taken.article, sentences.get(taken.article.id)) for taken in shown]
    fitting = _fitting(blocks, MAX_TEXT - NOTE_ROOM - size(heading))
    if left_out := len(blocks) - len(fitting):
        more = say_count(
            left_out,
            "{number:,} more article is in /library list.",
            "{number:,} more articles are in /library list.",
        )
        fitting.append([f"-# {more}"])
    return framed(GREEN if changed else BLUE, heading, fitting)


def removed(heading: str, articles: Sequence[Article]) -> ui.LayoutView:
    lines = [say("**{title}** is removed.", title=title(article)) for article in articles]
    return listed(f"### {heading}", lines)


def left(heading: str, feed: Feed, *, with_articles: bool) -> ui.LayoutView:
    """A feed that a server follows no longer."""
    name = _feed_title(feed)
    if with_articles:
        line = say("**{name}** is no longer followed; what it brought is removed.", name=name)
    else:
        line = say("**{name}** is no longer followed; what it brought stays.", name=name)
    return framed(BLUE, f"### {heading}\n{line}")


def library(
    articles: Sequence[StoredArticle], feeds: Sequence[Feed], page: ListPage[StoredArticle | Feed]
) -> ui.LayoutView:
    """One page of what a server has added: its articles, then its feeds."""
    if not articles and not feeds:
        nothing = say(
            "**This server has added nothing yet.** Add with /library add link, file or feed; "
            "/sources lists the articles that everybody sees."
        )
        return framed(GREY, nothing)
    extent = (
        say_count(len(articles), "{number:,} article", "{number:,} articles"),
        say_count(len(feeds), "{number:,} feed", "{number:,} feeds"),
        page.label,
    )
    heading = say("This server's library")
    titles: dict[int | None, str] = {feed.id: _feed_title(feed) for feed in feeds}
    return framed(
        BLUE,
        f"### {heading}\n-# {' · '.join(extent)}",
        [
            [_followed(entry) if isinstance(entry, Feed) else _added(entry, titles)]
            for entry in page.entries
        ],
    )


def health(heading: str, articles: int, feeds: Sequence[Feed], limits: Limits) -> ui.LayoutView:
    """How a server's feeds are doing, those with trouble first, and what is used of each limit."""
    facts = (
        say_count(
            limits.articles,
            "{held:,} of {number:,} article",
            "{held:,} of {number:,} articles",
            held=articles,
        ),
        _kept(limits),
        say_count(
            limits.feeds,
            "{held:,} of {number:,} feed",
            "{held:,} of {number:,} feeds",
            held=len(feeds),
        ),
        _polled(limits),
        say("pages and files of at most {size}", size=megabytes(limits.page_bytes)),
    )
    troubled_first = sorted(feeds, key=lambda feed: -feed.failures)
    doing = [_doing(feed) for feed in troubled_first] or [say("No feed is followed.")]
    return listed(f"### {heading}\n-# {' · '.join(facts)}", doing)


def megabytes(size_: int) -> str:
    return f"{size_ / 1_000_000:,.1f} MB"


def in_words(entry: Article | Feed) -> str:
    """One line for a list to choose from."""
    if isinstance(entry, Feed):
        return say("Feed: {name}", name=entry.title or entry.url)
    published = entry.published.isoformat() if entry.published else None
    name = " ".join(entry.title.split()) or say("untitled")
    return " · ".join(filter(None, (name, entry.outlet, published)))


def _heading(said: IngestResult) -> str:
    if said.feed:
        return say("Following {name}", name=_feed_title(said.feed))
    outcomes = {taken.outcome for taken in said.articles}
    if "added" in outcomes:
        return say("Added")
    if outcomes == {"edited"}:
        return say("Brought up to date")
    if outcomes == {"source"}:
        return say("Held already, now with one more address")
    return say("Held already")


def _notes(said: IngestResult, limits: Limits) -> Iterator[str]:
    if said.feed or len(said.articles) > 1:
        yield _tally(said.articles)
    if said.feed:
        yield _polled(limits) + _open(said.feed)
    if any(taken.collection == SHARED for taken in said.articles):
        yield say("What is held already stands among the articles that everybody sees.")
    if said.pending_entries:
        yield say_count(
            said.pending_entries,
            "{number:,} entry will come with the next polls.",
            "{number:,} entries will come with the next polls.",
        )
    if said.unread_entries:
        yield say_count(
            said.unread_entries,
            "{number:,} older entry of the feed is left out.",
            "{number:,} older entries of the feed are left out.",
        )
    for sentence in said.failures[:_MOST_FAILURES]:
        yield say("Not taken: {reason}", reason=one_line(sentence, _LONGEST_SENTENCE))
    if (more := len(said.failures) - _MOST_FAILURES) > 0:
        yield say_count(more, "{number:,} more is not taken.", "{number:,} more are not taken.")


def _tally(taken: Sequence[IngestedArticle]) -> str:
    outcomes = Counter(each.outcome for each in taken)
    known = outcomes["source"] + outcomes["known"]
    told = (
        (outcomes["added"], say("{number:,} added", number=outcomes["added"])),
        (outcomes["edited"], say("{number:,} brought up to date", number=outcomes["edited"])),
        (known, say("{number:,} held already", number=known)),
    )
    return ", ".join(done for number, done in told if number) or say("no entries yet")


def _kept(limits: Limits) -> str:
    """For how long articles stay."""
    if not limits.keep_days:
        return say("kept until removed")
    return say_count(limits.keep_days, "kept for {number:,} day", "kept for {number:,} days")


def _polled(limits: Limits) -> str:
    return say_count(
        limits.poll_minutes, "polled every {number:,} minute", "polled every {number:,} minutes"
    )


def _understood(article: Article, sentence: Quote | None) -> list[str]:
    author = ""
    if article.author:
        author = say("by {name}", name=one_line(article.author, MAX_TITLE))
    facts = " · ".join(filter(None, (author, _origins(article))))
    block = [describe_article(article) + (f"\n-# {facts}" if facts else "")]
    if sentence:
        text = beginning(sentence.text, (), _LONGEST_QUOTE)
        whole = text == sentence.text
        above = say("Its first sentence:") if whole else say("Its first sentence, which goes on:")
        block += [f"-# {above}", block_quote(text)]
    return block


def _origins(article: Article) -> str:
    """Where what is known of an article is known from; nothing where nothing is."""
    known: defaultdict[str, list[str]] = defaultdict(list)
    for name, value, origin in (
        (say("outlet"), article.outlet, article.origins.outlet),
        (say("author"), article.author, article.origins.author),
        (say("date"), article.published, article.origins.published),
    ):
        if value and origin:
            known[origin].append(name)
    return "; ".join(
        say(
            "{facts} from {origin}",
            facts=join_list(names),
            origin=one_line(say(origin), MAX_TITLE),
        )
        for origin, names in known.items()
    )


def _added(holding: StoredArticle, feeds: Mapping[int | None, str]) -> str:
    """`feeds` are the titles of the feeds that may have brought it."""
    article = holding.article
    brought = [feeds[source.feed_id] for source in holding.sources if source.feed_id in feeds]
    facts = [say("added {when}", when=format_dt(article.added_at, "d")) if article.added_at else ""]
    if brought:
        facts.append(say("by the feed {name}", name=brought[0]))
    elif holding.added_by:
        facts.append(say("added by {name}", name=f"<@{holding.added_by}>"))
    if also := len(article.other_addresses):
        facts.append(say_count(also, "also at {number:,} address", "also at {number:,} addresses"))
    return f"{describe_article(article)}\n-# {' · '.join(filter(None, facts))}"


def _followed(feed: Feed) -> str:
    name = say("Feed: {name}", name=_feed_title(feed))
    return f"**{name}**\n-# {_next_poll(feed)}{_open(feed)}"


def _doing(feed: Feed) -> str:
    success = say("no success yet")
    if feed.last_ok_at:
        success = say("last success {when}", when=format_dt(feed.last_ok_at, "R"))
    line = f"**{_feed_title(feed)}**{_open(feed)}\n-# {success} · {_next_poll(feed)}"
    if feed.failures:
        failed = say_count(
            feed.failures,
            "{number:,} failure in a row: {reason}",
            "{number:,} failures in a row: {reason}",
            reason=one_line(unpack_message(feed.error or ""), _LONGEST_SENTENCE),
        )
        line += f"\n-# {failed}"
    return line


def _next_poll(feed: Feed) -> str:
    return say("next poll {when}", when=format_dt(feed.next_poll_at, "R"))


def _feed_title(feed: Feed) -> str:
    return one_line(feed.title or feed.url, _LONGEST_FEED)


def _open(feed: Feed) -> str:
    target = link(say("open"), feed.url)
    return f" · {target}" if target else ""


def _fitting(blocks: Sequence[list[str]], room: int) -> list[list[str]]:
    """The first blocks, as they fit `room` (in size)."""
    shown: list[list[str]] = []
    for block in blocks[:_MOST_SHOWN]:
        room -= sum(map(size, block))
        if room < 0:
            break
        shown.append(block)
    return shown
