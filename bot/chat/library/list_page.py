"""The list of what a server has added, and the health of its feeds."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from discord import ui
from discord.utils import format_dt

from bot.chat.components.layout import BLUE, GREY, ListPage, framed, listed
from bot.chat.components.list_search import (
    PAGE_VALUE,
    has_words,
    parse_page_value,
    search_line,
)
from bot.chat.components.markdown import link, one_line
from bot.chat.components.stories import describe_article, open_link, title
from bot.chat.interaction.buttons import PersistentButton, page_buttons, with_buttons
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout
from bot.errors import unpack_message
from bot.language import say, say_count
from bot.model import Article, Feed, Limits, StoredArticle
from bot.store import Store

ENTRIES_A_PAGE = 5  # five entries at their longest stay under MAX_TEXT

_MAX_ERROR = 200
_MAX_FEED_TITLE = 80


class LibraryButton(PersistentButton, kind="library", values=PAGE_VALUE):
    """Turns /library list to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        """Show that page."""
        guild_id = managed_guild(interaction)
        number, search = parse_page_value(self.value)
        page = await library_page(interaction.client.store, guild_id, number, search)
        await edit_layout(interaction, page)


async def library_page(store: Store, guild_id: int, number: int, search: str = "") -> ui.LayoutView:
    """Return the page nearest to `number`, from 0, of what a server has added and has the words of
    `search`: its feeds, then its articles, the newest first."""
    articles, feeds = await store.articles.list(guild_id), await store.feeds.list(guild_id)
    entries: list[StoredArticle | Feed] = [
        *(feed for feed in feeds if has_words(search, (feed.title, feed.url))),
        *(stored for stored in articles if has_words(search, _texts(stored))),
    ]
    page = ListPage.nearest(number, entries, ENTRIES_A_PAGE)
    layout = entries_page(articles, feeds, page, search)
    return with_buttons(layout, page_buttons(LibraryButton, page, search))


def entries_page(
    articles: Sequence[StoredArticle],
    feeds: Sequence[Feed],
    page: ListPage[StoredArticle | Feed],
    search: str = "",
) -> ui.LayoutView:
    """Show one page of what a server has added, `articles` and `feeds`, and has the words of
    `search`."""
    if not articles and not feeds:
        nothing = say(
            "**This server has not added anything yet.** Use /library add link, file or feed. "
            "/sources lists the shared articles."
        )
        return framed(GREY, nothing)
    extent = (
        say_count(len(articles), "{number:,} article", "{number:,} articles"),
        say_count(len(feeds), "{number:,} feed", "{number:,} feeds"),
        search_line(search),
        say("nothing here has these words") if not page.entries else page.label,
    )
    heading = say("This server's library")
    titles: dict[int | None, str] = {feed.id: feed_title(feed) for feed in feeds}
    return framed(
        BLUE,
        f"### {heading}\n-# {' · '.join(filter(None, extent))}",
        [
            [_feed_entry(entry) if isinstance(entry, Feed) else _article_entry(entry, titles)]
            for entry in page.entries
        ],
    )


def health_page(
    heading: str,
    articles: Sequence[Article],
    feeds: Sequence[Feed],
    limits: Limits,
    text_size: int,
    silent_channels: Mapping[int, datetime] | None = None,
) -> ui.LayoutView:
    """Show how a server's feeds are doing, failing ones first, which of its articles are only what
    a feed says, and what is used of each limit, `text_size` bytes of that on text; and in which
    channels the bot stayed silent since it may not write there."""
    facts = (
        say_count(
            limits.articles,
            "{held:,} of {number:,} article",
            "{held:,} of {number:,} articles",
            held=len(articles),
        ),
        say(
            "{held} of {size} of text",
            held=megabytes(text_size),
            size=megabytes(limits.server_bytes),
        ),
        _retention(limits),
        say_count(
            limits.feeds,
            "{held:,} of {number:,} feed",
            "{held:,} of {number:,} feeds",
            held=len(feeds),
        ),
        poll_interval(limits),
        say("pages and files of at most {size}", size=megabytes(limits.page_bytes)),
    )
    failing_first = sorted(feeds, key=lambda feed: -feed.failures)
    lines = [_feed_health(feed) for feed in failing_first] or [say("No feeds are followed.")]
    excerpts = [article for article in articles if article.origins.text]
    silences = [_silence(*silence) for silence in (silent_channels or {}).items()]
    return listed(
        f"### {heading}\n-# {' · '.join(facts)}", [*silences, *lines, *_list_excerpts(excerpts)]
    )


