"""/digest: what the articles say about a topic, with buttons for more and for nearby topics."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.briefing.topics import EVERYTHING
from bot.chat.answers.quotations import count_shown, quotes_page
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.answers.topics import complete_topic
from bot.chat.components.layout import BLUE, GREY, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.periods import (
    SINCE_LAST,
    Period,
    digest_name,
    nothing_covered,
    period_start,
)
from bot.chat.components.quote_ids import find_quotes, read_subject
from bot.chat.components.stories import MAX_OUTLET
from bot.chat.interaction.buttons import (
    BUTTONS_A_ROW,
    MAX_ID,
    MAX_LABEL,
    PersistentButton,
    with_buttons,
)
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, already_posted_here, is_private, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import reply_with_quotes
from bot.language import say, say_count
from bot.library import View
from bot.model import Digest, PostedQuote, Quote, Timeline, Topic

_MAX_LINE = 300


@everywhere
@app_commands.command(description="Get the main points on a topic, quoted from the articles.")
@app_commands.describe(
    topic="Choose one, or write any words of your own",
    period="Only articles from this time, or what this channel has not had (otherwise all)",
    private="Show the digest to you alone (otherwise to the whole channel)",
)
@app_commands.autocomplete(topic=complete_topic)
async def digest(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
    period: Period | None = None,
    private: bool | None = None,
) -> None:
    """Reply with a digest of the topic."""
    private, view = is_private(interaction, private), view_for(interaction)
    since = period_start(period or "", interaction.client.now())
    posted = await already_posted_here(interaction) if period == SINCE_LAST else ()
    await reply_with_quotes(
        interaction,
        compute=lambda: view.digest(topic, already_posted=posted, since=since),
        render=lambda checked: digest_page(
            checked, interaction, period=period or "", private=private
        ),
        private=private,
        kind="digest" if period == SINCE_LAST else "reply",
    )


class DigestButton(PersistentButton, kind="digest", values=".+"):
    """Shows the digest of the topic in its id, privately."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the digest."""
        await show_digest(interaction, self.value)


class MorePointsButton(PersistentButton, kind="points", values=r"[a-z -]{0,20}:\d{1,2}"):
    """Shows further points on the topic of its message, privately. Its id has the period ("" for
    all) and how many pages of them were shown so far."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the next page of points."""
        assert interaction.message is not None
        period, _, shown_pages = self.value.partition(":")
        view, topic = view_for(interaction), read_subject(interaction.message)
        pages = int(shown_pages)
        since = period_start(period, interaction.client.now())
        posted = await already_posted_here(interaction) if period == SINCE_LAST else ()
        shown_quotes, _ = find_quotes(interaction.message, view)

        def render(checked: Checked[Digest]) -> ui.LayoutView | str:
            if not checked.result.points:
                return nothing_more()
            return digest_page(checked, interaction, period=period, private=True, pages=pages)

        await reply_with_quotes(
            interaction,
            compute=lambda: _next_points(view, topic, posted, since, shown_quotes, pages),
            render=render,
            private=True,
        )


FEATURE = Feature(
    digest,
    (DigestButton, MorePointsButton),
    position=20,
    help_place=("ask", 20),
    gap_options=("topic",),
)


async def show_digest(interaction: Interaction, topic: str) -> None:
    """Reply privately with the digest of a topic."""
    view = view_for(interaction)
    await reply_with_quotes(
        interaction,
        compute=lambda: view.digest(topic),
        render=lambda checked: digest_page(checked, interaction, private=True),
        private=True,
    )


def digest_page(
    checked: Checked[Digest],
    interaction: Interaction | None = None,
    *,
    period: str = "",
    private: bool = False,
    pages: int = 0,
) -> ui.LayoutView:
    """Return a digest of articles from the period ("" for all) with its row of buttons.

    `pages` counts the pages of it shown before.
    """
    digest = checked.result
    if not digest.points:
        return no_digest_page(topic_title(digest), digest.nearest_topics, period)
    name = say("Further quotes") if pages else digest_name(period)
    if digest.is_nearest:
        name = say("No article holds these words; the nearest statements")
    layout = quotes_page(
        BLUE,
        f"-# {name} · {_extent(digest)}",
        checked.part(lambda digest: digest.points),
        subject=topic_title(digest),
        above=story_headings(digest) if period == SINCE_LAST else (),
        below=" ".join(source_mix(digest)),
    )
    more = _more_button(digest, layout, period, pages)
    return with_buttons(layout, reply_buttons(interaction, private=private, more=more))


def no_digest_page(title: str, nearest_topics: Sequence[Topic], period: str = "") -> ui.LayoutView:
    """Return that no article from the period covers a topic, with the nearest topics as buttons."""
    lines = [nothing_covered(period), *nearest_line(nearest_topics)]
    layout = framed(GREY, "\n".join(lines), subject=title)
    return with_buttons(layout, topic_buttons(nearest_topics))


