"""Everything that is sent to Discord: replies, changes of replies, and posts.

What shows quotes is computed, checked against the stored articles, rendered and sent here, with
nothing awaited between the check and the request.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import aiohttp
import discord
from discord import app_commands, ui
from discord.abc import Messageable

from bot.chat.components.layout import paint
from bot.chat.components.markdown import one_line
from bot.chat.interaction import tracking
from bot.chat.interaction.checked import Checked, check_quotes, quotes_in
from bot.chat.interaction.context import (
    BotClient,
    Interaction,
    channel_and_thread,
    joined_guild,
    preferences_of,
    view_for,
)
from bot.chat.interaction.emptiness import nothing_held
from bot.errors import BusyError, StoreBusyError, StoreError, VerbatimError
from bot.ingest import Progress
from bot.language import say
from bot.model import Post, Quote

_T = TypeVar("_T")
ReplyKind: TypeAlias = Literal["digest", "reply"]

# What discord.py raises where Discord fails or cannot be reached, its own errors and aiohttp's.
DISCORD_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)
# Discord wants a first reply within 3 s; half of that leaves the rest to the network.
PATIENCE = 1.5
SECONDS_BETWEEN_EDITS = 2.0  # Discord slows down whoever edits more often than once a second
MAX_CONTENT = 2000
# An interaction that is unknown, since 3 s have passed, or that was answered, by another process.
_EXPIRED_CODES = (10062, 40060)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Content:
    """A layout with its files; `status` is the outcome of a question, for the journal.

    Of all that it mentions, a post pings the one role with the id `pinged_role`, or nobody.
    """

    layout: ui.LayoutView
    files: Sequence[discord.File] = ()
    status: str | None = None
    pinged_role: int | None = None

    @property
    def allowed_mentions(self) -> discord.AllowedMentions:
        """Whom Discord may ping for it."""
        nobody = discord.AllowedMentions.none()
        if self.pinged_role is not None:
            nobody.roles = [discord.Object(self.pinged_role)]
        return nobody


@dataclass(frozen=True, slots=True)
class Draft(Generic[_T]):
    """A post that is rendered when it is sent, from the quotes of `result` that then stand."""

    result: _T
    is_current: Callable[[Quote], bool]
    render: Callable[[Checked[_T]], Content]

    def content(self) -> Content:
        """Return what to send now."""
        return self.render(check_quotes(self.result, self.is_current))


async def reply_with_quotes(
    interaction: Interaction,
    *,
    compute: Callable[[], _T],
    render: Callable[[Checked[_T]], Content | ui.LayoutView | str],
    private: bool,
    kind: ReplyKind = "reply",
    edit: bool = False,
    shows_failure: bool = False,
) -> None:
    """Compute in a thread, check every quote, render and reply; the only way to reply with quotes.

    `render` may return a sentence, which is told to the asker alone; a bare layout has the `status`
    of the result, if that has one. With `edit` the reply takes the place of the message whose
    button was pressed. What answers nothing is told to the asker alone, unless
    `shows_failure` or the server wants otherwise. Quotes shown in a channel are noted, to be
    flagged if their source takes them back; those of a `kind` "digest" are no news to it any more.
    """
    if sentence := nothing_held(interaction):
        await send_sentence(interaction, sentence)
        return
    result = await run_in_thread(interaction, compute, private=private)
    checked = check_quotes(result, view_for(interaction).is_current)
    content = render(checked)
    if isinstance(content, ui.LayoutView):
        content = Content(content, status=getattr(checked.result, "status", None))
    if isinstance(content, str):
        await send_sentence(interaction, content)
    elif edit:
        await _edit(interaction, content)
    else:
        is_answer = content.status not in (None, "none") or any(quotes_in(checked.result))
        if not (private or is_answer or shows_failure):
            private = not preferences_of(interaction).public_failures
            if private and interaction.response.is_done():
                await interaction.delete_original_response()  # it was deferred for everybody
        message_id = await _send(interaction, content, private=private)
        if not private:
            await _note_quotes(interaction, kind, message_id, [*quotes_in(checked.result)])


async def send_layout(
    interaction: Interaction, layout: ui.LayoutView, files: Sequence[discord.File] = ()
) -> None:
    """Reply privately with a layout without quotes."""
    await _send(interaction, Content(layout, files), private=True)


async def edit_layout(interaction: Interaction, layout: ui.LayoutView) -> None:
    """Put a layout without quotes in place of the deferred reply or the message of the button."""
    await _edit(interaction, Content(layout))


async def note_nothing_held(interaction: Interaction) -> None:
    """Say to the asker, after a reply without quotes, how to add the first feed where there is no
    article to be seen."""
    if sentence := nothing_held(interaction):
        await send_sentence(interaction, sentence)


async def send_sentence(interaction: Interaction, sentence: str) -> None:
    """Reply with one plain sentence that only the asker sees."""
    tracking.note_reply(interaction, private=True)
    text = one_line(sentence, MAX_CONTENT)
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def post_layout(channel: Messageable, layout: ui.LayoutView) -> None:
    """Send a layout without quotes to a channel."""
    await channel.send(view=layout)


async def post(
    channel: Messageable,
    draft: Draft[Any],
    *,
    nonce: str,
    reply_to: discord.MessageReference | None = None,
) -> discord.Message:
    """Send a draft to a channel."""
    content = draft.content()
    if reply_to is None:
        return await channel.send(
            view=content.layout,
            files=content.files,
            nonce=nonce,
            allowed_mentions=content.allowed_mentions,
        )
    return await channel.send(
        view=content.layout, nonce=nonce, reference=reply_to, mention_author=False
    )


async def post_thread(
    forum: discord.ForumChannel, name: str, draft: Draft[Any], tags: Sequence[discord.ForumTag] = ()
) -> discord.channel.ThreadWithMessage:
    """Begin a thread of a forum with a draft and these tags."""
    content = draft.content()
    return await forum.create_thread(
        name=name,
        view=content.layout,
        files=content.files,
        allowed_mentions=content.allowed_mentions,
        applied_tags=tags,
    )


async def run_in_thread(interaction: Interaction, work: Callable[[], _T], *, private: bool) -> _T:
    """Return what `work` returns; the reply is deferred only if that takes long. Raises BusyError.

    Until then nothing public has been promised, so that an error reaches the asker alone.
    """
    answer = interaction.client.workload.answer(
        work, person=interaction.user.id, server=interaction.guild_id
    )
    task = asyncio.ensure_future(answer)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    if not done and not interaction.response.is_done():
        await interaction.response.defer(ephemeral=private, thinking=True)
    return await task


async def run_with_progress(
    interaction: Interaction,
    work: Callable[[Progress], Awaitable[_T]],
    describe: Callable[[int, int], str],
) -> _T:
    """Return what `work` returns; meanwhile the deferred reply says what `describe` makes of how
    many are done, and of how many."""
    progress = displayed = ""

    def note(done: int, total: int) -> None:
        nonlocal progress
        progress = describe(done, total)

    task = asyncio.ensure_future(work(note))
    try:
        while not (await asyncio.wait({task}, timeout=SECONDS_BETWEEN_EDITS))[0]:
            if progress != displayed:
                displayed = progress
                with contextlib.suppress(*DISCORD_ERRORS):  # the next edit may succeed
                    await interaction.edit_original_response(content=progress)
        return task.result()
    finally:
        task.cancel()


async def report_error(interaction: Interaction, error: Exception) -> None:
    """Tell the person what went wrong: a VerbatimError in its sentence, a bug of ours plainly.

    An interaction that has expired or was answered already is one line. A bug is logged whole,
    under the reference that the person is given.
    """
    error = _error_to_report(error)
    if isinstance(error, discord.HTTPException) and error.code in _EXPIRED_CODES:
        tracking.note_reply(interaction, private=True, status="expired")
        log.info("interaction %s expired or was answered already: %s", interaction.id, error)
        return
    status, text = describe_error(error, interaction.id)
    tracking.note_reply(interaction, private=True, status=status)
    try:
        await send_sentence(interaction, text)
    except DISCORD_ERRORS as discord_error:  # the interaction has expired
        log.warning("interaction %s could not be answered: %s", interaction.id, discord_error)


def describe_error(error: Exception, reference: int) -> tuple[str, str]:
    """Return the outcome for the journal, and what the person is told; log what is not theirs.

    `reference` is the id of the interaction or message that failed.
    """
    refused = isinstance(error, VerbatimError) and not isinstance(error, StoreError)
    status = "busy" if isinstance(error, BusyError) else "refused" if refused else "failed"
    if isinstance(error, StoreError):
        log.warning("interaction %s failed: %s", reference, error)
        # What the store says names its database, which is nobody's business but the operator's.
        if isinstance(error, StoreBusyError):
            text = say("My database is not responding right now; please try again shortly.")
        else:
            text = say(
                "My database cannot be used. The person who runs me can find the reason in the log."
            )
    elif isinstance(error, VerbatimError):
        text = error.sentence
    else:
        log.error("interaction %s failed", reference, exc_info=error)
        text = say(
            "Something went wrong (logged as {reference}). Please try again.",
            reference=reference,
        )
    return status, text


def _error_to_report(error: Exception) -> Exception:
    """Return the error behind one of discord.py's, or ours in place of it."""
    match error:
        case app_commands.CommandInvokeError():
            return error.original
        case app_commands.MissingPermissions():
            return VerbatimError("You need the Manage Server permission for this.")
        case app_commands.NoPrivateMessage():
            return VerbatimError("This works only in a server that I have been added to.")
        case app_commands.TransformerError():
            return VerbatimError(
                "That channel cannot be used; choose a text channel that I can see."
            )
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return VerbatimError("This command has changed; reload Discord and try again.")
        case _:
            return error


