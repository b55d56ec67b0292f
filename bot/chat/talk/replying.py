"""The reply to each kind of request: what its command shows, or a question with its follow-up."""

from __future__ import annotations

import logging

import discord
from discord import ui

from bot.briefing.ask import MAX_QUESTION_LENGTH
from bot.briefing.follow_up.resolving import asks_for_more, is_follow_up, join_heading
from bot.chat.answers.ask import answer_heading, answer_page
from bot.chat.answers.digest import digest_page, nothing_more
from bot.chat.answers.quote_menu import read_filter_token
from bot.chat.answers.reply_buttons import remove_feedback
from bot.chat.answers.said import read_statements_page, statements_page
from bot.chat.answers.timeline import read_timeline_page, timeline_content
from bot.chat.answers.topics import suggested_titles, topics_page
from bot.chat.answers.verify import verification_page
from bot.chat.components.layout import BLUE, framed
from bot.chat.components.periods import SINCE_LAST
from bot.chat.components.quote_ids import read_subject
from bot.chat.guide.welcome import help_page
from bot.chat.interaction.availability import features_for_everybody
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.emptiness import ASK_A_MANAGER
from bot.chat.interaction.message_replies import (
    AskedMessage,
    reply_to_message,
    reply_with_layout,
)
from bot.chat.interaction.replies import DISCORD_ERRORS, Content
from bot.chat.interaction.selections import NO_FILTER, ArticleFilter, restore_filter
from bot.chat.library.gaps import is_gap, record_gap
from bot.chat.talk.addressing import find_last_answer, permissions_at, replied_to
from bot.chat.talk.further import FurtherAnswer, answer_further
from bot.chat.talk.parsing import TalkRequest, split_topic
from bot.errors import QuestionError, VerbatimError
from bot.language import command_name, say
from bot.library import EVERY_ARTICLE

log = logging.getLogger(__name__)


async def reply_to(asked: AskedMessage, request: TalkRequest) -> str:
    """Send the reply to a request; returns the outcome."""
    client, view = asked.client, asked.view
    match request.kind:
        case "nothing":
            await reply_with_layout(asked, introduction_page())
            return "done"
        case "help":
            in_server = asked.guild_id is not None
            features = features_for_everybody(client.features, in_server=in_server)
            await reply_with_layout(asked, help_page(features))
            return "done"
        case "topics":
            topics = view.topics
            await reply_with_layout(
                asked, topics_page(topics.all(), topics.own, suggested_titles(view))
            )
            return "done"
    if view.is_empty:
        raise VerbatimError(ASK_A_MANAGER)
    if not request.text:
        name = command_name(request.kind)
        raise QuestionError("Type what you want after “{command}”.", command=name)
    if request.kind == "ask":
        return await _reply_to_question(asked, request.text)
    status = await _reply_to_command(asked, request)
    topic = view.topics.find(request.text) if request.kind in ("digest", "timeline") else None
    await _note_gap(asked, request.kind, topic.title if topic else request.text, status)
    return status


async def _reply_to_question(asked: AskedMessage, text: str) -> str:
    view, names = asked.view, asked.view.index.analyser.names
    heading, answered, chosen = text, None, NO_FILTER
    goes_on = len(text) <= MAX_QUESTION_LENGTH and is_follow_up(text, names)
    if goes_on and (answered := await _find_answered(asked)):
        heading = join_heading(read_subject(answered), text, names, limit=MAX_QUESTION_LENGTH)
        if heading != text:
            chosen = await _restore_filter(asked, answered)
    if goes_on and asks_for_more(text):
        if answered is None:
            raise _no_answer_before()
        if heading != text:
            return await _reply_with_further(asked, heading, answered, chosen)
    try:
        status = await reply_to_message(
            asked,
            compute=lambda: answer_heading(view, heading, selection=chosen.selection),
            render=lambda checked: _fit(
                asked, answer_page(checked, token=chosen.token), checked.result.status
            ),
        )
    except QuestionError:
        if goes_on and answered is None:  # why?
            raise _no_answer_before() from None
        raise
    await _note_gap(asked, "ask", heading, status)
    return status


