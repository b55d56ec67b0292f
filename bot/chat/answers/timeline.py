"""/timeline: a topic's stories in order of date, page by page, with a chart of their number."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.charts import Charts, Picture
from bot.chat.answers.digest import no_digest_page
from bot.chat.answers.quotations import count_fitting, quotes_page
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.answers.topics import complete_topic
from bot.chat.components.layout import BLUE, page_label
from bot.chat.components.periods import filter_lines
from bot.chat.components.pictures import add_picture
from bot.chat.components.quote_ids import read_subject
from bot.chat.components.titles import topic_title
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import BotClient, Interaction, is_private, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import Content, reply_with_quotes
from bot.chat.interaction.selections import (
    NO_FILTER,
    TOKEN,
    ArticleFilter,
    PeriodText,
    SourceText,
    complete_period,
    complete_source,
    filter_from_token,
    read_filter,
    refuse_new_only,
    split_number,
)
from bot.language import format_day, say, say_count
from bot.library import View
from bot.model import Period, Quote, Schedule, Selected, Selection, Timeline, Topic

STORIES_PER_PAGE = 4
_ROOM = 3200  # for their quotes, in size; the rest is for the lines above and between them

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """The stories of one page, its number from 0, and how many there are; `latest` is the number of
    the page with the latest dated stories, and those without a date come after it.

    `earlier` and `later` are the days of the pages before and after it, "" without any.
    `extent` says in lines how much there is in all. Without any story there is no page, and
    `nearest` are the topics closest to the one asked for.
    """

    title: str
    stories: tuple[Quote, ...] = ()
    number: int = 0
    pages: int = 0
    latest: int = 0
    extent: tuple[str, ...] = ()
    nearest: tuple[Topic, ...] = ()
    picture: Picture | None = None
    chosen: ArticleFilter = NO_FILTER
    selected: Selected | None = None
    earlier: str = ""
    later: str = ""


@everywhere
@app_commands.command(description="List the articles on a topic by date, each with its best quote.")
@app_commands.describe(
    topic="Choose one, or type any words of your own",
    period="Only articles from: past week, since Monday, 1 to 5 March (default: all)",
    source="Only articles from this outlet, site or feed (default: all)",
    private="Show the timeline only to you (default: to the whole channel)",
)
@app_commands.autocomplete(topic=complete_topic, period=complete_period, source=complete_source)
async def timeline(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
    period: PeriodText | None = None,
    source: SourceText | None = None,
    private: bool | None = None,
) -> None:
    """Reply with the latest page."""
    private = is_private(interaction, private)
    chosen = await read_filter(interaction, period, source)
    refuse_new_only(chosen)

    def render(checked: Checked[TimelinePage]) -> Content:
        status = "timeline" if checked.result.stories else "none"
        return timeline_content(checked, interaction, private=private, status=status)

    compute = _page_reader(interaction, topic, chosen)
    await reply_with_quotes(interaction, compute=compute, render=render, private=private)


class TimelineButton(PersistentButton, kind="timeline", values=rf"\d{{1,4}}{TOKEN}"):
    """Turns a private timeline to the page and filter in its id. A public one stays as it is: the
    page is then shown privately."""

    async def press(self, interaction: Interaction) -> None:
        """Edit the reply, or reply privately."""
        message = interaction.message
        assert message is not None
        number, token = split_number(self.value)
        chosen = await filter_from_token(interaction, token)
        await reply_with_quotes(
            interaction,
            compute=_page_reader(interaction, read_subject(message), chosen, int(number)),
            render=lambda checked: timeline_content(checked, interaction, private=True),
            private=True,
            edit=message.flags.ephemeral or interaction.guild_id is None,
        )


FEATURE = Feature(
    timeline, (TimelineButton,), position=60, help_place=("ask", 40), gap_options=("topic",)
)


async def draw_week(client: BotClient, schedule: Schedule) -> Picture | None:
    """Return the chart of a topic's coverage in the last seven days, for a weekly summary; None for
    any other summary, and where there is too little to show."""
    if len(schedule.timetable.days) != 1:
        return None
    now = client.now().astimezone(ZoneInfo(schedule.timetable.zone))
    first, last = (now - _WEEK).date(), now.date()
    start = datetime.combine(first, time(), ZoneInfo(schedule.timetable.zone))
    week = Selection(Period(start, None, schedule.timetable.zone))
    view = client.library.view(schedule.guild_id)

    def draw() -> Picture | None:
        timeline = view.timeline(schedule.query, selection=week)
        articles = [quote.article for quote in timeline.dated_quotes]
        return client.charts.picture(articles, topic_title(timeline), first=first, last=last)

    return await asyncio.to_thread(draw)


def _page_reader(
    interaction: Interaction, topic: str, chosen: ArticleFilter, number: int | None = None
) -> Callable[[], TimelinePage]:
    """Return what reads the page nearest to `number`, or where that is None, the latest one."""
    charts = interaction.client.charts if interaction.app_permissions.attach_files else None
    view = view_for(interaction)
    return lambda: read_timeline_page(view, topic, charts, chosen, number)


def read_timeline_page(
    view: View,
    topic: str,
    charts: Charts | None,
    chosen: ArticleFilter = NO_FILTER,
    number: int | None = None,
) -> TimelinePage:
    """Return the page nearest to `number`, or where that is None, the one of the latest stories,
    which has the chart if `charts` are given."""
    timeline = view.timeline(topic, selection=chosen.selection)
    title = topic_title(timeline)
    dated = [page[::-1] for page in _split_pages(timeline.dated_quotes[::-1])][::-1]
    pages = [*dated, *_split_pages(timeline.undated_quotes)]
    if not pages:
        return TimelinePage(
            title, nearest=timeline.nearest_topics, chosen=chosen, selected=timeline.selected
        )
    latest = max(len(dated) - 1, 0)
    picture = None
    if number in (None, latest) and charts:
        picture = charts.picture([quote.article for quote in timeline.dated_quotes], title)
    number = latest if number is None else min(number, len(pages) - 1)
    extent = tuple(_extent(timeline, number, len(pages)))
    stories = tuple(pages[number])
    return TimelinePage(
        title,
        stories,
        number,
        len(pages),
        latest,
        extent,
        timeline.nearest_topics,
        picture,
        chosen,
        timeline.selected,
        _days(pages[number - 1]) if number else "",
        _days(pages[number + 1]) if number < latest else "",
    )


def _split_pages(stories: Sequence[Quote]) -> Iterator[Sequence[Quote]]:
    """Yield as many stories at a time as one message shows."""
    while stories:
        fitting = count_fitting(stories[:STORIES_PER_PAGE], _ROOM)
        yield stories[:fitting]
        stories = stories[fitting:]


def timeline_content(
    checked: Checked[TimelinePage],
    interaction: Interaction | None = None,
    *,
    private: bool = False,
    status: str | None = None,
) -> Content:
    page = checked.result
    if not page.stories:
        return Content(
            no_digest_page(page.title, page.nearest, page.chosen, page.selected), status=status
        )
    layout = timeline_page(checked)
    with_buttons(layout, reply_buttons(interaction, private=private))
    files = [add_picture(layout, page.picture)] if page.picture else []
    return Content(layout, files, status)


def timeline_page(checked: Checked[TimelinePage]) -> ui.LayoutView:
    """Return a page of stories, below the day of each, with the buttons that turn it."""
    page = checked.result
    days = [_day(quote) for quote in page.stories]
    # What stories of one day have in common stands above the first of them.
    above = [
        "" if label == previous else f"**{label}**"
        for previous, label in zip(["", *days], days, strict=False)
    ]
    layout = quotes_page(
        BLUE,
        "\n".join((*(f"-# {line}" for line in page.extent), *filter_lines(page.selected))),
        checked.part(lambda page: page.stories),
        subject=page.title,
        above=above,
        token=page.chosen.token,
    )
    return with_buttons(layout, _page_buttons(page))


def _page_buttons(page: TimelinePage) -> Iterator[PersistentButton]:
    token = page.chosen.token
    if page.number > 0:
        yield TimelineButton(f"{page.number - 1}{token}", say("Earlier: {days}", days=page.earlier))
    if page.number < page.latest:
        yield TimelineButton(f"{page.number + 1}{token}", say("Later: {days}", days=page.later))
    elif page.number < page.pages - 1:
        yield TimelineButton(f"{page.number + 1}{token}", say("Without a date"))


def _day(quote: Quote) -> str:
    published = quote.article.published
    return format_day(published) if published else say("No date")


def _days(stories: Sequence[Quote]) -> str:
    """Return the day of dated stories, or the first and the last."""
    first, last = _day(stories[0]), _day(stories[-1])
    return first if first == last else say("{first} to {last}", first=first, last=last)


def _extent(timeline: Timeline, number: int, pages: int) -> Iterator[str]:
    stories = len(timeline.dated_quotes or timeline.undated_quotes)
    parts = [say("Timeline"), say_count(stories, "{number:,} article", "{number:,} articles")]
    if timeline.dated_quotes:
        parts.append(_days(timeline.dated_quotes))
    if pages > 1:
        parts.append(page_label(number, pages))
    yield " · ".join(parts)
    if timeline.dated_quotes and timeline.undated_quotes:
        yield say_count(
            len(timeline.undated_quotes),
            "{number:,} more article has no date and comes last.",
            "{number:,} more articles have no date and come last.",
        )
    elif timeline.undated_quotes:
        yield say("These articles have no dates, so they are in the order they were added.")
    if timeline.is_shortened:
        yield say("Older articles are not shown.")
