"""Answers to messages: a question is completed from the answer before it and replied to."""

from __future__ import annotations

import logging
from time import perf_counter

import discord
from discord import ui

from bot.briefing.ask import MAX_QUESTION_LENGTH
from bot.briefing.follow_up.resolving import is_follow_up, join_heading
from bot.chat.answers.ask import answer_heading, answer_page
from bot.chat.answers.digest import digest_page
from bot.chat.answers.reply_buttons import remove_feedback
from bot.chat.answers.said import read_statements_page, statements_page
from bot.chat.answers.timeline import read_timeline_page, timeline_content
from bot.chat.answers.topics import suggested_titles, topics_page
from bot.chat.answers.verify import verification_page
from bot.chat.components.layout import BLUE, framed
from bot.chat.components.quote_ids import read_subject
from bot.chat.guide.welcome import help_page
from bot.chat.interaction.context import BotClient
from bot.chat.interaction.message_replies import (
    AskedMessage,
    reply_to_message,
    reply_with_layout,
    reply_with_sentence,
)
from bot.chat.interaction.replies import DISCORD_ERRORS, Content, describe_error
from bot.chat.library.gaps import record_gap
from bot.chat.posts.refusals import is_closed
from bot.chat.talk.addressing import find_last_answer, may_talk, replied_to
from bot.chat.talk.parsing import TalkRequest, parse_request
from bot.errors import BusyError, QuestionError, VerbatimError
from bot.language import ENGLISH, command_name, language_for, say, set_language
from bot.library import EVERY_ARTICLE
from bot.model import Preferences
from bot.ops.journal import ReplyRecord
from bot.text.stems import has_hangul

# What Discord answers in a thread that is archived or locked, and to a request at fault.
_CLOSED_THREAD_CODES = (50083, 160005)
_INVALID_FORM = 50035

log = logging.getLogger(__name__)


class Talk:
    """Answers the messages that are addressed to the bot; remembers nothing of them."""

    def __init__(self, client: BotClient) -> None:
        self._client = client
        # Persons that were told to wait and where, until something is done of what they wait for.
        self._told_to_wait: set[tuple[int, int | None]] = set()

    async def answer(self, message: discord.Message) -> None:
        """Reply to a message, or stay silent where the server wants that or it may not write."""
        client, guild = self._client, message.guild
        if guild is None and not isinstance(message.channel, discord.DMChannel):
            return  # a server of which Discord has not told yet
        preferences = await client.preferences.get(guild.id) if guild else Preferences()
        if not may_talk(preferences, message.channel):
            return
        asked = AskedMessage(client, message, preferences)
        set_language(_language_for(asked))
        request = parse_request(message.content, _me(client).id)
        started = perf_counter()
        status = await self._answer_or_explain(asked, request)
        self._record(asked, request, status, perf_counter() - started)

    async def _answer_or_explain(self, asked: AskedMessage, request: TalkRequest) -> str:
        """Reply to the message, if only with what is wrong; returns the outcome."""
        message, client = asked.message, self._client
        try:
            if not _may_reply(message):
                return self._note_silence(asked)
            try:
                with client.workload.talking.admit(message.author.id, asked.guild_id):
                    try:
                        status = await _reply_to(asked, request)
                    finally:
                        self._note_done(asked)
                if asked.guild_id is not None:
                    client.silent_channels.clear(asked.guild_id, message.channel.id)
                return status
            except DISCORD_ERRORS:
                raise
            except Exception as error:  # noqa: BLE001 the outermost frame of a message
                return await self._explain(asked, error)
        except DISCORD_ERRORS as error:
            if _may_not_reply(error):
                return self._note_silence(asked)
            if _is_question_gone(error):
                log.info("message %s was deleted before it was answered", message.id)
                return "expired"
            log.warning("message %s could not be answered: %s", message.id, error)
            return "failed"

    async def _explain(self, asked: AskedMessage, error: Exception) -> str:
        """Say in one line what is wrong; who asks much more than is answered is told so once."""
        status, text = describe_error(error, asked.message.id)
        if isinstance(error, BusyError):
            party = (asked.message.author.id, asked.guild_id)
            if party in self._told_to_wait:
                return status
            self._told_to_wait.add(party)
        await reply_with_sentence(asked, text)
        return status

    def _note_done(self, asked: AskedMessage) -> None:
        """Let those be told anew to wait who waited for this answer."""
        person, server = asked.message.author.id, asked.guild_id
        self._told_to_wait = {
            party
            for party in self._told_to_wait
            if party[0] != person and (server is None or party[1] != server)
        }

    def _note_silence(self, asked: AskedMessage) -> str:
        if asked.guild_id is not None:
            self._client.silent_channels.note(
                asked.guild_id, asked.message.channel.id, self._client.now()
            )
        return "silent"

    def _record(
        self, asked: AskedMessage, request: TalkRequest, status: str, seconds: float
    ) -> None:
        guild_id = asked.guild_id
        self._client.journal.record(
            ReplyRecord(
                command=f"message {request.kind}",
                status=status,
                seconds=seconds,
                private=False,
                guild_id=guild_id,
                shard=(guild_id >> 22) % (self._client.shard_count or 1) if guild_id else 0,
                interaction_id=asked.message.id,
                inputs={"message": request.text},
            )
        )


