"""What was added to a library, as a page: how it was understood, and a button to undo it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from discord import ui

from bot.briefing.quoting import quote_opening
from bot.chat.components.layout import BLUE, GREEN, MAX_TEXT, NOTE_ROOM, framed
from bot.chat.components.markdown import beginning, block_quote, one_line, size
from bot.chat.components.stories import MAX_TITLE, describe_article
from bot.chat.interaction.buttons import with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.library.list_page import feed_link, feed_title, poll_interval
from bot.chat.library.removal import UndoButton, entry_name
from bot.language import join_list, say, say_count
from bot.model import SHARED, Article, Feed, IngestedArticle, IngestResult, Limits, Quote

_MAX_ARTICLES = 5
_MAX_FAILURES = 5
_MAX_FAILURE = 200
_MAX_QUOTE = 500


def quote_openings(result: IngestResult) -> list[Quote]:
    """Return the first sentences of the articles."""
    return [quote for item in result.articles if (quote := quote_opening(item.article))]


def ingest_page(
    result: IngestResult, openings: Checked[list[Quote]], limits: Limits
) -> ui.LayoutView:
    """Show how what was added was understood, with a button to undo it."""
    added = [item.article for item in result.articles if item.outcome == "added"]
    undoable: list[Article | Feed] = [result.feed, *added] if result.feed else [*added]
    return with_buttons(
        ingested_articles(result, openings, limits),
        [UndoButton(entry_name(entry), say("Undo")) for entry in undoable[:1]],
    )


def ingested_articles(
    result: IngestResult, openings: Checked[list[Quote]], limits: Limits
) -> ui.LayoutView:
    """Show what was added; `openings` are the first sentences of its articles."""
    notes = (f"-# {note}" for note in _notes(result, limits))
    heading = "\n".join((f"### {_heading(result)}", *notes))
    changed = [item for item in result.articles if item.outcome in ("added", "edited")]
    items = changed or result.articles
    sentences = {quote.article.id: quote for quote in openings.result}
    blocks = [_article_block(item.article, sentences.get(item.article.id)) for item in items]
    shown_blocks = _first_blocks(blocks, MAX_TEXT - NOTE_ROOM - size(heading))
    if left_out := len(blocks) - len(shown_blocks):
        more = say_count(
            left_out,
            "{number:,} more article is in /library list.",
            "{number:,} more articles are in /library list.",
        )
        shown_blocks.append([f"-# {more}"])
    return framed(GREEN if changed else BLUE, heading, shown_blocks)


def _heading(result: IngestResult) -> str:
    if result.feed:
        return say("Following {name}", name=feed_title(result.feed))
    outcomes = {item.outcome for item in result.articles}
    if "added" in outcomes:
        return say("Added")
    if outcomes == {"edited"}:
        return say("Updated")
    if outcomes == {"source"}:
        return say("Already in the library; another address was noted")
    return say("Already in the library")


def _notes(result: IngestResult, limits: Limits) -> Iterator[str]:
    if result.feed or len(result.articles) > 1:
        yield _tally(result.articles)
    if result.feed:
        yield poll_interval(limits) + feed_link(result.feed)
    if any(item.collection == SHARED for item in result.articles):
        yield say("It is already among the articles that all servers share.")
    if any(item.has_next_page for item in result.articles):
        yield say("The article continues on another page, which was not read; add that page too.")
    if result.pending_entries:
        yield say_count(
            result.pending_entries,
            "{number:,} entry will be added at the next checks.",
            "{number:,} entries will be added at the next checks.",
        )
    if result.excerpt_count:
        yield say_count(
            result.excerpt_count,
            "{number:,} entry has only the feed's own text. Its page cannot be read now; I will "
            "try again.",
            "{number:,} entries have only the feed's own text. Their pages cannot be read now; I "
            "will try again.",
        )
    if result.unread_entries:
        yield say_count(
            result.unread_entries,
            "{number:,} older entry in the feed was left out.",
            "{number:,} older entries in the feed were left out.",
        )
    yield from failure_lines(result.failures)


def failure_lines(failures: Sequence[str]) -> Iterator[str]:
    """Yield a line for each of the first failures, and how many there are beside them."""
    for sentence in failures[:_MAX_FAILURES]:
        yield say("Not added: {reason}", reason=one_line(sentence, _MAX_FAILURE))
    if (more := len(failures) - _MAX_FAILURES) > 0:
        yield say_count(more, "{number:,} more was not added.", "{number:,} more were not added.")


def _tally(articles: Sequence[IngestedArticle]) -> str:
    outcomes = Counter(item.outcome for item in articles)
    unchanged = outcomes["source"] + outcomes["known"]
    counts = (
        (outcomes["added"], say("{number:,} added", number=outcomes["added"])),
        (outcomes["edited"], say("{number:,} updated", number=outcomes["edited"])),
        (unchanged, say("{number:,} already in the library", number=unchanged)),
    )
    return ", ".join(text for number, text in counts if number) or say("no entries yet")


def _article_block(article: Article, sentence: Quote | None) -> list[str]:
    author = ""
    if article.author:
        author = say("by {name}", name=one_line(article.author, MAX_TITLE))
    facts = " · ".join(filter(None, (author, _origins(article))))
    block = [describe_article(article) + (f"\n-# {facts}" if facts else "")]
    if sentence:
        text = beginning(sentence.text, (), _MAX_QUOTE)
        is_whole = text == sentence.text
        note = say("Its first sentence:") if is_whole else say("The start of its first sentence:")
        block += [f"-# {note}", block_quote(text)]
    return block


def _origins(article: Article) -> str:
    """Say where the outlet, the author and the date were found."""
    names_by_origin: defaultdict[str, list[str]] = defaultdict(list)
    for name, value, origin in (
        (say("outlet"), article.outlet, article.origins.outlet),
        (say("author"), article.author, article.origins.author),
        (say("date"), article.published, article.origins.published),
        (say("text"), article.paragraphs, article.origins.text),
    ):
        if value and origin:
            names_by_origin[origin].append(name)
    return "; ".join(
        say(
            "{facts} from {origin}", facts=join_list(names), origin=one_line(say(origin), MAX_TITLE)
        )
        for origin, names in names_by_origin.items()
    )


def _first_blocks(blocks: Sequence[list[str]], room: int) -> list[list[str]]:
    """Return the first blocks, as many as fit `room` (in size)."""
    fitting: list[list[str]] = []
    for block in blocks[:_MAX_ARTICLES]:
        room -= sum(map(size, block))
        if room < 0:
            break
        fitting.append(block)
    return fitting
