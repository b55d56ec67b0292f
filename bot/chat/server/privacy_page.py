"""What is kept of a server and of a person, for how long, and an end to it."""

from __future__ import annotations

from collections.abc import Iterator

from discord import ButtonStyle, ui

from bot.chat.components.layout import BLUE, GREY, framed
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.permissions import managed_guild
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.ingest.background import GAP_DAYS
from bot.language import say, say_count
from bot.model import Limits
from bot.store import StoredCounts


class ForgetButton(PersistentButton, kind="forget", values=r"(?:ask|sure)"):
    """Deletes all that is kept of the server, once a second button has said that it is meant."""

    async def press(self, interaction: Interaction) -> None:
        guild_id, client = managed_guild(interaction), interaction.client
        if self.value == "ask":
            kept = await client.store.guilds.count_stored(guild_id)
            sure = ForgetButton("sure", say("Delete it all"), ButtonStyle.danger)
            await send_layout(interaction, with_buttons(deletion(kept), [sure]))
            return
        await interaction.response.defer()
        kept = await client.store.guilds.delete(guild_id)
        await client.library_writer.sync()
        await client.library_writer.save()
        await edit_layout(interaction, deleted(kept))


def privacy_page(
    limits: Limits, kept: StoredCounts | None, *, manages: bool, questions_logged: bool
) -> ui.LayoutView:
    """What is kept; for those who manage the server, with a button to delete it."""
    delete = ForgetButton("ask", say("Delete this server's data"), ButtonStyle.danger)
    page = privacy(limits, kept, questions_logged=questions_logged)
    return with_buttons(page, [delete] if manages else [])


def privacy(limits: Limits, kept: StoredCounts | None, *, questions_logged: bool) -> ui.LayoutView:
    """What is kept, for how long, and how much of this server, if in one."""
    told = [*_told(limits, questions_logged=questions_logged)]
    if kept:
        told.append(say("**Kept of this server now:** {counts}.", counts=_counts(kept)))
    return framed(BLUE, f"### {say('Privacy')}", [[each] for each in told])


def deletion(kept: StoredCounts) -> ui.LayoutView:
    """What is about to be deleted, before a second button does it."""
    question = say(
        "### Delete this server's data?\n"
        "This deletes {counts}, and what is chosen in /settings, for good. I stay in the server, "
        "with the shared desk.",
        counts=_counts(kept),
    )
    return framed(GREY, question)


def deleted(kept: StoredCounts) -> ui.LayoutView:
    return framed(GREY, f"### {say('Deleted')}\n{_counts(kept)}.")


def _told(limits: Limits, *, questions_logged: bool) -> Iterator[str]:
    yield say(
        "I read no messages, only one that you choose for Find sources, and do not keep it. I keep "
        "no answers that only you see."
    )
    asked = say(
        "**What you ask:** if a server's articles do not answer it, those who manage the server "
        "see its words for {days} days, without your name. What you ask in direct messages or with "
        "the option private is not kept, and nothing is if /settings turns this off.",
        days=GAP_DAYS,
    )
    logged = say("Whoever runs me also finds in the log what you ask.")
    yield f"{asked} {logged}" if questions_logged else asked
    yield say(
        "**Whether a reply was useful:** if you say so, that is kept for {days} days, with what "
        "was asked and your Discord id. Those who manage the server see how many said it, not who.",
        days=GAP_DAYS,
    )
    yield say(
        "**Kept of a server:** the articles and feeds it adds, its schedules and watches, what it "
        "chose in /settings, and what I posted or answered in its channels, so that nothing is "
        "told twice and what a source takes back can be flagged. With what somebody added stands "
        "that person's Discord id. No other server sees any of it."
    )
    yield say(
        "**Kept of you in direct messages:** your watches, with your Discord id, until you remove "
        "them."
    )
    yield " ".join((say("**For how long:**"), *_how_long(limits)))


def _how_long(limits: Limits) -> Iterator[str]:
    if limits.keep_days:
        yield say_count(
            limits.keep_days,
            "Articles are kept for {number:,} day.",
            "Articles are kept for {number:,} days.",
        )
        yield say("Feeds, schedules and watches are kept until they are removed.")
    else:
        yield say("Articles, feeds, schedules and watches are kept until they are removed.")
    yield say("What I posted is kept as long as I am in the server.")
    yield say_count(
        limits.grace_days,
        "When I am removed from a server, all of its data is deleted {number:,} day later; its "
        "administrators can delete it at once.",
        "When I am removed from a server, all of its data is deleted {number:,} days later; its "
        "administrators can delete it at once.",
    )


def _counts(kept: StoredCounts) -> str:
    return ", ".join(
        (
            say_count(kept.articles, "{number:,} article", "{number:,} articles"),
            say_count(kept.feeds, "{number:,} feed", "{number:,} feeds"),
            say_count(kept.schedules, "{number:,} schedule", "{number:,} schedules"),
            say_count(kept.watches, "{number:,} watch", "{number:,} watches"),
            say_count(kept.posted, "{number:,} posted quote", "{number:,} posted quotes"),
            say_count(
                kept.gaps, "{number:,} unanswered question", "{number:,} unanswered questions"
            ),
            say_count(kept.feedback, "{number:,} rated reply", "{number:,} rated replies"),
        )
    )
