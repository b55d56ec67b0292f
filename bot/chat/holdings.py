"""What a server has added, as layouts: what was understood, the list, the health, what is kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from discord import ui
from discord.utils import format_dt

from bot.chat.layout import (
    BLUE,
    GREEN,
    GREY,
    LONGEST_TEXT,
    NOTE_ROOM,
    Page,
    counted,
    framed,
    listed,
)
from bot.chat.markdown import beginning, block_quote, link, one_line, size
from bot.chat.quotations import LONGEST_TITLE, Block, title
from bot.chat.render import held
from bot.gathering import Gathered
from bot.library.librarian import Outcome, Taken
from bot.model import SHARED, Article, Feed, Holding, Limits, Quote
from bot.store import Kept

ENTRIES_A_PAGE = 5  # five entries at their longest stay under LONGEST_TEXT

_MOST_SHOWN = 5
_MOST_FAILURES = 5
_LONGEST_SENTENCE = 200
_LONGEST_FEED = 80
_LONGEST_QUOTE = 500

_HEADINGS: Mapping[Outcome, str] = {
    "added": "Added",
    "edited": "Brought up to date",
    "source": "Held already, now with one more address",
    "known": "Held already",
}


def gathered(said: Gathered, openings: Sequence[Quote], limits: Limits) -> ui.LayoutView:
    """What was understood of what was added; `openings` are first sentences of its articles."""
    heading = "\n".join((f"### {_heading(said)}", *_notes(said, limits)))
    changed = [taken for taken in said.taken if taken.outcome in ("added", "edited")]
    shown = changed or said.taken
    sentences = {quote.article.id: quote for quote in openings}
    blocks = [_understood(taken.article, sentences.get(taken.article.id)) for taken in shown]
    fitting = _fitting(blocks, LONGEST_TEXT - NOTE_ROOM - size(heading))
    if left_out := len(blocks) - len(fitting):
        fitting.append([f"-# {counted(left_out, 'more article')} in /library list."])
    return framed(GREEN if changed else BLUE, heading, fitting)


def removed(heading: str, articles: Sequence[Article]) -> ui.LayoutView:
    lines = [f"**{title(article)}** is removed." for article in articles]
    return listed(f"### {heading}", lines, "articles")


def left(heading: str, feed: Feed, *, with_articles: bool) -> ui.LayoutView:
    """A feed that a server follows no longer."""
    articles = "is removed" if with_articles else "stays"
    line = f"**{_feed_title(feed)}** is no longer followed; what it brought {articles}."
    return framed(BLUE, f"### {heading}\n{line}")


def library(
    articles: Sequence[Holding], feeds: Sequence[Feed], page: Page[Holding | Feed]
) -> ui.LayoutView:
    """One page of what a server has added: its articles, then its feeds."""
    if not articles and not feeds:
        return framed(
            GREY,
            "**This server has added nothing yet.** Add with /library add link, file or feed; "
            "/sources lists the articles that everybody sees.",
        )
    extent = f"{counted(len(articles), 'article')}, {counted(len(feeds), 'feed')}"
    titles: dict[int | None, str] = {feed.id: _feed_title(feed) for feed in feeds}
    return framed(
        BLUE,
        f"### This server's library\n-# {extent} · {page.place}",
        [
            [_followed(entry) if isinstance(entry, Feed) else _added(entry, titles)]
            for entry in page.entries
        ],
    )


def health(heading: str, articles: int, feeds: Sequence[Feed], limits: Limits) -> ui.LayoutView:
    """How a server's feeds are doing, those with trouble first, and what is used of each limit."""
    kept = f"kept for {counted(limits.keep_days, 'day')}" if limits.keep_days else "kept for good"
    lines = [
        f"### {heading}",
        f"-# {articles:,} of {counted(limits.articles, 'article')}, {kept} · {len(feeds):,} of "
        f"{counted(limits.feeds, 'feed')}, polled every {counted(limits.poll_minutes, 'minute')} · "
        f"pages and files of at most {megabytes(limits.page_bytes)}",
    ]
    troubled_first = sorted(feeds, key=lambda feed: -feed.failures)
    doing = [_doing(feed) for feed in troubled_first] or ["No feed is followed."]
    return listed("\n".join(lines), doing, "feeds")


def privacy(limits: Limits, kept: Kept | None, *, questions_logged: bool) -> ui.LayoutView:
    """What is kept, for how long, and how much of this server, if in one."""
    questions = (
        "What you ask is written to the log of whoever runs me; I keep no"
        if questions_logged
        else "I keep no questions and no"
    )
    articles = f"for {counted(limits.keep_days, 'day')}" if limits.keep_days else "until removed"
    days = counted(limits.grace_days, "day")
    lines = [
        f"I read no messages. {questions} answers that only you see.",
        "**Kept of a server:** the articles and feeds it adds, its schedules and watches, and what "
        "I posted or answered in its channels, so that nothing is told twice and what a source "
        "takes back can be flagged. With what somebody added stands that person's Discord id. "
        "No other server sees any of it.",
        "**Kept of you in direct messages:** your watches, with your Discord id, until you remove "
        "them.",
        f"**For how long:** articles {articles}; feeds, schedules and watches until they are "
        "removed; what I posted, as long as I am in the server. When I am removed from a server, "
        f"all of its data is deleted {days} later; its administrators can delete it at once.",
    ]
    if kept:
        lines.append(f"**Kept of this server now:** {_counts(kept)}.")
    return framed(BLUE, "### Privacy", [[line] for line in lines])


def deletion(kept: Kept) -> ui.LayoutView:
    """What is about to be deleted, before a second button does it."""
    return framed(
        GREY,
        "### Delete this server's data?",
        [[f"This deletes {_counts(kept)}, for good. I stay in the server, with the shared desk."]],
    )


