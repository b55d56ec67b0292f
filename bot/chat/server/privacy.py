"""/privacy: what is stored of a server and of a person, for how long, and how to delete it."""

from collections.abc import Iterator

from discord import ButtonStyle, app_commands, ui

from bot.chat.components.layout import BLUE, GREY, framed
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction, joined_guild
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.permissions import managed_guild, manages
from bot.chat.interaction.replies import edit_layout, send_layout
from bot.ingest.background import GAP_DAYS
from bot.language import say, say_count
from bot.model import Limits
from bot.store import StoredCounts


class ForgetButton(PersistentButton, kind="forget", values=r"(?:ask|sure)"):
    """Deletes all data of the server, after a second button has confirmed it."""

    async def press(self, interaction: Interaction) -> None:
        """Ask for confirmation, or delete."""
        guild_id, client = managed_guild(interaction), interaction.client
        if self.value == "ask":
            stored = await client.store.guilds.count_stored(guild_id)
            sure = ForgetButton("sure", say("Delete it all"), ButtonStyle.danger)
            await send_layout(interaction, with_buttons(deletion_page(stored), [sure]))
            return
        await interaction.response.defer()
        stored = await client.store.guilds.delete(guild_id)
        await client.library_writer.sync()
        await client.library_writer.save()
        await edit_layout(interaction, deleted_page(stored))


def privacy_page(
    limits: Limits, stored: StoredCounts | None, *, can_delete: bool, questions_logged: bool
) -> ui.LayoutView:
    """Say what is stored and for how long, and how much of this server, if in one."""
    paragraphs = [*_paragraphs(limits, questions_logged=questions_logged)]
    if stored:
        paragraphs.append(say("**Kept for this server now:** {counts}.", counts=_counts(stored)))
    page = framed(BLUE, f"### {say('Privacy')}", [[paragraph] for paragraph in paragraphs])
    delete = ForgetButton("ask", say("Delete this server's data"), ButtonStyle.danger)
    return with_buttons(page, [delete] if can_delete else [])


def deletion_page(stored: StoredCounts) -> ui.LayoutView:
    """Ask for confirmation before the server's data is deleted."""
    question = say(
        "### Delete this server's data?\n"
        "This permanently deletes {counts} and the choices in /settings. I stay in the server, "
        "with the shared desk.",
        counts=_counts(stored),
    )
    return framed(GREY, question)


def deleted_page(stored: StoredCounts) -> ui.LayoutView:
    """Say what was deleted."""
    return framed(GREY, f"### {say('Deleted')}\n{_counts(stored)}.")


def _paragraphs(limits: Limits, *, questions_logged: bool) -> Iterator[str]:
    yield say(
        "**What I read:** messages that mention me, direct messages to me, and messages you "
        "choose for Find sources. I keep none of them, nor any answer that only you see. Discord "
        "does not show me what other messages say, and I drop them unread. For a follow-up I also "
        "read my own answer before it."
    )
    questions = say(
        "**What you ask:** if a server's articles do not answer it, the server's managers can "
        "see the words for {days} days, without your name. I do not keep what you ask in direct "
        "messages or with the option private, and I keep nothing if /settings turns this off.",
        days=GAP_DAYS,
    )
    logged = say("The person who runs me can also see in the log what you ask.")
    yield f"{questions} {logged}" if questions_logged else questions
    yield say(
        "**Your ratings:** if you rate a reply, I keep the rating for {days} days, with the "
        "question and your Discord ID. The server's managers see how many people rated it, not "
        "who.",
        days=GAP_DAYS,
    )
    yield say(
        "**Kept for a server:** the articles and feeds it adds, its schedules and watches, its "
        "choices in /settings, and what I posted or answered in its channels, so that I do not "
        "repeat it and can flag what a source takes back. Whatever someone added is kept with "
        "that person's Discord ID. No other server sees any of it."
    )
    yield say(
        "**Kept for direct messages:** your watches, with your Discord ID, until you remove them."
    )
    yield " ".join((say("**For how long:**"), *_retention_sentences(limits)))


def _retention_sentences(limits: Limits) -> Iterator[str]:
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
        "When I am removed from a server, all of its data is deleted {number:,} day later. Its "
        "administrators can delete it at any time.",
        "When I am removed from a server, all of its data is deleted {number:,} days later. Its "
        "administrators can delete it at any time.",
    )


def _counts(stored: StoredCounts) -> str:
    return ", ".join(
        (
            say_count(stored.articles, "{number:,} article", "{number:,} articles"),
            say_count(stored.feeds, "{number:,} feed", "{number:,} feeds"),
            say_count(stored.schedules, "{number:,} schedule", "{number:,} schedules"),
            say_count(stored.watches, "{number:,} watch", "{number:,} watches"),
            say_count(stored.posted, "{number:,} posted quote", "{number:,} posted quotes"),
            say_count(
                stored.gaps, "{number:,} unanswered question", "{number:,} unanswered questions"
            ),
            say_count(stored.feedback, "{number:,} rated reply", "{number:,} rated replies"),
            say_count(stored.topics, "{number:,} topic", "{number:,} topics"),
        )
    )


@everywhere
@app_commands.command(description="Show what Verbatim keeps, and for how long.")
async def privacy(interaction: Interaction) -> None:
    """Show what is stored, with a button to delete it for those who manage the server."""
    client, guild_id = interaction.client, joined_guild(interaction)
    page = privacy_page(
        client.limits,
        await client.store.guilds.count_stored(guild_id) if guild_id else None,
        can_delete=manages(interaction),
        questions_logged=client.journal.with_questions,
    )
    await send_layout(interaction, page)


FEATURE = Feature(privacy, (ForgetButton,), position=130, help_place=("about", 10))