def _no_answer_before() -> QuestionError:
    return QuestionError(
        "I cannot tell which answer you mean. Reply to that answer, or ask the full question."
    )


async def _restore_filter(asked: AskedMessage, answered: discord.Message) -> ArticleFilter:
    """Return the filter that a message kept to: what goes on from it keeps to the same. What is new
    to a channel is a matter of digests alone. Raises QuestionError and StoreError."""
    token = read_filter_token(answered).removeprefix(SINCE_LAST)
    zone = asked.preferences.zone or asked.client.zone
    return await restore_filter(token, asked.client, asked.collection, zone)


async def _reply_with_further(
    asked: AskedMessage, heading: str, answered: discord.Message, chosen: ArticleFilter
) -> str:
    """Answer a follow-up that asks for more than the message `answered` shows; what finds nothing
    more is no gap."""

    def render(checked: Checked[FurtherAnswer]) -> Content | str:
        further = checked.result
        if further.is_exhausted:
            return nothing_more()
        page = answer_page(
            checked.part(lambda result: result.answer), offset=further.offset, token=chosen.token
        )
        return _fit(asked, page, further.answer.status)

    return await reply_to_message(
        asked,
        compute=lambda: answer_further(asked.view, heading, answered, chosen.selection),
        render=render,
    )


async def _note_gap(asked: AskedMessage, command: str, words: str, status: str) -> None:
    """Record what a server's articles did not answer, unless the server wants none recorded."""
    if asked.guild_id is not None and is_gap(status, asked.preferences):
        await record_gap(asked.client, asked.guild_id, command, words, status)


async def _reply_to_command(asked: AskedMessage, request: TalkRequest) -> str:
    view, text = asked.view, request.text
    match request.kind:
        case "digest":
            return await reply_to_message(
                asked,
                compute=lambda: view.digest(text),
                render=lambda checked: _fit(asked, digest_page(checked), checked.result.status),
            )
        case "verify":
            return await reply_to_message(
                asked,
                compute=lambda: view.verify(text),
                render=lambda checked: _fit(
                    asked, verification_page(checked), checked.result.status
                ),
            )
        case "said":
            person, topic = split_topic(text)
            return await reply_to_message(
                asked,
                compute=lambda: read_statements_page(view, person, topic, EVERY_ARTICLE),
                render=lambda checked: _fit(
                    asked, statements_page(checked), checked.result.statements.status
                ),
            )
        case _:
            charts = asked.client.charts if permissions_at(asked.message).attach_files else None
            return await reply_to_message(
                asked,
                compute=lambda: read_timeline_page(view, text, charts),
                render=lambda checked: _fit(
                    asked,
                    timeline_content(
                        checked, status="timeline" if checked.result.stories else "none"
                    ),
                ),
            )


async def _find_answered(asked: AskedMessage) -> discord.Message | None:
    """Return what shows what was asked before: the message that this one replies to, or else the
    last answer of its thread; None where there is none."""
    message, me = asked.message, asked.me
    answered = replied_to(message)
    if answered is not None and answered.author.id == me.id:
        return answered
    try:
        return await find_last_answer(message, me)
    except DISCORD_ERRORS as error:  # it may not read what was written there
        log.info("no answer looked up above message %s: %s", message.id, error)
        return None


def introduction_page() -> ui.LayoutView:
    """Return what one can write to the bot, and where the commands are listed."""
    lines = say(
        "Mention me with a question and I answer in quotes from the articles, each with its "
        "source. Reply to one of my answers to follow up: “and China?”, “why?”, “when was that?”"
    )
    examples = say(
        "These work like the commands:\n"
        "**digest** trade\n"
        "**said** Lee\n"
        "**timeline** trade\n"
        "**verify** “a sentence, word for word”\n"
        "**topics**\n"
        "**help** lists everything else."
    )
    return framed(BLUE, say("### Ask me something"), [[lines], [examples]])


def _fit(asked: AskedMessage, page: ui.LayoutView | Content, status: str = "") -> Content:
    """Return a page as it is sent: in direct messages without what only a server has."""
    content = page if isinstance(page, Content) else Content(page, status=status)
    if asked.guild_id is None:
        remove_feedback(content.layout)
    return content
