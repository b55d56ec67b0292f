"""/sources: the articles that every quote comes from, and the button for those behind a message."""

from collections.abc import Sequence

from discord import app_commands, ui

from bot.chat.components.layout import BLUE, GREY, ListPage, framed
from bot.chat.components.quote_ids import find_quotes
from bot.chat.components.stories import describe_article, open_link, origin, title
from bot.chat.interaction.buttons import PersistentButton, page_buttons, with_buttons
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.language import say, say_count
from bot.model import Article, SourceCount, count_sources

ARTICLES_PER_PAGE = 6  # six entries at their longest stay under MAX_TEXT


@everywhere
@app_commands.command(description="List the articles that every quote comes from.")
async def sources(interaction: Interaction) -> None:
    """Reply with the first page of articles."""
    await send_layout(interaction, sources_page(view_for(interaction).articles, 0))


class SourcesButton(PersistentButton, kind="sources", values=r"\d{1,6}"):
    """Turns /sources to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        """Edit the reply."""
        articles = view_for(interaction).articles
        await edit_layout(interaction, sources_page(articles, int(self.value)))


class BehindButton(PersistentButton, kind="behind", values="all"):
    """Lists the articles behind the quotes of its message, privately."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the articles."""
        assert interaction.message is not None
        quotes, stale_count = find_quotes(interaction.message, view_for(interaction))
        await send_layout(interaction, behind_page(count_sources(quotes), stale_count))


FEATURE = Feature(sources, (SourcesButton, BehindButton), position=80, help_place=("list", 20))


def sources_page(articles: Sequence[Article], number: int) -> ui.LayoutView:
    """Return the page of articles nearest to `number`, which counts from 0."""
    page = ListPage.nearest(number, articles, ARTICLES_PER_PAGE)
    if not articles:
        return framed(GREY, f"**{say('No articles are held here.')}**")
    extent = say_count(len(articles), "{number:,} article", "{number:,} articles")
    if related := sum(article.kind == "related" for article in articles):
        extent = say_count(
            related,
            "{articles}, {number:,} of them a short piece printed beneath another",
            "{articles}, {number:,} of them short pieces printed beneath another",
            articles=extent,
        )
    heading = f"### {say('Sources')}\n-# {extent} · {page.label}"
    layout = framed(BLUE, heading, [[describe_article(article)] for article in page.entries])
    return with_buttons(layout, page_buttons(SourcesButton, page))


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
            "{number:,} quote stands in its article no more: it was changed or removed.",
            "{number:,} quotes stand in their articles no more: they were changed or removed.",
        )
        blocks.append([f"-# {note}"])
    return framed(BLUE, f"### {heading}", blocks)


def _source_line(source: SourceCount) -> str:
    article = source.article
    quotes = say_count(source.quote_count, "{number:,} quote", "{number:,} quotes")
    return f"**{title(article)}**\n-# {origin(article)} · {quotes}{open_link(article)}"
