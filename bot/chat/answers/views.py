"""Layouts for those who read, and the buttons on them."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.chat.answers import render
from bot.chat.answers.context import ContextButton
from bot.chat.answers.feedback import feedback_buttons
from bot.chat.answers.sharing import ShareButton, may_share
from bot.chat.components.layout import Page
from bot.chat.components.periods import SINCE_LAST, began
from bot.chat.components.quote_ids import asked_in, standing_in
from bot.chat.interaction.buttons import (
    BUTTONS_A_ROW,
    LONGEST_ID,
    LONGEST_LABEL,
    PersistentButton,
    turning,
    with_buttons,
)
from bot.chat.interaction.context import Interaction, had_here, joined_guild, view_for
from bot.chat.interaction.replies import (
    change,
    computed,
    show,
    tell,
    vouched_answer,
    vouched_digest,
)
from bot.language import say
from bot.model import (
    Answer,
    Article,
    Digest,
    PostedQuote,
    Quote,
    Topic,
    Verification,
    count_sources,
)


class SourcesButton(PersistentButton, kind="sources", values=r"\d{1,6}"):
    """Turns /sources to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        await change(interaction, sources_page(view_for(interaction).articles, int(self.value)))


class DigestButton(PersistentButton, kind="digest", values=".+"):
    """Gives the digest of the topic in its id to whoever presses it, privately."""

    async def press(self, interaction: Interaction) -> None:
        view = view_for(interaction)
        found = await computed(interaction, lambda: view.digest(self.value), private=True)
        said = vouched_digest(found, view.is_current)
        page = digest_page(said, interaction, private=True)
        await show(interaction, page, private=True, status=said.status)


class BehindButton(PersistentButton, kind="behind", values="all"):
    """Lists the articles behind the quotes of the message that it stands under, privately."""

    async def press(self, interaction: Interaction) -> None:
        assert interaction.message is not None
        quotes, gone = standing_in(interaction.message, view_for(interaction))
        await show(interaction, render.behind(count_sources(quotes), gone), private=True)


class MoreQuotesButton(PersistentButton, kind="more", values=r"\d{1,3}"):
    """Gives further quotes on the question of the message that it stands under, privately. Its id
    says how many were shown so far."""

    async def press(self, interaction: Interaction) -> None:
        assert interaction.message is not None
        view, after = view_for(interaction), int(self.value)
        question = asked_in(interaction.message)
        found = await computed(interaction, lambda: view.ask(question, after=after), private=True)
        said = vouched_answer(found, view.is_current)
        if not said.quotes:
            await _tell_of_no_more(interaction)
            return
        page = answer_page(said, interaction, private=True, after=after)
        await show(interaction, page, private=True, status=said.status)


class MorePointsButton(PersistentButton, kind="points", values=r"[a-z -]{0,20}:\d{1,2}"):
    """Gives further points on the topic of the message that it stands under, privately. Its id
    says from which period ("" for all), and how many pages of them were shown so far."""

    async def press(self, interaction: Interaction) -> None:
        assert interaction.message is not None
        period, _, pages = self.value.partition(":")
        view, topic = view_for(interaction), asked_in(interaction.message)
        since = began(period, interaction.client.now())
        had = await had_here(interaction) if period == SINCE_LAST else ()
        shown, _ = standing_in(interaction.message, view)

        def further() -> Digest:
            before = list(had)
            for _ in range(int(pages) - 1):
                before += map(
                    PostedQuote.from_quote,
                    view.digest(topic, already_posted=before, since=since).points,
                )
            before += map(PostedQuote.from_quote, shown)
            return view.digest(topic, already_posted=before, since=since)

        said = vouched_digest(await computed(interaction, further, private=True), view.is_current)
        if not said.points:
            await _tell_of_no_more(interaction)
            return
        page = digest_page(said, interaction, period=period, private=True, pages=int(pages))
        await show(interaction, page, private=True, status=said.status)


