"""/sources: the articles that every quote comes from, and the button for those behind a message."""

from collections.abc import Sequence
from datetime import UTC, datetime

from discord import app_commands, ui

from bot.chat.components.layout import BLUE, GREY, ListPage, framed
from bot.chat.components.list_search import (
    MAX_SEARCH,
    PAGE_VALUE,
    clean_search,
    has_words,
    parse_page_value,
    search_line,
)
from bot.chat.components.markdown import one_line
from bot.chat.components.quote_ids import find_quotes
from bot.chat.components.stories import describe_article, heading
from bot.chat.interaction.buttons import PersistentButton, page_buttons, with_buttons
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import edit_layout, note_nothing_held, send_layout
from bot.language import say, say_count
from bot.library import View
from bot.model import Article, SourceCount, count_sources

ARTICLES_PER_PAGE = 6  # six entries at their longest stay under MAX_TEXT
_LONG_AGO = datetime.min.replace(tzinfo=UTC)  # an article of the desk has no time


@everywhere
@app_commands.command(description="List the articles that quotes come from.")
@app_commands.describe(
    search="Only articles with these words in the title, outlet, author or address"
)
async def sources(
    interaction: Interaction, search: app_commands.Range[str, 1, MAX_SEARCH] | None = None
) -> None:
    """Reply with the first page of articles."""
    await send_layout(
        interaction, sources_page(own_first(view_for(interaction)), 0, clean_search(search))
    )
    await note_nothing_held(interaction)


class SourcesButton(PersistentButton, kind="sources", values=PAGE_VALUE):
    """Turns /sources to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        """Edit the reply."""
        articles = own_first(view_for(interaction))
        await edit_layout(interaction, sources_page(articles, *parse_page_value(self.value)))


class BehindButton(PersistentButton, kind="behind", values="all"):
    """Lists the articles behind the quotes of its message, privately: below old messages."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the articles."""
        await show_sources(interaction)


FEATURE = Feature(sources, (SourcesButton, BehindButton), position=80, help_place=("list", 20))


async def show_sources(interaction: Interaction) -> None:
    """Reply privately with the articles behind the quotes of the message."""
    assert interaction.message is not None
    quotes, stale_count = find_quotes(interaction.message, view_for(interaction))
    await send_layout(interaction, behind_page(count_sources(quotes), stale_count))


def own_first(view: View) -> Sequence[Article]:
    """Return all articles of a view: the server's own, the newest first, then the shared ones."""
    own = view.own_articles
    shared = view.articles[: len(view.articles) - len(own)]
    return (*sorted(own, key=lambda article: article.added_at or _LONG_AGO, reverse=True), *shared)


def sources_page(articles: Sequence[Article], number: int, search: str = "") -> ui.LayoutView:
    """Return the page nearest to `number`, from 0, of those articles that have the words of
    `search` in their title, outlet, author or address."""
    if not articles:
        return framed(GREY, f"**{say('There are no articles here.')}**")
    articles = [article for article in articles if has_words(search, _texts(article))]
    if not articles:
        nothing = say(
            "**No article here has “{words}” in its title, outlet, author or address.**",
            words=one_line(search, MAX_SEARCH * 2),
        )
        return framed(GREY, nothing)
    page = ListPage.nearest(number, articles, ARTICLES_PER_PAGE)
    extent = say_count(len(articles), "{number:,} article", "{number:,} articles")
    if related := sum(article.kind == "related" for article in articles):
        extent = say_count(
            related,
            "{articles}, {number:,} of them a short item printed below another article",
            "{articles}, {number:,} of them short items printed below another article",
            articles=extent,
        )
    facts = " · ".join(filter(None, (extent, search_line(search), page.label)))
    heading = f"### {say('Sources')}\n-# {facts}"
    layout = framed(BLUE, heading, [[describe_article(article)] for article in page.entries])
    return with_buttons(layout, page_buttons(SourcesButton, page, search))


def behind_page(counts: Sequence[SourceCount], stale_count: int) -> ui.LayoutView:
    """Return the articles behind a message's quotes; `stale_count` quotes stand in none now."""
    listed = counts[:ARTICLES_PER_PAGE]
    heading = say("The articles behind these quotes")
    blocks = [[_source_line(source)] for source in listed]
    if more := len(counts) - len(listed):
        note = say_count(
            more,
            "{number:,} more article does not fit here.",
            "{number:,} more articles do not fit here.",
        )
        blocks.append([f"-# {note}"])
    if stale_count:
        note = say_count(
            stale_count,
            "{number:,} quote is gone because its article has changed or was removed.",
            "{number:,} quotes are gone because their articles have changed or were removed.",
        )
        blocks.append([f"-# {note}"])
    return framed(BLUE, f"### {heading}", blocks)


def _texts(article: Article) -> Sequence[str | None]:
    return (article.title, article.outlet, article.author, article.url, article.source)


def _source_line(source: SourceCount) -> str:
    quotes = say_count(source.quote_count, "{number:,} quote", "{number:,} quotes")
    return heading(source.article, "", quotes)
