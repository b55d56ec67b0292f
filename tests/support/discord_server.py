"""A loopback Discord that keeps what is posted, and that refuses, breaks off or forgets as told."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import discord
from aiohttp import web

from tests.support.discord_rules import broken_rules, undescribed, walk
from tests.support.loopback import USER, LoopbackDiscord, json_response, serve_discord

Message: TypeAlias = dict[str, Any]
KeepMessage: TypeAlias = Callable[[], Message]
# What a post meets: it is given the request and a way to keep the message, and answers.
PostFault: TypeAlias = Callable[[web.Request, KeepMessage], Awaitable[web.Response]]

SERVER, SYSTEM_CHANNEL = 1, 90
SOMEBODY = {"id": "8", "username": "ben", "discriminator": "0", "avatar": None}
NOTHING_ELSE = {
    "content": "",
    "type": 0,
    "edited_timestamp": None,
    "flags": 1 << 15,
    "tts": False,
    "pinned": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
}

GUILD = {"name": "Desk", "preferred_locale": "en-US"}
CHANNEL = {"guild_id": str(SERVER), "name": "briefing", "position": 0, "permission_overwrites": []}
THREAD = {
    "guild_id": str(SERVER),
    "type": 11,
    "owner_id": USER["id"],
    "message_count": 0,
    "member_count": 1,
}
UNARCHIVED = {"archived": False, "auto_archive_duration": 1440, "locked": False}


def direct_channel(user_id: int) -> int:
    """The channel of the bot's direct messages with that person."""
    return 10_000 + user_id


