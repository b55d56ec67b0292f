"""/digest: what the articles say about a topic, with buttons for more and for nearby topics."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.chat.answers.quotations import count_shown, quotes_page
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.answers.topics import complete_topic
from bot.chat.components.layout import BLUE, GREY, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.periods import (
    SINCE_LAST,
    digest_name,
    filter_lines,
    nothing_covered,
)
from bot.chat.components.quote_ids import find_quotes, read_subject
from bot.chat.components.stories import MAX_OUTLET
from bot.chat.components.titles import topic_title
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
from bot.chat.interaction.selections import (
    NO_FILTER,
    TOKEN,
    ArticleFilter,
    PeriodText,
    SourceText,
    complete_digest_period,
    complete_source,
    filter_from_token,
    read_filter,
)
from bot.language import say
from bot.library import View
from bot.model import Digest, PostedQuote, Quote, Selected, Selection, Topic

_MAX_LINE = 300
_TOKEN_AND_SLUG = re.compile(rf"(?=[^|])({TOKEN})\|(.+)")


@everywhere
@app_commands.command(description="Get the main points on a topic, quoted from the articles.")
@app_commands.describe(
    topic="Choose one, or type any words of your own",
    period="Only articles from: past week, since Monday, new to this channel (default: all)",
    source="Only articles from this outlet, site or feed (default: all)",
    private="Show the digest only to you (default: to the whole channel)",
)
@app_commands.autocomplete(
    topic=complete_topic, period=complete_digest_period, source=complete_source
)
async def digest(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH],
    period: PeriodText | None = None,
    source: SourceText | None = None,
    private: bool | None = None,
) -> None:
    """Reply with a digest of the topic."""
    private, view = is_private(interaction, private), view_for(interaction)
    chosen = await read_filter(interaction, period, source)
    posted = await already_posted_here(interaction) if chosen.is_new_only else ()
    await reply_with_quotes(
        interaction,
        compute=lambda: view.digest(topic, already_posted=posted, selection=chosen.selection),
        render=lambda checked: digest_page(checked, interaction, chosen=chosen, private=private),
        private=private,
        kind="digest" if chosen.is_new_only else "reply",
    )


class DigestButton(PersistentButton, kind="digest", values=".+"):
    """Shows the digest of the topic in its id, privately, from the articles of the token before it.

    The token and the slug have a bar between them; a slug may stand alone.
    """

    async def press(self, interaction: Interaction) -> None:
        """Reply with the digest."""
        match = _TOKEN_AND_SLUG.fullmatch(self.value)
        token, slug = match.groups() if match else ("", self.value)
        await show_digest(interaction, slug, await filter_from_token(interaction, token))


class MorePointsButton(
    PersistentButton, kind="points", values=rf"(?:[a-z ]{{0,20}}|{TOKEN}):\d{{1,2}}"
):
    """Shows further points on the topic of its message, privately. Its id has the filter, and how
    many pages of them were shown so far."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the next page of points."""
        assert interaction.message is not None
        token, _, shown_pages = self.value.partition(":")
        chosen = await filter_from_token(interaction, token)
        view, topic = view_for(interaction), read_subject(interaction.message)
        pages = int(shown_pages)
        posted = await already_posted_here(interaction) if chosen.is_new_only else ()
        shown_quotes, _ = find_quotes(interaction.message, view)

        def render(checked: Checked[Digest]) -> ui.LayoutView | str:
            if not checked.result.points:
                return nothing_more()
            return digest_page(checked, interaction, chosen=chosen, private=True, pages=pages)

        await reply_with_quotes(
            interaction,
            compute=lambda: _next_points(
                view, topic, posted, chosen.selection, shown_quotes, pages
            ),
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


async def show_digest(
    interaction: Interaction, topic: str, chosen: ArticleFilter = NO_FILTER
) -> None:
    """Reply privately with the digest of a topic."""
    view = view_for(interaction)
    await reply_with_quotes(
        interaction,
        compute=lambda: view.digest(topic, selection=chosen.selection),
        render=lambda checked: digest_page(checked, interaction, chosen=chosen, private=True),
        private=True,
    )


def digest_page(
    checked: Checked[Digest],
    interaction: Interaction | None = None,
    *,
    chosen: ArticleFilter = NO_FILTER,
    private: bool = False,
    pages: int = 0,
) -> ui.LayoutView:
    """Return a digest of the chosen articles with its row of buttons.

    `pages` counts the pages of it shown before.
    """
    digest = checked.result
    if not digest.points:
        return no_digest_page(topic_title(digest), digest.nearest_topics, chosen, digest.selected)
    name = say("More quotes") if pages else digest_name(chosen.period)
    if digest.is_nearest:
        name = say("No article has these words. The closest passages:")
    notes = [f"-# {name}"] if name else []
    layout = quotes_page(
        BLUE,
        "\n".join((*notes, *filter_lines(digest.selected))),
        checked.part(lambda digest: digest.points),
        subject=topic_title(digest),
        above=story_headings(digest) if chosen.is_new_only else (),
        below=source_mix(digest),
        token=chosen.token,
    )
    more = _more_button(digest, layout, chosen.token, pages)
    return with_buttons(layout, reply_buttons(interaction, private=private, more=more))


def no_digest_page(
    title: str,
    nearest_topics: Sequence[Topic],
    chosen: ArticleFilter = NO_FILTER,
    selected: Selected | None = None,
) -> ui.LayoutView:
    """Return that none of the chosen articles covers a topic, with the nearest topics as
    buttons."""
    lines = [nothing_covered(chosen.period, selected), *filter_lines(selected)]
    layout = framed(GREY, "\n".join([*lines, *nearest_line(nearest_topics)]), subject=title)
    return with_buttons(layout, topic_buttons(nearest_topics, chosen.token))


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
            nothing = say(
                "This is the first summary. Everything so far has already been posted here."
            )
        return framed(
            GREY, f"{nothing}\n-# {cadence}", subject=topic_title(digest), above_subject=above
        )
    new = say("First summary") if is_first else say("New since the last summary")
    layout = quotes_page(
        BLUE,
        f"-# {new}\n-# {cadence}",
        checked.part(lambda digest: digest.points),
        subject=topic_title(digest),
        above_subject=above,
        above=story_headings(digest),
        below=source_mix(digest),
    )
    return with_buttons(layout, reply_buttons(more=_more_button(digest, layout, SINCE_LAST)))


def story_headings(digest: Digest) -> Sequence[str]:
    """Return for each point of a digest for a channel the heading above it, "" where none begins:
    of new stories, and of those that go on. None for a channel that has had nothing."""
    if digest.new_stories is None:
        return ()
    new, continued = f"**{say('New articles')}**", f"**{say('More from earlier articles')}**"
    headings = [
        new if point.article.id in digest.new_stories else continued for point in digest.points
    ]
    return [line if line != previous else "" for previous, line in pairwise(["", *headings])]


def source_mix(digest: Digest) -> str:
    """Return a sentence on the outlet that gives all or most of a digest; "" where none does."""
    outlets = digest.points_by_outlet
    if len(outlets) == 1 and not digest.sources_without_outlet:
        return say("All quotes are from one outlet, {outlet}.", outlet=_bold(*outlets))
    if main_outlet := digest.main_outlet:
        return say(
            "Most quotes are from one outlet, {outlet}: {quotes:,} of {all:,}.",
            outlet=_bold(main_outlet),
            quotes=outlets[main_outlet],
            all=len(digest.points),
        )
    return ""


def topic_buttons(topics: Sequence[Topic], token: str = "") -> list[PersistentButton]:
    """Return a button for each topic whose slug and title a button can hold; `token` is that of the
    filter."""
    by_value = {
        f"{token}|{topic.slug}" if token else topic.slug: topic for topic in topics[:BUTTONS_A_ROW]
    }
    return [
        DigestButton(value, title)
        for value, topic in by_value.items()
        if len(DigestButton.id_for(value)) <= MAX_ID
        and len(title := topic_title(topic)) <= MAX_LABEL
    ]


def nearest_line(nearest_topics: Sequence[Topic]) -> Iterator[str]:
    """Yield a line that names the nearest topics, if there are any."""
    if nearest_topics:
        titles = one_line(", ".join(map(topic_title, nearest_topics)), _MAX_LINE)
        yield f"-# {say('Nearest topics: {topics}', topics=titles)}"


def nothing_more() -> str:
    """Return a sentence that there are no further quotes."""
    return say("The articles here have nothing more on this.")


def _next_points(
    view: View,
    topic: str,
    posted: Sequence[PostedQuote],
    selection: Selection,
    shown_quotes: Sequence[Quote],
    pages: int,
) -> Digest:
    """Return the page of a digest after `pages` pages, of which `shown_quotes` is the last."""
    earlier = list(posted)
    for _ in range(pages - 1):
        points = view.digest(topic, already_posted=earlier, selection=selection).points
        earlier += map(PostedQuote.from_quote, points)
    earlier += map(PostedQuote.from_quote, shown_quotes)
    return view.digest(topic, already_posted=earlier, selection=selection)


def _more_button(
    digest: Digest, layout: ui.LayoutView, token: str, pages: int = 0
) -> PersistentButton | None:
    if digest.has_more or count_shown(layout, digest.points) < len(digest.points):
        return MorePointsButton(f"{token}:{pages + 1}", say("More"))
    return None


def _bold(outlet: str) -> str:
    return f"**{one_line(outlet, MAX_OUTLET)}**"
