"""The messages that are answered: within what limits, and what is said where an answer fails."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import discord

from bot.chat.interaction.context import BotClient
from bot.chat.interaction.message_replies import AskedMessage, reply_with_sentence
from bot.chat.interaction.replies import DISCORD_ERRORS, describe_error
from bot.chat.posts.refusals import is_closed
from bot.chat.talk.addressing import may_reply, may_talk
from bot.chat.talk.parsing import TalkRequest, parse_request
from bot.chat.talk.replying import reply_to
from bot.errors import BusyError
from bot.language import ENGLISH, language_for, set_language
from bot.model import Preferences
from bot.ops.journal import ReplyRecord
from bot.text.stems import has_hangul

# What Discord answers in a thread that is archived or locked, and to a request at fault.
_CLOSED_THREAD_CODES = (50083, 160005)
_INVALID_FORM = 50035

log = logging.getLogger(__name__)


class Talk:
    """Answers the messages that are addressed to the bot; remembers nothing of what they say."""

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
        request = parse_request(message.content, asked.me.id)
        set_language(_language_for(asked, request))
        if request.kind == "thanks":
            return
        started = perf_counter()
        status = await self._answer_or_explain(asked, request)
        self._record(asked, request, status, perf_counter() - started)

    async def _answer_or_explain(self, asked: AskedMessage, request: TalkRequest) -> str:
        """Reply to the message, if only with what is wrong; returns the outcome."""
        message, client = asked.message, self._client
        try:
            if not may_reply(message):
                return self._note_silence(asked)
            try:
                with self._admit(asked):
                    status = await reply_to(asked, request)
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

    @contextmanager
    def _admit(self, asked: AskedMessage) -> Iterator[None]:
        """Count an answer under way. Raises BusyError where there are too many."""
        person, server = asked.message.author.id, asked.guild_id
        with self._client.workload.talking.admit(person, server):
            self._told_to_wait.discard((person, server))
            try:
                yield
            finally:  # those who waited for this answer are told anew to wait
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


def _language_for(asked: AskedMessage, request: TalkRequest) -> str:
    """Return the language that the server chose, or else that of the message's script; that of the
    server where there are no words."""
    if asked.preferences.language:
        return language_for(asked.preferences.language)
    if has_hangul(asked.message.content):
        return language_for("ko")
    guild = asked.message.guild
    if not request.text and guild is not None:
        return language_for(guild.preferred_locale.value)
    return ENGLISH
