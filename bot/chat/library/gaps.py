"""What was asked of a server's articles in vain: kept, and shown to those who manage the server."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from discord import ButtonStyle, ui
from discord.utils import format_dt

from bot.chat.components.layout import BLUE, GREY, ListPage, framed
from bot.chat.components.markdown import one_line
from bot.chat.interaction.buttons import PersistentButton, page_buttons, with_buttons
from bot.chat.interaction.context import Interaction, joined_guild, preferences_of
from bot.chat.interaction.features import Feature, gap_options
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.errors import StoreError
from bot.ingest.background import GAP_DAYS
from bot.language import command_name, say, say_count
from bot.ops.journal import ReplyRecord
from bot.store import Gap, Rating

ENTRIES_A_PAGE = 6  # six entries at their longest stay under MAX_TEXT

_LONGEST_WORDS = 300

_log = logging.getLogger(__name__)


async def note_gap(interaction: Interaction, served: ReplyRecord) -> None:
    """Keep what was asked in vain of a server's articles, without who asked.

    Not where the server wants none kept or the person asked in private; nor where only a certain
    time was asked for, of which there may be nothing to tell.
    """
    guild_id, client = joined_guild(interaction), interaction.client
    options = interaction.namespace
    names = gap_options(client.features, served.command)
    asked = [served.inputs[name] for name in names if name in served.inputs]
    if guild_id is None or not asked or not preferences_of(interaction).keeps_gaps:
        return
    if served.status not in ("related", "none") or options.private or options.period:
        return
    if "topic" in served.inputs and (topic := client.library.topics.find(asked[-1])):
        asked[-1] = topic.title
    try:
        await client.store.gaps.record(
            guild_id,
            " · ".join(asked),
            command=served.command,
            only_related=served.status == "related",
            now=client.now(),
        )
    except StoreError as fault:  # the reply is out, and stands as it is
        _log.warning("what interaction %s asked in vain is not kept: %s", interaction.id, fault)


class GapsButton(PersistentButton, kind="gaps", values=r"\d{1,6}"):
    """Turns /library gaps to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        await edit_layout(interaction, await gaps_page(interaction, int(self.value)))


class ClearGapsButton(PersistentButton, kind="clear-gaps", values=r"(?:ask|sure)"):
    """Forgets a server's gaps and feedback, once a second button has said that it is meant."""

    async def press(self, interaction: Interaction) -> None:
        guild_id, store = managed_guild(interaction), interaction.client.store
        if self.value == "ask":
            await send_layout(interaction, _clearing())
            return
        await store.gaps.clear(guild_id)
        await store.feedback.clear(guild_id)
        await edit_layout(interaction, framed(GREY, say("**The list is cleared.**")))


FEATURE = Feature(buttons=(GapsButton, ClearGapsButton))


async def gaps_page(interaction: Interaction, number: int) -> ui.LayoutView:
    """The page of the gaps of the person's server that stands nearest to `number`, from 0.

    Raises NoPrivateMessage or MissingPermissions where they manage none.
    """
    guild_id, store = managed_guild(interaction), interaction.client.store
    unanswered, ratings = await store.gaps.list(guild_id), await store.feedback.list(guild_id)
    entries: list[Gap | Rating] = [
        *unanswered,
        *(rating for rating in ratings if rating.not_useful),
    ]
    if not entries and not preferences_of(interaction).keeps_gaps:
        off = say("**What is not answered is not kept here.** /settings can change that.")
        return framed(GREY, off)
    page = ListPage.nearest(number, entries, ENTRIES_A_PAGE)
    buttons = page_buttons(GapsButton, page)
    if entries:
        buttons.append(ClearGapsButton("ask", say("Clear this list"), ButtonStyle.danger))
    return with_buttons(gaps(page, ratings), buttons)


def gaps(page: ListPage[Gap | Rating], ratings: Sequence[Rating]) -> ui.LayoutView:
    """One page of gaps and of replies that somebody did not find useful; `ratings` are all."""
    kept = say_count(GAP_DAYS, "Kept for {number:,} day.", "Kept for {number:,} days.")
    if not page.entries:
        return framed(GREY, f"{say('**Nothing was asked here in vain.**')}\n-# {kept}")
    rated = say(
        "Replies rated useful: {useful:,}; not useful: {not_useful:,}.",
        useful=sum(rating.useful for rating in ratings),
        not_useful=sum(rating.not_useful for rating in ratings),
    )
    lines = [f"### {say('Not answered here')}", f"-# {kept} {rated}" if ratings else f"-# {kept}"]
    if page.pages > 1:
        lines.append(f"-# {page.label}")
    heading = "\n".join(lines)
    return framed(BLUE, heading, [[_entry(entry)] for entry in page.entries])


def _entry(entry: Gap | Rating) -> str:
    words = f"**{one_line(entry.words, _LONGEST_WORDS)}**"
    when = say("last {when}", when=format_dt(entry.last_at, "R"))
    if isinstance(entry, Rating):
        rated = say(
            "not useful to {not_useful:,}, useful to {useful:,}",
            not_useful=entry.not_useful,
            useful=entry.useful,
        )
        return f"{words}\n-# {rated} · {when}"
    found = say("only related passages found") if entry.only_related else say("nothing found")
    times = say_count(entry.times, "asked {number:,} time", "asked {number:,} times")
    return f"{words}\n-# {times} · {found} · /{command_name(entry.command)} · {when}"


def _clearing() -> ui.LayoutView:
    """What is about to be forgotten, before a second button does it."""
    question = say(
        "### Clear this list?\n"
        "This forgets what was asked here in vain, and which replies were found useful, for good."
    )
    sure = ClearGapsButton("sure", say("Clear this list"), ButtonStyle.danger)
    return with_buttons(framed(GREY, question), [sure])
