"""Layouts with buttons, and the buttons: they outlive restarts, for all they mean is in their id.

An id reads `v1:kind:value`. A later shape of ids takes the next version number; whatever no class
here knows, StaleButton answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

import discord
from discord import ui

from bot.chat import render
from bot.chat.replies import computed, report, show, tell, vouched_digest
from bot.chat.services import Interaction, view_for
from bot.model import Answer, Article, Digest, Topic

_LONGEST_ID = 100
_LONGEST_LABEL = 80
_BUTTONS_A_ROW = 5


class PersistentButton(ui.DynamicItem[ui.Button[Any]], template=".*"):
    """A button whose fault is always reported: discord.py itself tells nobody of one."""

    kind: ClassVar[str]

    def __init__(self, value: str, label: str) -> None:
        super().__init__(ui.Button(label=label, custom_id=self.id_for(value)))
        self.value = value

    @classmethod
    def id_for(cls, value: str) -> str:
        return f"v1:{cls.kind}:{value}"

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["value"], str(getattr(item, "label", "")))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await self.press(interaction)
        except Exception as fault:  # noqa: BLE001 the outermost frame of a press
            await report(interaction, fault)

    async def press(self, interaction: Interaction) -> None:
        raise NotImplementedError


class SourcesButton(PersistentButton, template=r"v1:sources:(?P<value>\d{1,6})"):
    """Turns /sources to the page in its id."""

    kind = "sources"

    async def press(self, interaction: Interaction) -> None:
        page = sources_page(view_for(interaction).articles, int(self.value))
        await interaction.response.edit_message(view=page)


class DigestButton(PersistentButton, template=r"v1:digest:(?P<value>.+)"):
    """Gives the digest of the topic in its id to whoever presses it, privately."""

    kind = "digest"

    async def press(self, interaction: Interaction) -> None:
        view = view_for(interaction)
        said = await computed(interaction, lambda: view.digest(self.value), private=True)
        page = digest_page(vouched_digest(said, view.vouch))
        await show(interaction, page, private=True)


class StaleButton(PersistentButton, template=r"(?!v1:(sources:\d{1,6}|digest:.+)$)(?P<value>.*)"):
    """Whatever button an older or newer Verbatim left on a message."""

    @classmethod
    def id_for(cls, value: str) -> str:
        return value

    async def press(self, interaction: Interaction) -> None:
        await tell(interaction, "This button is out of date; run the command again for a new one.")


BUTTONS = (SourcesButton, DigestButton, StaleButton)


def answer_page(said: Answer) -> ui.LayoutView:
    """An answer; where nothing answers, with the nearest topics as buttons."""
    nearest = said.nearest if said.status == "none" else ()
    return _with_buttons(render.answer(said), _topic_buttons(nearest))


def digest_page(said: Digest, period: str = "") -> ui.LayoutView:
    """A digest; where it is empty, with the nearest topics as buttons."""
    nearest = () if said.points else said.nearest
    return _with_buttons(render.digest(said, period), _topic_buttons(nearest))


def sources_page(articles: Sequence[Article], page: int) -> ui.LayoutView:
    """One page of the articles held, counted from 0, with buttons to those beside it."""
    page = render.page_within(articles, page)
    buttons = [
        SourcesButton(str(number), label)
        for number, label in ((page - 1, "Previous"), (page + 1, "Next"))
        if number == render.page_within(articles, number)
    ]
    return _with_buttons(render.sources(articles, page), buttons)


def _topic_buttons(topics: Sequence[Topic]) -> list[PersistentButton]:
    """A button for each topic whose slug and title a button can hold."""
    by_slug = {topic.slug: topic for topic in topics[:_BUTTONS_A_ROW]}
    return [
        DigestButton(topic.slug, topic.title)
        for topic in by_slug.values()
        if len(DigestButton.id_for(topic.slug)) <= _LONGEST_ID
        and len(topic.title) <= _LONGEST_LABEL
    ]


def _with_buttons(layout: ui.LayoutView, buttons: Iterable[PersistentButton]) -> ui.LayoutView:
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for button in buttons:
        row.add_item(button)
    if row.children:
        layout.add_item(row)
    return layout