async def _send(interaction: Interaction, content: Content, *, private: bool) -> int | None:
    tracking.note_reply(interaction, private=private, status=content.status)
    view = paint(content.layout, preferences_of(interaction).colours)
    if interaction.response.is_done():
        message = await interaction.followup.send(
            view=view, files=content.files, ephemeral=private, wait=True
        )
        return message.id
    response = await interaction.response.send_message(
        view=view, files=content.files, ephemeral=private
    )
    return response.message_id


async def _edit(interaction: Interaction, content: Content) -> None:
    """Replace the message, with no file but those of `content`."""
    view = paint(content.layout, preferences_of(interaction).colours)
    if interaction.response.is_done():
        await interaction.edit_original_response(content=None, view=view, attachments=content.files)
    else:
        await interaction.response.edit_message(view=view, attachments=content.files)


async def _note_quotes(
    interaction: Interaction, kind: ReplyKind, message_id: int | None, quotes: Sequence[Quote]
) -> None:
    guild_id = joined_guild(interaction)
    if guild_id is None or interaction.channel_id is None:
        return
    channel_id, thread_id = channel_and_thread(interaction)
    post = Post(kind, guild_id, channel_id, message_id, thread_id)
    await note_quotes(interaction.client, post, quotes)


async def note_quotes(client: BotClient, post: Post, quotes: Sequence[Quote]) -> None:
    """Note the quotes of a public reply, if it has any; a fault is logged."""
    if not quotes:
        return
    try:
        await client.store.posted_quotes.record(post, quotes, client.now())
    except StoreError as error:
        log.warning("quotes of message %s not noted: %s", post.message_id, error)
