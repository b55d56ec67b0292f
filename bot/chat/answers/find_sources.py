"""Find sources: a menu on a message, which shows the quotes that speak to each of its sentences."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import discord
from discord import app_commands, ui

from bot.briefing.claims import MAX_CLAIM_QUOTES
from bot.chat.answers.quotations import fit_quotes
from bot.chat.answers.quote_menu import quote_menu
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.components.layout import BLUE, GREY, MAX_TEXT, NOTE_ROOM, Block, framed
from bot.chat.components.markdown import link, one_line, size
from bot.chat.interaction.buttons import with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import reply_with_quotes
from bot.errors import QuestionError
from bot.language import say, say_count
from bot.model import Claim, Quote, SourceReport

_MAX_CLAIM = 160
# A reply has room for some six quotes: of more sentences than this each shows only its best one.
_MAX_WITH_ALL_PLACES = 3

# What a message holds beside its words: blocks of code, mentions, emoji, times, addresses.
_NO_WORDS = re.compile(r"```.*?```|<a?:\w+:\d+>|<(?:[@#/]|t:)[^>]*>|<?https?://\S+", re.DOTALL)
_LABEL = re.compile(r"\[([^\]\n]+)\]\(<?https?://[^)\s]+\)")
_LINE_MARKUP = re.compile(r"^(?:>>> |> |#{1,3} |-# |[-*] |\d+\. )+", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\\)(?:\*\*|__|~~|\|\||`+|(?<!\w)[*_]|[*_](?!\w))")
_ESCAPED = re.compile(r"\\([^\w\s])")


@everywhere
@app_commands.context_menu(name="Find sources")
async def find_sources(interaction: Interaction, message: discord.Message) -> None:
    """Reply privately with what the articles hold on the message."""
    text = message_text(message, interaction.client.user)
    view = view_for(interaction)
    await reply_with_quotes(
        interaction,
        compute=lambda: view.find_sources(text),
        render=lambda checked: source_report_page(checked, message.jump_url, interaction),
        private=True,
    )


def _help_line() -> str:
    return say(
        "**Find sources** · In a message's menu, under Apps: finds quotes about what the message "
        "says."
    )


FEATURE = Feature(find_sources, position=40, help_place=("ask", 60), help_line=_help_line)


def message_text(message: discord.Message, bot: discord.ClientUser | None) -> str:
    """Return the words of a message without its markup.

    Raises QuestionError, one sentence, where it says nothing, or where it is the bot's own.
    """
    if message.author == bot:
        raise QuestionError(
            "This message is mine. The Context menu below it shows where each quote is from."
        )
    content = "\n".join(_texts(message)).strip()
    if not content:
        raise QuestionError("This message has no text; choose one with a sentence in it.")
    text = _strip_markup(content)
    if not re.search(r"\w", text):
        raise QuestionError(
            "This message has only links, mentions, emoji or code; choose one with a sentence in "
            "it."
        )
    return text


def source_report_page(
    checked: Checked[SourceReport], address: str, interaction: Interaction | None = None
) -> ui.LayoutView:
    """Return what was found on each sentence of the message at `address`.

    Raises QuestionError where the message has no sentence to look for.
    """
    report = checked.result
    if not report.claims:
        raise QuestionError(
            "This message says too little to search for; choose one with a statement in it."
        )
    heading = _heading(report, address)
    if report.status == "none":
        notes = _notes(report.unchecked_count, report.skipped_count)
        lines = [*map(_verdict, report.claims), *notes]
        return framed(GREY, heading, [["\n\n".join(lines)]])
    blocks, shown_quotes = _blocks(checked, MAX_TEXT - 2 * NOTE_ROOM - size(heading))
    layout = framed(BLUE, heading, blocks).add_item(quote_menu(shown_quotes))
    return with_buttons(layout, reply_buttons(interaction, private=True, rated=False))


def _blocks(checked: Checked[SourceReport], room: int) -> tuple[Sequence[Block], Sequence[Quote]]:
    """Return the sentences in order, each above its quotes, as far as they fit `room` (in size),
    and the quotes that are shown."""
    report = checked.result
    above: list[list[str]] = []  # the verdicts above each quote
    verdicts: list[str] = []
    for claim, quotes in zip(report.claims, _quotes_by_claim(report), strict=True):
        verdicts.append(_verdict(claim))
        for _ in quotes:
            above.append(verdicts)
            verdicts = []
    room -= sum(size(verdict) + 2 for lines in (*above, verdicts) for verdict in lines)
    all_quotes = checked.part(lambda report: [*chain.from_iterable(_quotes_by_claim(report))])
    fitting = fit_quotes(all_quotes, room)
    blocks: list[Block] = [
        ["\n".join(filter(None, ("\n\n".join(lines), text))), *texts]
        for lines, (text, *texts) in zip(above, fitting.blocks, strict=False)
    ]
    blocks.append([fitting.sources])
    left_out = report.unchecked_count + sum(map(len, above[len(fitting.blocks) :]))
    if closing := [*verdicts, *_notes(left_out, report.skipped_count)]:
        blocks.append(["\n\n".join(closing)])
    return blocks, fitting.shown_quotes


def _quotes_by_claim(report: SourceReport) -> list[Sequence[Quote]]:
    """Return the quotes to show for each claim, with the words that differ as marks."""
    quoted_claims = sum(bool(claim.matches) for claim in report.claims)
    limit = MAX_CLAIM_QUOTES if quoted_claims <= _MAX_WITH_ALL_PLACES else 1
    return [
        [
            replace(match.quote, marks=match.other_words or match.quote.marks)
            for match in claim.matches[:limit]
        ]
        for claim in report.claims
    ]


def _heading(report: SourceReport, address: str) -> str:
    lines = [f"### {say('What the articles say about this message')}"]
    if any(claim.status == "related" for claim in report.claims):
        lines.append(say("A quote on the same subject may not support the sentence, so read it."))
    if target := link(say("Open the message"), address):
        lines.append(f"-# {target}")
    return "\n".join(lines)


def _verdict(claim: Claim) -> str:
    return f"“{one_line(claim.text, _MAX_CLAIM)}”\n**{_status(claim)}**"


def _status(claim: Claim) -> str:
    match claim.status:
        case "exact":
            return say("Quoted word for word:")
        case "near":
            return say("Quoted nearly word for word (the words in bold differ):")
        case "related":
            return say("Related quotes:")
        case "none":
            return say("No related quotes here.")


def _notes(left_out: int, passed_over: int) -> Iterator[str]:
    if left_out:
        note = say_count(
            left_out,
            "{number:,} more sentence was left out.",
            "{number:,} more sentences were left out.",
        )
        yield f"-# {note}"
    if passed_over:
        note = say_count(
            passed_over,
            "{number:,} sentence says too little to search for.",
            "{number:,} sentences say too little to search for.",
        )
        yield f"-# {note}"


def _texts(message: discord.Message) -> Iterator[str]:
    """Yield what was typed, what was forwarded, and what a feed's bot puts in an embed; not what
    Discord itself shows of a page below a link to it."""
    messages: list[discord.Message | discord.MessageSnapshot]
    messages = [message, *message.message_snapshots]
    for part in messages:
        yield part.content
        for embed in part.embeds:
            if embed.type == "rich":
                yield f"{embed.title or ''}\n{embed.description or ''}"


def _strip_markup(content: str) -> str:
    """Return the words of a message as Discord shows them."""
    text = _LABEL.sub(r"\1", content)
    for markup in (_NO_WORDS, _LINE_MARKUP, _EMPHASIS):
        text = markup.sub("", text)
    return _ESCAPED.sub(r"\1", text)