def _silence(channel_id: int, at: datetime) -> str:
    return say(
        "**Not answered** in {channel}, {when}: someone mentioned me, but I cannot write there.",
        channel=f"<#{channel_id}>",
        when=format_dt(at, "R"),
    )


def megabytes(size: int) -> str:
    """Say a number of bytes as megabytes."""
    return f"{size / 1_000_000:,.1f} MB"


def describe_entry(entry: Article | Feed) -> str:
    """Return one line for a list to choose from."""
    if isinstance(entry, Feed):
        return say("Feed: {name}", name=entry.title or entry.url)
    published = entry.published.isoformat() if entry.published else None
    name = " ".join(entry.title.split()) or say("untitled")
    return " · ".join(filter(None, (name, entry.outlet, published)))


def feed_title(feed: Feed) -> str:
    """Return the feed's title, or its address if it has none."""
    return one_line(feed.title or feed.url, _MAX_FEED_TITLE)


def feed_link(feed: Feed) -> str:
    """Return a link to the feed with a dot before it; nothing if its address cannot be linked."""
    target = link(say("open"), feed.url)
    return f" · {target}" if target else ""


def poll_interval(limits: Limits) -> str:
    """Say how often feeds are polled."""
    return say_count(
        limits.poll_minutes, "checked every {number:,} minute", "checked every {number:,} minutes"
    )


def _retention(limits: Limits) -> str:
    if not limits.keep_days:
        return say("kept until removed")
    return say_count(limits.keep_days, "kept for {number:,} day", "kept for {number:,} days")


def _texts(stored: StoredArticle) -> Sequence[str | None]:
    article = stored.article
    return (article.title, article.outlet, article.author, article.url, article.source)


def _article_entry(holding: StoredArticle, feeds: Mapping[int | None, str]) -> str:
    """Show an article; `feeds` are the titles of the server's feeds by id."""
    article = holding.article
    brought = [feeds[source.feed_id] for source in holding.sources if source.feed_id in feeds]
    facts = [say("added {when}", when=format_dt(article.added_at, "d")) if article.added_at else ""]
    if brought:
        facts.append(say("from the feed {name}", name=brought[0]))
    elif holding.added_by:
        facts.append(say("added by {name}", name=f"<@{holding.added_by}>"))
    if article.origins.text:
        facts.append(say("text from {origin}", origin=say(article.origins.text)))
    if also := len(article.other_addresses):
        facts.append(say_count(also, "also at {number:,} address", "also at {number:,} addresses"))
    return f"{describe_article(article)}\n-# {' · '.join(filter(None, facts))}"


def _feed_entry(feed: Feed) -> str:
    name = say("Feed: {name}", name=feed_title(feed))
    return f"**{name}**\n-# {_next_poll(feed)}{feed_link(feed)}"


def _feed_health(feed: Feed) -> str:
    success = say("not read yet")
    if feed.last_ok_at:
        success = say("last read {when}", when=format_dt(feed.last_ok_at, "R"))
    line = f"**{feed_title(feed)}**{feed_link(feed)}\n-# {success} · {_next_poll(feed)}"
    if feed.failures:
        failed = say_count(
            feed.failures,
            "{number:,} failure in a row: {reason}",
            "{number:,} failures in a row: {reason}",
            reason=one_line(unpack_message(feed.error or ""), _MAX_ERROR),
        )
        line += f"\n-# {failed}"
    elif feed.error:
        line += f"\n-# {one_line(unpack_message(feed.error), _MAX_ERROR)}"
    return line


def _list_excerpts(excerpts: Sequence[Article]) -> Iterator[str]:
    """Yield the lines on the articles whose page could not be read."""
    if excerpts:
        yield say_count(
            len(excerpts),
            "**{number:,} article has only the feed's own text** because its page could not be "
            "read:",
            "**{number:,} articles have only the feed's own text** because their pages could not "
            "be read:",
        )
    for article in excerpts:
        yield f"-# {' · '.join(filter(None, (title(article), open_link(article))))}"


def _next_poll(feed: Feed) -> str:
    return say("next check {when}", when=format_dt(feed.next_poll_at, "R"))


FEATURE = Feature(buttons=(LibraryButton,))