def deleted(kept: Kept) -> ui.LayoutView:
    return framed(GREY, f"### Deleted\n{_counts(kept)}.")


def megabytes(size_: int) -> str:
    return f"{size_ / 1_000_000:,.1f} MB"


def in_words(entry: Article | Feed) -> str:
    """One line for a list to choose from."""
    if isinstance(entry, Feed):
        return f"Feed: {entry.title or entry.url}"
    published = entry.published.isoformat() if entry.published else None
    name = " ".join(entry.title.split()) or "untitled"
    return " · ".join(filter(None, (name, entry.outlet, published)))


def _heading(said: Gathered) -> str:
    if said.feed:
        return f"Following {_feed_title(said.feed)}"
    if len(said.taken) == 1:
        return _HEADINGS[said.taken[0].outcome]
    return "Added" if any(taken.outcome == "added" for taken in said.taken) else "Held already"


def _notes(said: Gathered, limits: Limits) -> Iterator[str]:
    if said.feed or len(said.taken) > 1:
        yield f"-# {_tally(said.taken)}"
    if said.feed:
        yield f"-# polled every {counted(limits.poll_minutes, 'minute')}{_open(said.feed)}"
    if any(taken.collection == SHARED for taken in said.taken):
        yield "-# What is held already stands among the articles that everybody sees."
    if said.pending:
        yield f"-# {counted(said.pending, 'entry', 'entries')} will come with the next polls."
    if said.left_out:
        yield f"-# {counted(said.left_out, 'older entry', 'older entries')} of the feed left out."
    for sentence in said.failures[:_MOST_FAILURES]:
        yield f"-# Not taken: {one_line(sentence, _LONGEST_SENTENCE)}"
    if (more := len(said.failures) - _MOST_FAILURES) > 0:
        yield f"-# Not taken: {more} more."


def _tally(taken: Sequence[Taken]) -> str:
    outcomes = Counter(each.outcome for each in taken)
    told = (
        (outcomes["added"], "added"),
        (outcomes["edited"], "brought up to date"),
        (outcomes["source"] + outcomes["known"], "held already"),
    )
    return ", ".join(f"{number} {done}" for number, done in told if number) or "no entries yet"


def _understood(article: Article, sentence: Quote | None) -> Block:
    author = f"by {one_line(article.author, LONGEST_TITLE)}" if article.author else ""
    facts = " · ".join(filter(None, (author, _origins(article))))
    block = [held(article) + (f"\n-# {facts}" if facts else "")]
    if sentence:
        text = beginning(sentence.text, (), _LONGEST_QUOTE)
        goes_on = "" if text == sentence.text else ", which goes on"
        block += [block_quote(text), f"-# its first sentence{goes_on}"]
    return block


def _origins(article: Article) -> str:
    """Where what is known of an article is known from; nothing where nothing is."""
    known: defaultdict[str, list[str]] = defaultdict(list)
    for name, value, origin in (
        ("outlet", article.outlet, article.origins.outlet),
        ("author", article.author, article.origins.author),
        ("date", article.published, article.origins.published),
    ):
        if value and origin:
            known[origin].append(name)
    return "; ".join(
        f"{' and '.join(filter(None, (', '.join(names[:-1]), names[-1])))} "
        f"from {one_line(origin, LONGEST_TITLE)}"
        for origin, names in known.items()
    )


def _added(holding: Holding, feeds: Mapping[int | None, str]) -> str:
    """`feeds` are the titles of the feeds that may have brought it."""
    article = holding.article
    brought = [feeds[source.feed_id] for source in holding.sources if source.feed_id in feeds]
    by = f" by <@{holding.added_by}>" if holding.added_by else ""
    if brought:
        by = f" by the feed {brought[0]}"
    when = f" {format_dt(article.added, 'd')}" if article.added else ""
    also = len(article.also_at)
    elsewhere = f" · also at {counted(also, 'address', 'addresses')}" if also else ""
    return f"{held(article)}\n-# added{when}{by}{elsewhere}"


def _followed(feed: Feed) -> str:
    poll = format_dt(feed.next_poll_at, "R")
    return f"**Feed: {_feed_title(feed)}**\n-# next poll {poll}{_open(feed)}"


def _doing(feed: Feed) -> str:
    success = format_dt(feed.last_ok_at, "R") if feed.last_ok_at else "none yet"
    line = f"**{_feed_title(feed)}**{_open(feed)}\n-# last success {success} · next poll "
    line += format_dt(feed.next_poll_at, "R")
    if feed.failures:
        error = one_line(feed.error or "", _LONGEST_SENTENCE)
        line += f"\n-# {counted(feed.failures, 'failure')} in a row: {error}"
    return line


def _counts(kept: Kept) -> str:
    return ", ".join(
        (
            counted(kept.articles, "article"),
            counted(kept.feeds, "feed"),
            counted(kept.schedules, "schedule"),
            counted(kept.watches, "watch", "watches"),
            counted(kept.posted, "posted quote"),
        )
    )


def _feed_title(feed: Feed) -> str:
    return one_line(feed.title or feed.url, _LONGEST_FEED)


def _open(feed: Feed) -> str:
    target = link("open", feed.url)
    return f" · {target}" if target else ""


def _fitting(blocks: Sequence[Block], room: int) -> list[Block]:
    """The first blocks, as they fit `room` (in size)."""
    shown: list[Block] = []
    for block in blocks[:_MOST_SHOWN]:
        room -= sum(map(size, block))
        if room < 0:
            break
        shown.append(block)
    return shown
