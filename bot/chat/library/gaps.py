"""Questions that a server's articles did not answer: recorded, and shown to its managers."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from discord import ButtonStyle, ui
from discord.utils import format_dt

from bot.chat.components.layout import BLUE, GREY, ListPage, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.titles import title_in_language
from bot.chat.interaction.buttons import PersistentButton, page_buttons, with_buttons
from bot.chat.interaction.context import (
    BotClient,
    Interaction,
    joined_guild,
    preferences_of,
    view_for,
)
from bot.chat.interaction.features import Feature, gap_options
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.errors import StoreError
from bot.ingest.background import GAP_DAYS
from bot.language import command_name, say, say_count
from bot.model import Preferences
from bot.ops.journal import ReplyRecord
from bot.store import Gap, Rating

ENTRIES_A_PAGE = 6  # six entries at their longest stay under MAX_TEXT

_MAX_WORDS = 300

log = logging.getLogger(__name__)


async def note_gap(interaction: Interaction, record: ReplyRecord) -> None:
    """Record what a server's articles did not answer, without the person who asked.

    Not if the server wants none recorded, the person asked in private, or only a certain period or
    source was asked for, in which there may be no news.
    """
    guild_id, client = joined_guild(interaction), interaction.client
    options = interaction.namespace
    names = gap_options(client.features, record.command)
    texts = [record.inputs[name] for name in names if name in record.inputs]
    if guild_id is None or not texts or not is_gap(record.status, preferences_of(interaction)):
        return
    if options.private or options.period or options.source:
        return
    if "topic" in record.inputs and (topic := view_for(interaction).topics.find(texts[-1])):
        texts[-1] = topic.title
    await record_gap(client, guild_id, record.command, " · ".join(texts), record.status)


def is_gap(status: str, preferences: Preferences) -> bool:
    """Whether a reply of the status is a gap that the server wants recorded."""
    return preferences.keeps_gaps and status in ("related", "none")


async def record_gap(
    client: BotClient, guild_id: int, command: str, words: str, status: str
) -> None:
    """Record words that a server's articles did not answer, or only touch as the `status` "related"
    says; a fault is logged."""
    try:
        await client.store.gaps.record(
            guild_id, words, command=command, only_related=status == "related", now=client.now()
        )
    except StoreError as error:  # the reply is out already
        log.warning("gap not recorded: server %d: %s", guild_id, error)


class GapsButton(PersistentButton, kind="gaps", values=r"\d{1,6}"):
    """Turns /library gaps to the page in its id."""

    async def press(self, interaction: Interaction) -> None:
        """Show that page."""
        await edit_layout(interaction, await gaps_page(interaction, int(self.value)))


class ClearGapsButton(PersistentButton, kind="clear-gaps", values=r"(?:ask|sure)"):
    """Clears a server's gaps and feedback, after a second button has confirmed it."""

    async def press(self, interaction: Interaction) -> None:
        """Ask for confirmation, or clear the list."""
        guild_id, store = managed_guild(interaction), interaction.client.store
        if self.value == "ask":
            await send_layout(interaction, _clear_confirmation())
            return
        await store.gaps.clear(guild_id)
        await store.feedback.clear(guild_id)
        await edit_layout(interaction, framed(GREY, say("**The list is cleared.**")))


FEATURE = Feature(buttons=(GapsButton, ClearGapsButton))


async def gaps_page(interaction: Interaction, number: int) -> ui.LayoutView:
    """Return the page of the gaps of the person's server that is nearest to `number`, from 0.

    Raises NoPrivateMessage or MissingPermissions where they manage none.
    """
    guild_id, store = managed_guild(interaction), interaction.client.store
    unanswered, ratings = await store.gaps.list(guild_id), await store.feedback.list(guild_id)
    entries: list[Gap | Rating] = [
        *unanswered,
        *(rating for rating in ratings if rating.not_useful),
    ]
    if not entries and not preferences_of(interaction).keeps_gaps:
        disabled = say("**Unanswered questions are not kept here.** Change that in /settings.")
        return framed(GREY, disabled)
    topics = view_for(interaction).topics
    translated = [replace(each, words=title_in_language(each.words, topics)) for each in entries]
    page = ListPage.nearest(number, translated, ENTRIES_A_PAGE)
    buttons = page_buttons(GapsButton, page)
    if entries:
        buttons.append(ClearGapsButton("ask", say("Clear this list"), ButtonStyle.danger))
    return with_buttons(gap_list(page, ratings), buttons)


def gap_list(page: ListPage[Gap | Rating], ratings: Sequence[Rating]) -> ui.LayoutView:
    """Show one page of gaps and of replies rated as not useful; `ratings` are all there are."""
    retention = say_count(GAP_DAYS, "Kept for {number:,} day.", "Kept for {number:,} days.")
    if not page.entries:
        return framed(GREY, f"{say('**No unanswered questions.**')}\n-# {retention}")
    totals = say(
        "Replies rated useful: {useful:,}; not useful: {not_useful:,}.",
        useful=sum(rating.useful for rating in ratings),
        not_useful=sum(rating.not_useful for rating in ratings),
    )
    lines = [
        f"### {say('Unanswered questions')}",
        f"-# {retention} {totals}" if ratings else f"-# {retention}",
    ]
    if page.pages > 1:
        lines.append(f"-# {page.label}")
    heading = "\n".join(lines)
    return framed(BLUE, heading, [[_entry(entry)] for entry in page.entries])


def _entry(entry: Gap | Rating) -> str:
    words = f"**{one_line(entry.words, _MAX_WORDS)}**"
    # A day, and not "2 hours ago": whose clock is behind would read "last in 12 seconds".
    when = say("last on {when}", when=format_dt(entry.last_at, "D"))
    if isinstance(entry, Rating):
        votes = say(
            "not useful to {not_useful:,}, useful to {useful:,}",
            not_useful=entry.not_useful,
            useful=entry.useful,
        )
        return f"{words}\n-# {votes} · {when}"
    outcome = say("only related passages found") if entry.only_related else say("nothing found")
    times = say_count(entry.times, "asked {number:,} time", "asked {number:,} times")
    return f"{words}\n-# {times} · {outcome} · /{command_name(entry.command)} · {when}"


def _clear_confirmation() -> ui.LayoutView:
    question = say(
        "### Clear this list?\n"
        "This permanently deletes the unanswered questions and the ratings of replies."
    )
    sure = ClearGapsButton("sure", say("Clear this list"), ButtonStyle.danger)
    return with_buttons(framed(GREY, question), [sure])