@dataclass
class DiscordServer(LoopbackDiscord):
    """The next posts meet `troubles`, in order; after them all goes as `otherwise` says. The next
    requests for a channel's history meet `reading_troubles`.

    It is strict: `broken` holds every rule of Discord's that a request broke, where that is looked
    at; to look takes much longer than to answer. `gone` channels are
    deleted, in `closed` ones the bot may not post, in `unread` ones it may not read what was said;
    `forums` are channels in which every message stands in a thread, and `threads` are those that
    the bot has created, some of them `archived`. Forums have the `tags`, and each post there needs
    one with `requires_tag`. Without `remembers_nonces` a repeated post is kept a
    second time.
    """

    remembers_nonces: bool = True
    checks_one_in: int = 1
    system_channel: str | None = str(SYSTEM_CHANNEL)
    troubles: list[PostFault] = field(default_factory=list)
    otherwise: PostFault = field(default_factory=lambda: accept)
    reading_troubles: list[PostFault] = field(default_factory=list)
    messages: defaultdict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))
    gone: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    unread: set[int] = field(default_factory=set)
    forums: set[int] = field(default_factory=set)
    threads: list[Message] = field(default_factory=list)
    archived: set[int] = field(default_factory=set)
    roles: list[Message] = field(default_factory=list)
    tags: list[Message] = field(default_factory=list)
    requires_tag: bool = False
    broken: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def posts(self, channel: int) -> list[Message]:
        """What the bot has posted there, oldest first."""
        return [said for said in self.messages[channel] if said["author"] == USER]

    def tries(self, channel: int) -> int:
        """The number of posts that were sent to the channel."""
        return len(self.asked("POST", f"/channels/{channel}/messages"))

    def looks(self, channel: int) -> int:
        """The number of times the channel's history was requested."""
        return len(self.asked("GET", f"/channels/{channel}/messages"))

    def chatter(self, channel: int, number: int) -> None:
        """People say so many things, of which the bot is shown neither words nor components."""
        for _ in range(number):
            self._keep(channel, SOMEBODY, [], None)

    async def rest(self, request: web.Request) -> web.Response:
        """Answer a request to the REST API as Discord would."""
        path = request.path.removeprefix("/api/v10")
        body: Any = await request.json() if request.content_type == "application/json" else None
        if next(self.numbers) % self.checks_one_in == 0:
            self.broken += undescribed(request.method, path, request.query)
            self.broken += broken_rules(request.method, path, body)
        match request.method, path.strip("/").split("/"):
            case "POST", ["users", "@me", "channels"]:
                person = {**SOMEBODY, "id": body["recipient_id"]}
                channel = str(direct_channel(int(body["recipient_id"])))
                return json_response({"id": channel, "type": 1, "recipients": [person]})
            case "GET", ["guilds", server]:
                system = self.system_channel
                guild = GUILD | {"id": server, "system_channel_id": system, "roles": self.roles}
                return json_response(guild)
            case "GET", ["guilds", _, "threads", "active"]:
                return json_response({"threads": self._threads(archived=False), "members": []})
            case "GET", ["channels", channel, "threads", "archived", "public"]:
                found = self._threads(int(channel), archived=True)
                return json_response({"threads": found, "members": [], "has_more": False})
            case "GET", ["channels", channel]:
                if int(channel) in self.gone:
                    return json_response({"message": "Unknown Channel", "code": 10003}, status=404)
                if int(channel) not in self.forums:
                    return json_response(CHANNEL | {"id": channel, "type": 0})
                flags = discord.ChannelFlags(require_tag=self.requires_tag).value
                forum = CHANNEL | {"id": channel, "type": 15, "flags": flags}
                return json_response(forum | {"available_tags": self.tags})
            case "POST", ["channels", channel, "threads"]:
                return await self._begin(int(channel), request, body)
            case method, ["channels", channel, "messages"]:
                self.requests.append((method, request.path, body))
                if int(channel) in self.gone:
                    return json_response({"message": "Unknown Channel", "code": 10003}, status=404)
                if method == "GET" and self.reading_troubles:
                    return await self.reading_troubles.pop(0)(request, dict)
                if method == "GET":
                    return json_response(self._history(int(channel), request.query))
                return await self._post(int(channel), request, body)
        return await super().rest(request)

    async def _begin(self, channel: int, request: web.Request, body: Any) -> web.Response:
        """A thread below the channel; in a forum with its first message."""
        self.requests.append(("POST", request.path, body))
        if channel in self.closed:
            return json_response({"message": "Missing Access", "code": 50001}, status=403)
        if "message" in body and (fault := self._tag_fault(body)):
            return json_response(fault, status=400)

        def keep() -> Message:
            at = self.now()
            number = discord.utils.time_snowflake(at) + next(self.numbers)
            thread = THREAD | {"id": str(number), "parent_id": str(channel), "name": body["name"]}
            thread["applied_tags"] = body.get("applied_tags") or []
            thread["thread_metadata"] = {**UNARCHIVED, "archive_timestamp": at.isoformat()}
            self.threads.append(thread)
            if "message" not in body:
                return thread
            said = self._keep(number, USER, body["message"]["components"], None)
            return {**thread, "message": said}

        trouble = self.troubles.pop(0) if self.troubles else self.otherwise
        return await trouble(request, keep)

    def _tag_fault(self, body: Any) -> Message | None:
        applied = {int(tag) for tag in body.get("applied_tags") or []}
        if self.requires_tag and not applied:
            return {"message": "A tag is required to create a forum post", "code": 40067}
        if applied - {int(tag["id"]) for tag in self.tags}:
            return {"message": "Unknown tag", "code": 10087}
        return None

    def _threads(self, parent: int | None = None, *, archived: bool) -> list[Message]:
        return [
            thread | {"thread_metadata": thread["thread_metadata"] | {"archived": archived}}
            for thread in self.threads
            if (int(thread["id"]) in self.archived) == archived
            and parent in (None, int(thread["parent_id"]))
        ]

    async def _post(self, channel: int, request: web.Request, body: Any) -> web.Response:
        if channel in self.closed:
            return json_response({"message": "Missing Access", "code": 50001}, status=403)

        def keep() -> Message:
            known = [said for said in self.messages[channel] if said["nonce"] == body["nonce"]]
            if known and self.remembers_nonces:
                return known[0]
            said = self._keep(channel, USER, body.get("components") or [], body["nonce"])
            said["content"] = body.get("content") or ""
            if reference := body.get("message_reference"):
                said |= {"type": 19, "message_reference": reference}
            return said

        trouble = self.troubles.pop(0) if self.troubles else self.otherwise
        return await trouble(request, keep)

    def _keep(
        self, channel: int, author: dict[str, Any], components: list[Any], nonce: str | None
    ) -> Message:
        unnumbered = (each for each in walk(components) if "id" not in each)
        for number, component in enumerate(unnumbered, 1):
            component["id"] = number  # type: ignore[index]  # walk goes over what we were sent
        message = message_of(channel, author, components, self.now(), next(self.numbers))
        message["nonce"] = nonce
        self.messages[channel].append(message)
        return message

    def _history(self, channel: int, query: Any) -> list[Message]:
        """The newest first, without their nonces; none where the bot may not read them."""
        if channel in self.unread:
            return []
        after, limit = int(query.get("after", 0)), int(query.get("limit", 50))
        found = [said for said in self.messages[channel] if int(said["id"]) > after]
        kept = found[:limit] if after else found[-limit:]
        return [{**said, "nonce": None} for said in reversed(kept)]