def summary_page(
    checked: Checked[Digest], when: str, *, is_first: bool = False, above: str = ""
) -> ui.LayoutView:
    """Return a digest as a schedule posts it, with its row of buttons unless nothing is new.

    `when` is the schedule's phrase, "every day at 09:00"; it has posted nothing before if this
    `is_first`. The text `above` stands over the topic.
    """
    digest = checked.result
    cadence = say("Scheduled {when}", when=one_line(when, _MAX_LINE))
    if not digest.points:
        nothing = say("Nothing new since the last summary.")
        if is_first:
            nothing = say("The first summary: nothing yet that was not posted here before.")
        return framed(
            GREY, f"{nothing}\n-# {cadence}", subject=topic_title(digest), above_subject=above
        )
    new = say("First summary") if is_first else say("New since the last summary")
    layout = quotes_page(
        BLUE,
        f"-# {new} · {_extent(digest)}\n-# {cadence}",
        checked.part(lambda digest: digest.points),
        subject=topic_title(digest),
        above_subject=above,
        above=story_headings(digest),
        below=" ".join(source_mix(digest)),
    )
    return with_buttons(layout, reply_buttons(more=_more_button(digest, layout, SINCE_LAST)))


def topic_title(result: Digest | Timeline) -> str:
    """Return the topic's title; that of "everything" is ours, and so in the language spoken."""
    return say(result.title) if result.topic == EVERYTHING.slug else result.title


def story_headings(digest: Digest) -> Sequence[str]:
    """Return for each point of a digest for a channel the heading above it, "" where none begins:
    of new stories, and of those that go on. None for a channel that has had nothing."""
    if digest.new_stories is None:
        return ()
    new, continued = f"**{say('New stories')}**", f"**{say('More on stories from before')}**"
    headings = [
        new if point.article.id in digest.new_stories else continued for point in digest.points
    ]
    return [line if line != previous else "" for previous, line in pairwise(["", *headings])]


def source_mix(digest: Digest) -> Iterator[str]:
    """Yield sentences on how many outlets a digest rests on, whether one gives most of it, and how
    many articles state none."""
    outlets, unstated = digest.points_by_outlet, digest.sources_without_outlet
    if not outlets:
        yield say("None of its articles states an outlet.")
        return
    if len(outlets) == 1 and not unstated:
        yield say("All of it is from one outlet, {outlet}.", outlet=_bold(*outlets))
        return
    yield say_count(len(outlets), "From {number:,} outlet.", "From {number:,} outlets.")
    if main_outlet := digest.main_outlet:
        yield say(
            "Most of it is from {outlet}: {quotes:,} of {all:,} quotes.",
            outlet=_bold(main_outlet),
            quotes=outlets[main_outlet],
            all=len(digest.points),
        )
    if unstated:
        yield say_count(
            unstated, "{number:,} article states no outlet.", "{number:,} articles state no outlet."
        )


def topic_buttons(topics: Sequence[Topic]) -> list[PersistentButton]:
    """Return a button for each topic whose slug and title a button can hold."""
    by_slug = {topic.slug: topic for topic in topics[:BUTTONS_A_ROW]}
    return [
        DigestButton(topic.slug, topic.title)
        for topic in by_slug.values()
        if len(DigestButton.id_for(topic.slug)) <= MAX_ID and len(topic.title) <= MAX_LABEL
    ]


def nearest_line(nearest_topics: Sequence[Topic]) -> Iterator[str]:
    """Yield a line that names the nearest topics, if there are any."""
    if nearest_topics:
        titles = one_line(", ".join(topic.title for topic in nearest_topics), _MAX_LINE)
        yield f"-# {say('Nearest topics: {topics}', topics=titles)}"


def nothing_more() -> str:
    """Return a sentence that there are no further quotes."""
    return say("The articles here hold nothing more on this.")


def _next_points(
    view: View,
    topic: str,
    posted: Sequence[PostedQuote],
    since: datetime | None,
    shown_quotes: Sequence[Quote],
    pages: int,
) -> Digest:
    """Return the page of a digest after `pages` pages, of which `shown_quotes` is the last."""
    earlier = list(posted)
    for _ in range(pages - 1):
        points = view.digest(topic, already_posted=earlier, since=since).points
        earlier += map(PostedQuote.from_quote, points)
    earlier += map(PostedQuote.from_quote, shown_quotes)
    return view.digest(topic, already_posted=earlier, since=since)


def _more_button(
    digest: Digest, layout: ui.LayoutView, period: str, pages: int = 0
) -> PersistentButton | None:
    if digest.has_more or count_shown(layout, digest.points) < len(digest.points):
        return MorePointsButton(f"{period}:{pages + 1}", say("More"))
    return None


def _extent(digest: Digest) -> str:
    return say(
        "{quotes} from {articles}",
        quotes=say_count(len(digest.points), "{number:,} quote", "{number:,} quotes"),
        articles=say_count(len(digest.sources), "{number:,} article", "{number:,} articles"),
    )


def _bold(outlet: str) -> str:
    return f"**{one_line(outlet, MAX_OUTLET)}**"
