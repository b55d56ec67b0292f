"""How every reply leaves: quotes vouched for, private where asked, pinging nobody."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, TypeVar

import discord
from discord import app_commands, ui

from bot.chat.components.colours import painted
from bot.chat.components.markdown import one_line
from bot.chat.interaction import tracking as serving
from bot.chat.interaction.context import Interaction, joined_guild, place_of, preferences_of
from bot.chat.interaction.faults import FAULTS
from bot.errors import StoreBusyError, StoreError, VerbatimError
from bot.ingest import Progress
from bot.language import say
from bot.model import Answer, Comparison, Digest, Post, Quote, Verification

Vouch: TypeAlias = Callable[[Quote], bool]
_T = TypeVar("_T")

# Discord wants a first reply within 3 s; half of that leaves the rest to the network.
PATIENCE = 1.5
BETWEEN_EDITS = 2.0  # seconds; Discord slows down whoever edits more often than once a second
_LONGEST_CONTENT = 2000

_log = logging.getLogger(__name__)


async def computed(interaction: Interaction, work: Callable[[], _T], *, private: bool) -> _T:
    """What `work` returns, run in a thread; the reply is deferred only if that takes long.

    Until then nothing public has been promised, so that a fault reaches the asker alone.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    if not done:
        await interaction.response.defer(ephemeral=private, thinking=True)
    return await task


async def watched(interaction: Interaction, work: Callable[[Progress], Awaitable[_T]]) -> _T:
    """What `work` brings; while it lasts, the deferred reply tells how many entries are done."""
    reached = told = ""

    def note(done: int, whole: int) -> None:
        nonlocal reached
        reached = say("{done:,} of {whole:,} entries so far …", done=done, whole=whole)

    task = asyncio.ensure_future(work(note))
    try:
        while not (await asyncio.wait({task}, timeout=BETWEEN_EDITS))[0]:
            if reached != told:
                told = reached
                with contextlib.suppress(*FAULTS):  # the next edit may succeed
                    await interaction.edit_original_response(content=reached)
        return task.result()
    finally:
        task.cancel()


async def show(
    interaction: Interaction,
    layout: ui.LayoutView,
    *,
    private: bool,
    quotes: Sequence[Quote] = (),
    status: str | None = None,
    kind: Literal["digest", "reply"] = "reply",
    files: Sequence[discord.File] = (),
) -> None:
    """Reply with a layout; after a defer, the defer has settled whether it is private.

    `status` says for the journal what came of a question, a topic or a quotation. `quotes` are
    those it shows: in a channel they are noted, to be flagged if their source takes them back. Of a
    `kind` "digest" they are news to the channel no more.
    """
    serving.note(interaction, private=private, status=status)
    view = painted(layout, preferences_of(interaction).colours)
    message_id: int | None
    if interaction.response.is_done():
        sent = await interaction.followup.send(view=view, files=files, ephemeral=private, wait=True)
        message_id = sent.id
    else:
        response = await interaction.response.send_message(
            view=view, files=files, ephemeral=private
        )
        message_id = response.message_id
    if quotes and not private:
        await _note(interaction, kind, message_id, quotes)


async def change(
    interaction: Interaction, layout: ui.LayoutView, *, files: Sequence[discord.File] = ()
) -> None:
    """Put a layout, and no file but `files`, in the place of the message whose button was pressed,
    or of the deferred reply."""
    view = painted(layout, preferences_of(interaction).colours)
    if interaction.response.is_done():
        await interaction.edit_original_response(content=None, view=view, attachments=files)
    else:
        await interaction.response.edit_message(view=view, attachments=files)


async def _note(
    interaction: Interaction,
    kind: Literal["digest", "reply"],
    message_id: int | None,
    quotes: Sequence[Quote],
) -> None:
    guild_id, client = joined_guild(interaction), interaction.client
    if guild_id is None or interaction.channel_id is None:
        return
    channel_id, thread_id = place_of(interaction)
    post = Post(kind, guild_id, channel_id, message_id, thread_id)
    shown = [each for quote in quotes for each in (quote, *(d.quote for d in quote.differs))]
    try:
        await client.store.posted_quotes.record(post, shown, client.now())
    except StoreError as fault:
        _log.warning("the quotes of message %s are not noted: %s", message_id, fault)