def message_of(
    channel: int, author: dict[str, Any], components: list[Any], at: datetime, number: int
) -> Message:
    """A message as Discord tells of it; `number` tells it from others of that moment."""
    return {
        "id": str(discord.utils.time_snowflake(at) + number),
        "channel_id": str(channel),
        "author": author,
        "components": components,
        "timestamp": at.isoformat(),
        **NOTHING_ELSE,
    }


async def accept(request: web.Request, keep: KeepMessage) -> web.Response:
    """Keep the message and answer with it."""
    return json_response(keep())


def refuse(status: int, code: int = 0) -> PostFault:
    """Answer with an error status and a code of Discord's; the message is not kept."""

    async def trouble(request: web.Request, keep: KeepMessage) -> web.Response:
        return json_response({"message": f"{status}: it fails", "code": code}, status=status)

    return trouble


def refuse_with_page(status: int) -> PostFault:
    """Answer with an error status and a page of HTML, as a proxy does."""

    async def trouble(request: web.Request, keep: KeepMessage) -> web.Response:
        page = f"<html><body><h1>{status}</h1>Ask your administrator.</body></html>"
        return web.Response(text=page, status=status, content_type="text/html")

    return trouble


def keep_and_refuse(status: int) -> PostFault:
    """Keep the message, but answer with an error status."""

    async def trouble(request: web.Request, keep: KeepMessage) -> web.Response:
        keep()
        return await refuse(status)(request, keep)

    return trouble


def rate_limit(seconds: float, *, everywhere: bool = False) -> PostFault:
    """429 for this route, or for all of them."""

    async def trouble(request: web.Request, keep: KeepMessage) -> web.Response:
        body = {"message": "You are being rate limited.", "retry_after": seconds}
        headers = {"Retry-After": str(seconds), "Via": "1.1 loopback"}
        headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
        return json_response(body | {"global": everywhere}, status=429, headers=headers)

    return trouble


async def cut_unkept(request: web.Request, keep: KeepMessage) -> web.Response:
    """The connection ends before the message is kept."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def cut_kept(request: web.Request, keep: KeepMessage) -> web.Response:
    """The message is kept, but the bot never hears of it."""
    keep()
    return await cut_unkept(request, keep)


def stay_silent(seconds: float, *, kept: bool) -> PostFault:
    """No answer for so long; the message is kept before, or not at all."""

    async def trouble(request: web.Request, keep: KeepMessage) -> web.Response:
        if kept:
            keep()
        await asyncio.sleep(seconds)
        return await cut_unkept(request, keep)

    return trouble


@asynccontextmanager
async def discord_server() -> AsyncIterator[DiscordServer]:
    """Serve a Discord of channels, which discord.py takes for the real one until it ends."""
    async with serve_discord(DiscordServer()) as server:
        yield server
