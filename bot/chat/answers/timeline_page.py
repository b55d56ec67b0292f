"""A topic's stories in order of date, page by page, and the charts of how it was covered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.charts import Picture
from bot.chat.answers.quotations import fitting
from bot.chat.answers.render import quotations, titled
from bot.chat.answers.views import digest_page, reply_buttons
from bot.chat.components.layout import BLUE, Page
from bot.chat.components.pictures import illustrated
from bot.chat.components.quote_ids import asked_in
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction, ServingClient, view_for
from bot.chat.interaction.replies import change, computed, show, vouched
from bot.language import format_day, say, say_count
from bot.model import Digest, Quote, Schedule, Timeline

STORIES_A_PAGE = 4
_ROOM = 3200  # for their quotes, in size; the rest is for the lines above and between them

_WEEK = timedelta(days=7)


class TimelineButton(PersistentButton, kind="timeline", values=r"\d{1,4}"):
    """Turns a private timeline to the page in its id. A public one stays as it is: whoever presses
    gets the page privately."""

    async def press(self, interaction: Interaction) -> None:
        message = interaction.message
        assert message is not None
        found = await _read(interaction, asked_in(message), private=True, number=int(self.value))
        if message.flags.ephemeral or interaction.guild_id is None:
            await change(interaction, found.layout, files=found.files)
        else:
            await show(interaction, found.layout, private=True, files=found.files)


async def show_timeline(interaction: Interaction, topic: str, *, private: bool) -> None:
    """Reply with the timeline of a topic, open at its latest stories."""
    found = await _read(interaction, topic, private=private)
    await show(
        interaction,
        found.layout,
        private=private,
        quotes=found.quotes,
        status=found.status,
        files=found.files,
    )


async def weekly_picture(client: ServingClient, schedule: Schedule) -> Picture | None:
    """The chart of how the topic of a weekly summary was covered in the last seven days; None for
    any other summary, and where there is too little to show."""
    if len(schedule.timetable.days) != 1:
        return None
    now = client.now().astimezone(ZoneInfo(schedule.timetable.zone))
    first, last = (now - _WEEK).date(), now.date()
    view = client.library.view(schedule.guild_id)

    def drawn() -> Picture | None:
        said = view.timeline(schedule.topic, since=first)
        articles = [quote.article for quote in said.dated_quotes]
        return client.charts.picture(articles, titled(said), first=first, last=last)

    return await asyncio.to_thread(drawn)


class _Found(NamedTuple):
    """A page of a timeline, ready to be sent."""

    layout: ui.LayoutView
    files: list[discord.File]
    quotes: Sequence[Quote]
    status: str


class _Pages(NamedTuple):
    """Dated stories page by page, so that the page of the latest is full, then those without a
    date; `latest` is the number of that page."""

    pages: list[Sequence[Quote]]
    latest: int


async def _read(
    interaction: Interaction, topic: str, *, private: bool, number: int | None = None
) -> _Found:
    """The page of a timeline that stands nearest to `number`, or where that is None, the one of the
    latest stories; that page has the chart."""
    view, charts = view_for(interaction), interaction.client.charts

    def read() -> tuple[Timeline, _Pages, Picture | None]:
        found = view.timeline(topic)
        dated, undated = (
            vouched(each, view.is_current) for each in (found.dated_quotes, found.undated_quotes)
        )
        said = replace(found, dated_quotes=dated, undated_quotes=undated)
        paged = _paged(said)
        if number not in (None, paged.latest) or not interaction.app_permissions.attach_files:
            return said, paged, None
        articles = [quote.article for quote in said.dated_quotes]
        return said, paged, charts.picture(articles, titled(said))

    said, (pages, latest), picture = await computed(interaction, read, private=private)
    if not pages:
        nothing = digest_page(
            Digest(said.topic, said.title, nearest_topics=said.nearest_topics), interaction
        )
        return _Found(nothing, [], (), said.status)
    shown = latest if number is None else min(number, len(pages) - 1)
    page = Page(pages[shown], shown, len(pages))
    layout = with_buttons(_layout(said, page), _turns(page, latest))
    with_buttons(layout, reply_buttons(interaction, private=private))
    files = [illustrated(layout, picture)] if picture else []
    return _Found(layout, files, page.entries, said.status)


def _paged(said: Timeline) -> _Pages:
    dated = [page[::-1] for page in _leaves(said.dated_quotes[::-1])][::-1]
    return _Pages([*dated, *_leaves(said.undated_quotes)], max(len(dated) - 1, 0))


def _leaves(stories: Sequence[Quote]) -> Iterator[Sequence[Quote]]:
    """As many stories at a time as one message shows."""
    while stories:
        fit = len(fitting(stories[:STORIES_A_PAGE], _ROOM))
        yield stories[:fit]
        stories = stories[fit:]


def _turns(page: Page[Quote], latest: int) -> Iterator[PersistentButton]:
    if page.number > 0:
        yield TimelineButton(str(page.number - 1), say("Earlier"))
    if page.number < latest:
        yield TimelineButton(str(page.number + 1), say("Later"))
    elif page.number < page.pages - 1:
        yield TimelineButton(str(page.number + 1), say("Without a date"))


def _layout(said: Timeline, page: Page[Quote]) -> ui.LayoutView:
    heading = "\n".join(f"-# {line}" for line in _extent(said, page))
    days = [_when(quote) for quote in page.entries]
    # What stories of one day have in common stands above the first of them.
    above = [
        "" if when == before else f"**{when}**"
        for before, when in zip(["", *days], days, strict=False)
    ]
    return quotations(BLUE, heading, page.entries, asked=titled(said), above=above)


def _when(quote: Quote) -> str:
    published = quote.article.published
    return format_day(published) if published else say("No date stated")


def _extent(said: Timeline, page: Page[Quote]) -> Iterator[str]:
    """How many stories there are, of which time, and what is not known or not shown."""
    number = len(said.dated_quotes or said.undated_quotes)
    parts = [say("Timeline"), say_count(number, "{number:,} story", "{number:,} stories")]
    if said.dated_quotes:
        first, last = (format_day(each) for each in (said.dates[0], said.dates[-1]))
        parts.append(first if first == last else say("{first} to {last}", first=first, last=last))
    if page.pages > 1:
        parts.append(page.place)
    yield " · ".join(parts)
    if said.dated_quotes and said.undated_quotes:
        yield say_count(
            len(said.undated_quotes),
            "{number:,} more story states no date and comes last.",
            "{number:,} more stories state no date and come last.",
        )
    elif said.undated_quotes:
        yield say("No story here states its date; they come in the order in which they were added.")
    if said.is_shortened:
        yield say("Older stories are not shown.")
