"""What the articles hold on a message, sentence by sentence, as a layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import discord
from discord import ui

from bot.briefing.claims import MAX_CLAIM_QUOTES
from bot.chat.answers.quotations import fitting
from bot.chat.answers.views import reply_buttons
from bot.chat.components.layout import BLUE, GREY, LONGEST_TEXT, NOTE_ROOM, Block, framed
from bot.chat.components.markdown import link, one_line, size
from bot.chat.interaction.buttons import with_buttons
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.replies import Vouch, vouched
from bot.errors import QuestionError
from bot.language import say, say_count
from bot.model import Claim, Quote, SourceReport

_LONGEST_CLAIM = 160
# A reply has room for some six quotes: of more sentences than this each shows its best one alone.
_FEW = 3

# What a message holds beside its words: blocks of code, mentions, emoji, times, addresses.
_NO_WORDS = re.compile(r"```.*?```|<a?:\w+:\d+>|<(?:[@#/]|t:)[^>]*>|<?https?://\S+", re.DOTALL)
_LABEL = re.compile(r"\[([^\]\n]+)\]\(<?https?://[^)\s]+\)")
_LINE_MARKUP = re.compile(r"^(?:>>> |> |#{1,3} |-# |[-*] |\d+\. )+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\\)(?:\*\*|__|~~|\|\||`+|(?<!\w)[*_]|[*_](?!\w))")
_ESCAPED = re.compile(r"\\([^\w\s])")


def said_in(message: discord.Message, bot: discord.ClientUser | None) -> str:
    """What a message says in words, its markup taken away.

    Raises QuestionError, one sentence, where it says nothing, or where `bot` itself says it.
    """
    if message.author == bot:
        raise QuestionError(
            "This message is my own: the button Context beside a quote shows where it stands."
        )
    content = "\n".join(_texts(message)).strip()
    if not content:
        raise QuestionError("This message has no text; choose one with a sentence in it.")
    text = _plain(content)
    if not re.search(r"\w", text):
        raise QuestionError(
            "This message has no words of its own, only links, mentions, emoji or code; "
            "choose one with a sentence in it."
        )
    return text


def vouched_sourcing(said: SourceReport, vouch: Vouch) -> SourceReport:
    """`said` without the places that do not stand in the stored articles, which are logged."""
    return replace(said, claims=tuple(_vouched_claim(claim, vouch) for claim in said.claims))


def findings_page(
    said: SourceReport, address: str, interaction: Interaction | None = None
) -> ui.LayoutView:
    """What was found on each sentence of the message at `address`.

    Raises QuestionError where the message has no sentence to look for.
    """
    if not said.claims:
        raise QuestionError(
            "This message says too little to look for; choose one that tells something."
        )
    heading = _heading(said, address)
    if said.status == "none":
        lines = [*map(_verdict, said.claims), *_notes(said.unchecked_count, said.skipped_count)]
        return framed(GREY, heading, [["\n\n".join(lines)]])
    blocks = _blocks(said, LONGEST_TEXT - 2 * NOTE_ROOM - size(heading))
    row = reply_buttons(interaction, private=True, rated=False)
    return with_buttons(framed(BLUE, heading, blocks), row)


def _blocks(said: SourceReport, room: int) -> list[Block]:
    """The sentences in their order, each above its quotes, as far as those fit `room` (in size)."""
    found = sum(bool(claim.matches) for claim in said.claims)
    quotes: list[Quote] = []
    above: list[list[str]] = []  # each quote
    verdicts: list[str] = []
    for claim in said.claims:
        verdicts.append(_verdict(claim))
        for place in claim.matches[: MAX_CLAIM_QUOTES if found <= _FEW else 1]:
            quotes.append(replace(place.quote, marks=place.other_words or place.quote.marks))
            above.append(verdicts)
            verdicts = []
    room -= sum(size(verdict) + 2 for lines in (*above, verdicts) for verdict in lines)
    fitted = fitting(quotes, room)
    blocks: list[Block] = [
        ["\n".join(filter(None, ("\n\n".join(lines), str(text)))), *source]
        for lines, (text, *source) in zip(above, fitted, strict=False)
    ]
    left_out = said.unchecked_count + sum(map(len, above[len(fitted) :]))
    if closing := [*verdicts, *_notes(left_out, said.skipped_count)]:
        blocks.append(["\n\n".join(closing)])
    return blocks


def _heading(said: SourceReport, address: str) -> str:
    lines = [f"### {say('What the articles hold on this message')}"]
    if any(claim.status == "related" for claim in said.claims):
        lines.append(say("A quote may speak to a sentence and not bear it out: read it."))
    if target := link(say("Open the message"), address):
        lines.append(f"-# {target}")
    return "\n".join(lines)


def _verdict(claim: Claim) -> str:
    return f"“{one_line(claim.text, _LONGEST_CLAIM)}”\n**{_on(claim)}**"


def _on(claim: Claim) -> str:
    match claim.status:
        case "exact":
            return say("Said so, word for word:")
        case "near":
            return say("Said nearly so; the words in bold differ:")
        case "related":
            return say("What speaks to it:")
        case "none":
            return say("Nothing here speaks to it.")


def _notes(left_out: int, passed_over: int) -> Iterator[str]:
    if left_out:
        note = say_count(
            left_out,
            "{number:,} more sentence is left out.",
            "{number:,} more sentences are left out.",
        )
        yield f"-# {note}"
    if passed_over:
        note = say_count(
            passed_over,
            "{number:,} sentence says too little to look for.",
            "{number:,} sentences say too little to look for.",
        )
        yield f"-# {note}"


def _texts(message: discord.Message) -> Iterator[str]:
    """What was typed, what was forwarded, and what a feed's bot puts in a box; not what Discord
    itself shows of a page below a link to it."""
    texts: list[discord.Message | discord.MessageSnapshot] = [message, *message.message_snapshots]
    for carried in texts:
        yield carried.content
        for box in carried.embeds:
            if box.type == "rich":
                yield f"{box.title or ''}\n{box.description or ''}"


def _vouched_claim(claim: Claim, vouch: Vouch) -> Claim:
    places = tuple(
        replace(place, quote=quote)
        for place in claim.matches
        for quote in vouched([place.quote], vouch)
    )
    return replace(claim, matches=places, status=claim.status if places else "none")


def _plain(content: str) -> str:
    """The words of a message as Discord shows them."""
    text = _LABEL.sub(r"\1", content)
    for markup in (_NO_WORDS, _LINE_MARKUP, _EMPHASIS):
        text = markup.sub("", text)
    return _ESCAPED.sub(r"\1", text)
