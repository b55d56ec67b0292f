"""Layouts for those who read, and the buttons on them."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.chat import render
from bot.chat.buttons import (
    BUTTONS_A_ROW,
    LONGEST_ID,
    LONGEST_LABEL,
    PersistentButton,
    turning,
    with_buttons,
)
from bot.chat.layout import Page
from bot.chat.replies import computed, show, vouched_digest
from bot.chat.services import Interaction, view_for
from bot.model import Answer, Article, Digest, Topic


class SourcesButton(PersistentButton, kind="sources", values=r"\d{1,6}"):
    """Turns /sources to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        page = sources_page(view_for(interaction).articles, int(self.value))
        await interaction.response.edit_message(view=page)


class DigestButton(PersistentButton, kind="digest", values=".+"):
    """Gives the digest of the topic in its id to whoever presses it, privately."""

    async def press(self, interaction: Interaction) -> None:
        view = view_for(interaction)
        found = await computed(interaction, lambda: view.digest(self.value), private=True)
        said = vouched_digest(found, view.vouch)
        await show(interaction, digest_page(said), private=True, status=said.status)


def answer_page(said: Answer) -> ui.LayoutView:
    """An answer; where nothing answers, with the nearest topics as buttons."""
    nearest = said.nearest if said.status == "none" else ()
    return with_buttons(render.answer(said), _topic_buttons(nearest))


def digest_page(said: Digest, period: str = "") -> ui.LayoutView:
    """A digest; where it is empty, with the nearest topics as buttons."""
    nearest = () if said.points else said.nearest
    return with_buttons(render.digest(said, period), _topic_buttons(nearest))


def sources_page(articles: Sequence[Article], number: int) -> ui.LayoutView:
    """The page of the articles held that stands nearest to `number`, which counts from 0."""
    page = Page.nearest(number, articles, render.ARTICLES_A_PAGE)
    return with_buttons(render.sources(articles, page), turning(SourcesButton, page))


def _topic_buttons(topics: Sequence[Topic]) -> list[PersistentButton]:
    """A button for each topic whose slug and title a button can hold."""
    by_slug = {topic.slug: topic for topic in topics[:BUTTONS_A_ROW]}
    return [
        DigestButton(topic.slug, topic.title)
        for topic in by_slug.values()
        if len(DigestButton.id_for(topic.slug)) <= LONGEST_ID and len(topic.title) <= LONGEST_LABEL
    ]