def answer_page(
    said: Answer, interaction: Interaction | None = None, *, private: bool = False, after: int = 0
) -> ui.LayoutView:
    """An answer with its row of buttons; where nothing answers, with the nearest topics as buttons.
    `after` counts the quotes shown before."""
    if said.status == "none" or not said.quotes:
        return with_buttons(render.answer(said), _topic_buttons(said.nearest_topics))
    layout = render.answer(said, further=after > 0)
    shown = after + _shown(layout, said.quotes)
    has_more = said.has_more or shown < after + len(said.quotes)
    more = MoreQuotesButton(str(shown), say("More")) if has_more else None
    return with_buttons(layout, reply_buttons(interaction, private=private, more=more))


def digest_page(
    said: Digest,
    interaction: Interaction | None = None,
    *,
    period: str = "",
    private: bool = False,
    pages: int = 0,
) -> ui.LayoutView:
    """A digest with its row of buttons; where it is empty, with the nearest topics as buttons.
    `pages` counts the pages of it shown before."""
    if not said.points:
        return with_buttons(render.digest(said, period), _topic_buttons(said.nearest_topics))
    layout = render.digest(said, period, further=pages > 0)
    more = _more_points(said, layout, period, pages)
    return with_buttons(layout, reply_buttons(interaction, private=private, more=more))


def verification_page(
    said: Verification, interaction: Interaction | None = None, *, private: bool = False
) -> ui.LayoutView:
    """Whether a text stands in the articles; where it does, with its row of buttons."""
    row = reply_buttons(interaction, private=private, rated=False) if said.matches else []
    return with_buttons(render.verification(said), row)


def summary_page(said: Digest, when: str) -> ui.LayoutView:
    """A digest as a schedule posts it, with its row of buttons unless nothing is new."""
    layout = render.summary(said, when)
    if not said.points:
        return layout
    return with_buttons(layout, reply_buttons(more=_more_points(said, layout, SINCE_LAST)))


def reply_buttons(
    interaction: Interaction | None = None,
    *,
    private: bool = False,
    more: PersistentButton | None = None,
    rated: bool = True,
) -> list[PersistentButton]:
    """The row under quotes; without an interaction, under what is posted in a server unasked.

    What may be `rated` as useful or not shows what was asked.
    """
    buttons = [more] if more else []
    buttons.append(BehindButton("all", say("Sources")))
    if interaction and private and may_share(interaction):
        buttons.append(ShareButton("all", say("Share")))
    if rated and (interaction is None or joined_guild(interaction) is not None):
        buttons += feedback_buttons()
    return buttons


def sources_page(articles: Sequence[Article], number: int) -> ui.LayoutView:
    """The page of the articles held that stands nearest to `number`, which counts from 0."""
    page = Page.nearest(number, articles, render.ARTICLES_A_PAGE)
    return with_buttons(render.sources(articles, page), turning(SourcesButton, page))


async def _tell_of_no_more(interaction: Interaction) -> None:
    await tell(interaction, say("The articles here hold nothing more on this."))


def _more_points(
    said: Digest, layout: ui.LayoutView, period: str, pages: int = 0
) -> PersistentButton | None:
    if said.has_more or _shown(layout, said.points) < len(said.points):
        return MorePointsButton(f"{period}:{pages + 1}", say("More"))
    return None


def _shown(layout: ui.LayoutView, quotes: Sequence[Quote]) -> int:
    """How many of the quotes have found room in the layout: those whose place stands in it."""
    ids = {getattr(item, "custom_id", None) for item in layout.walk_children()}
    return sum(ContextButton.beside(quote).custom_id in ids for quote in quotes)


def _topic_buttons(topics: Sequence[Topic]) -> list[PersistentButton]:
    """A button for each topic whose slug and title a button can hold."""
    by_slug = {topic.slug: topic for topic in topics[:BUTTONS_A_ROW]}
    return [
        DigestButton(topic.slug, topic.title)
        for topic in by_slug.values()
        if len(DigestButton.id_for(topic.slug)) <= LONGEST_ID and len(topic.title) <= LONGEST_LABEL
    ]
