"""How every reply leaves: quotes vouched for, private where asked, pinging nobody."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

import discord
from discord import ui

from bot.chat.markdown import one_line
from bot.chat.services import Interaction
from bot.errors import VerbatimError
from bot.model import Answer, Comparison, Digest, Quote, Verification

Vouch: TypeAlias = Callable[[Quote], bool]
_T = TypeVar("_T")

# Discord wants a first reply within 3 s; half of that leaves the rest to the network.
PATIENCE = 1.5
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


async def show(interaction: Interaction, layout: ui.LayoutView, *, private: bool) -> None:
    """Reply with a layout; after a defer, the defer has settled whether it is private."""
    if interaction.response.is_done():
        await interaction.followup.send(view=layout, ephemeral=private)
    else:
        await interaction.response.send_message(view=layout, ephemeral=private)


async def tell(interaction: Interaction, sentence: str) -> None:
    """Reply with one plain sentence that only the asker sees."""
    text = one_line(sentence, _LONGEST_CONTENT)
    if interaction.response.is_done():
        await interaction.followup.send(text, ephemeral=True)
    else:
        await interaction.response.send_message(text, ephemeral=True)


async def report(interaction: Interaction, fault: Exception) -> None:
    """Tell the person what went wrong: a fault of theirs in its sentence, a bug of ours plainly.

    The bug goes to the log whole, under the reference that the person is given.
    """
    if isinstance(fault, VerbatimError):
        sentence = str(fault)
    else:
        _log.error("interaction %s failed", interaction.id, exc_info=fault)
        sentence = f"Something went wrong, and it is logged as {interaction.id}. Please try again."
    try:
        await tell(interaction, sentence)
    except discord.HTTPException as gone:  # the interaction has expired: nobody is left to tell
        _log.warning("interaction %s could not be answered: %s", interaction.id, gone)


def vouched_answer(said: Answer, vouch: Vouch) -> Answer:
    """`said` without the quotes that do not stand in the stored articles, which are logged."""
    quotes = _vouched(said.quotes, vouch)
    return replace(said, quotes=quotes, status=said.status if quotes else "none")


def vouched_digest(said: Digest, vouch: Vouch) -> Digest:
    """`said` without the points that do not stand in the stored articles, which are logged."""
    return replace(said, points=_vouched(said.points, vouch))


def vouched_verification(said: Verification, vouch: Vouch) -> Verification:
    """`said` without the places that do not stand in the stored articles, which are logged."""
    places = _vouched_comparisons(said.places, vouch)
    return replace(said, places=places, status=said.status if places else "none")


def _vouched_comparisons(places: Sequence[Comparison], vouch: Vouch) -> tuple[Comparison, ...]:
    return tuple(place for place in places if _vouched([place.quote], vouch))


def _vouched(quotes: Sequence[Quote], vouch: Vouch) -> tuple[Quote, ...]:
    kept: list[Quote] = []
    for quote in quotes:
        if vouch(quote):
            differs = _vouched_comparisons(quote.differs, vouch)
            kept.append(replace(quote, also=_vouched(quote.also, vouch), differs=differs))
        else:
            _log.error(
                "not sent, for it is not verbatim: article %s, paragraph %d, characters %d to %d",
                quote.article.id,
                quote.paragraph,
                quote.start,
                quote.end,
            )
    return tuple(kept)