async def tell(interaction: Interaction, sentence: str) -> None:
    """Reply with one plain sentence that only the asker sees."""
    serving.note(interaction, private=True)
    text = one_line(sentence, _LONGEST_CONTENT)
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def report(interaction: Interaction, fault: Exception) -> None:
    """Tell the person what went wrong: a fault of theirs in its sentence, a bug of ours plainly.

    The bug goes to the log whole, under the reference that the person is given.
    """
    fault = _fault_behind(fault)
    refused = isinstance(fault, VerbatimError) and not isinstance(fault, StoreError)
    serving.note(interaction, private=True, status="refused" if refused else "failed")
    if isinstance(fault, StoreError):
        _log.warning("interaction %s failed: %s", interaction.id, fault)
        # What the store says names its database, which is nobody's business but the operator's.
        if isinstance(fault, StoreBusyError):
            sentence = say("My database does not answer just now; please try again shortly.")
        else:
            sentence = say(
                "My database cannot be used. Whoever runs me finds the reason in the log."
            )
    elif isinstance(fault, VerbatimError):
        sentence = fault.sentence
    else:
        _log.error("interaction %s failed", interaction.id, exc_info=fault)
        sentence = say(
            "Something went wrong, and it is logged as {reference}. Please try again.",
            reference=interaction.id,
        )
    try:
        await tell(interaction, sentence)
    except FAULTS as gone:  # the interaction has expired: nobody is left to tell
        _log.warning("interaction %s could not be answered: %s", interaction.id, gone)


def _fault_behind(error: Exception) -> Exception:
    """What a person is to be told of, where discord.py raises something around or instead of it."""
    match error:
        case app_commands.CommandInvokeError():
            return error.original
        case app_commands.MissingPermissions():
            return VerbatimError("You need the permission Manage Server for this.")
        case app_commands.NoPrivateMessage():
            return VerbatimError("This works only in a server that I am a member of.")
        case app_commands.TransformerError():
            return VerbatimError("That channel cannot be used; choose a text channel I can see.")
        case app_commands.CommandNotFound() | app_commands.CommandSignatureMismatch():
            return VerbatimError("This command has changed; reload Discord and give it again.")
        case _:
            return error


def vouched_answer(said: Answer, vouch: Vouch) -> Answer:
    """`said` without the quotes that do not stand in the stored articles, which are logged."""
    quotes = vouched(said.quotes, vouch)
    return replace(said, quotes=quotes, status=said.status if quotes else "none")


def vouched_digest(said: Digest, vouch: Vouch) -> Digest:
    """`said` without the points that do not stand in the stored articles, which are logged."""
    return replace(said, points=vouched(said.points, vouch))


def vouched_verification(said: Verification, vouch: Vouch) -> Verification:
    """`said` without the places that do not stand in the stored articles, which are logged."""
    places = _vouched_comparisons(said.matches, vouch)
    return replace(said, matches=places, status=said.status if places else "none")


def _vouched_comparisons(places: Sequence[Comparison], vouch: Vouch) -> tuple[Comparison, ...]:
    return tuple(place for place in places if vouched([place.quote], vouch))


def vouched(quotes: Sequence[Quote], vouch: Vouch) -> tuple[Quote, ...]:
    """`quotes` without those that do not stand in the stored articles, which are logged."""
    kept: list[Quote] = []
    for quote in quotes:
        if vouch(quote):
            differs = _vouched_comparisons(quote.differs, vouch)
            kept.append(replace(quote, repeats=vouched(quote.repeats, vouch), differs=differs))
        else:
            _log.error(
                "not sent, for it is not verbatim: article %s, paragraph %d, characters %d to %d",
                quote.article.id,
                quote.paragraph,
                quote.start,
                quote.end,
            )
    return tuple(kept)