async def _reply_to(asked: AskedMessage, request: TalkRequest) -> str:
    """Send the reply to a request; returns the outcome."""
    client, view = asked.client, asked.view
    match request.kind:
        case "nothing":
            await reply_with_layout(asked, introduction_page())
            return "done"
        case "help":
            await reply_with_layout(asked, help_page(client.features))
            return "done"
        case "topics":
            topics = view.topics
            await reply_with_layout(
                asked, topics_page(topics.all(), topics.own, suggested_titles(view))
            )
            return "done"
    if view.is_empty:
        raise VerbatimError(
            "Nothing is held here yet. Those who manage a server add the first feed with /library "
            "add feed."
        )
    if not request.text:
        name = command_name(request.kind)
        raise QuestionError("Say after “{command}” what it is about.", command=name)
    if request.kind == "ask":
        return await _reply_to_question(asked, request.text)
    status = await _reply_to_command(asked, request)
    await _note_gap(asked, request.kind, request.text, status)
    return status


async def _reply_to_question(asked: AskedMessage, text: str) -> str:
    view, names = asked.view, asked.view.index.analyser.names
    heading = text
    if is_follow_up(text, names):
        previous = await _previous_heading(asked)
        heading = join_heading(previous, text, names, limit=MAX_QUESTION_LENGTH)
    status = await reply_to_message(
        asked,
        compute=lambda: answer_heading(view, heading),
        render=lambda checked: _fit(asked, answer_page(checked), checked.result.status),
    )
    await _note_gap(asked, "ask", heading, status)
    return status


async def _note_gap(asked: AskedMessage, command: str, words: str, status: str) -> None:
    """Record what a server's articles did not answer, unless the server wants none recorded."""
    if asked.guild_id is None or not asked.preferences.keeps_gaps:
        return
    if status in ("related", "none"):
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
            return await reply_to_message(
                asked,
                compute=lambda: read_statements_page(view, text, "", EVERY_ARTICLE),
                render=lambda checked: _fit(
                    asked, statements_page(checked), checked.result.statements.status
                ),
            )
        case _:
            charts = asked.client.charts if _permissions(asked.message).attach_files else None
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


async def _previous_heading(asked: AskedMessage) -> str:
    """Return what was asked before: in the message that this one replies to, or else in the last
    answer of its thread; "" where there is none."""
    message, me = asked.message, _me(asked.client)
    answered = replied_to(message)
    if answered is None or answered.author.id != me.id:
        try:
            answered = await find_last_answer(message, me)
        except DISCORD_ERRORS as error:  # it may not read what was written there
            log.info("no answer looked up above message %s: %s", message.id, error)
            answered = None
    return read_subject(answered) if answered else ""


def introduction_page() -> ui.LayoutView:
    """Return what one can write to the bot, and where the commands are listed."""
    lines = say(
        "Mention me and ask: I answer in quotations from the articles, each with its source. A "
        "reply to an answer of mine goes on from it: “and China?”, “why?”, “when was that?”"
    )
    examples = say(
        "These do what the commands do:\n"
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


def _permissions(message: discord.Message) -> discord.Permissions:
    """Return what the bot may do where the message is; all where that is not known beforehand."""
    channel, guild = message.channel, message.guild
    if guild is None or isinstance(channel, discord.PartialMessageable | discord.DMChannel):
        return discord.Permissions.all()
    me: discord.Member | None = guild.me  # None while the server is not known
    try:
        return channel.permissions_for(me) if me else discord.Permissions.all()
    except discord.ClientException:  # a thread of a channel that is not known
        return discord.Permissions.all()


def _may_reply(message: discord.Message) -> bool:
    permissions = _permissions(message)
    if not permissions.read_message_history:  # without which Discord refuses replies
        return False
    if isinstance(message.channel, discord.Thread):
        return permissions.send_messages_in_threads
    return permissions.send_messages


def _may_not_reply(error: Exception) -> bool:
    """Whether Discord says that a permission is missing, or that the thread is closed."""
    return isinstance(error, discord.HTTPException) and (
        is_closed(error) or error.code in _CLOSED_THREAD_CODES
    )


def _is_question_gone(error: Exception) -> bool:
    """Whether Discord says that the message that is replied to does not exist any more."""
    return (
        isinstance(error, discord.HTTPException)
        and error.code == _INVALID_FORM
        and "message_reference" in error.text
    )


def _language_for(asked: AskedMessage) -> str:
    """Return the language that the server chose, or else that of the message's script; that of the
    server where there are no words."""
    if asked.preferences.language:
        return language_for(asked.preferences.language)
    text = parse_request(asked.message.content, _me(asked.client).id).text
    if has_hangul(asked.message.content):
        return language_for("ko")
    guild = asked.message.guild
    if not text and guild is not None:
        return language_for(guild.preferred_locale.value)
    return ENGLISH


def _me(client: BotClient) -> discord.ClientUser:
    assert client.user is not None
    return client.user
