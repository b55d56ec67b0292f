"""A small Discord on the loopback, REST and gateway, for the real client over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, TypeVar

import yarl
from aiohttp import WSMsgType, web
from discord.gateway import DiscordWebSocket
from discord.http import Route

APPLICATION = {
    "id": "1",
    "name": "Verbatim",
    "icon": None,
    "description": "",
    "flags": 0,
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "summary": "",
    "owner": {"id": "9", "username": "ann", "discriminator": "0", "avatar": None},
}
USER = {"id": "1", "username": "Verbatim", "discriminator": "0", "avatar": None, "bot": True}

Served = TypeVar("Served", bound="LoopbackDiscord")


@dataclass
class LoopbackDiscord:
    """What the loopback Discord was asked, and how it is to behave.

    `refuse_token` answers every request with 401; `sync_answers` are what the next requests to
    sync the commands get; so many `refused_connections` to the gateway are answered with 503. While
    `takes_replies` is clear, a reply to an interaction is heard but not answered. `guilds` are the
    servers that the bot is in. `connected` is set while a client is on the gateway, `gateways` are
    the connections by shard, and `send` gives one an event. `shards` are those that have come, each
    with the number of all, and the `intents` of the last; `resumed` are those that took up their
    session again, which they may while `resumable`. `now` is its clock.
    """

    refuse_token: bool = False
    refused_connections: int = 0
    sync_answers: list[Callable[[], Awaitable[web.Response]]] = field(default_factory=list)
    takes_replies: asyncio.Event = field(default_factory=asyncio.Event)
    guilds: list[int] = field(default_factory=list)
    application: dict[str, Any] = field(default_factory=APPLICATION.copy)
    shards: list[tuple[int, int]] = field(default_factory=list)
    intents: int = 0
    resumable: bool = True
    resumed: list[int] = field(default_factory=list)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    gateways: dict[int, web.WebSocketResponse] = field(default_factory=dict)
    port: int = 0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def open(self) -> None:
        """Begin to serve, on a free port."""
        self.takes_replies.set()
        app = web.Application()
        app.on_response_prepare.append(self._state_time)
        app.router.add_get("/gateway/", self.talk)
        app.router.add_route("*", "/api/{path:.*}", self.rest)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def _state_time(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Date"] = format_datetime(self.now(), usegmt=True)

    async def close(self) -> None:
        """Stop serving."""
        await self._runner.cleanup()

    async def send(self, event: str, data: Any, shard: int = 0) -> None:
        """Send a gateway event to the shard."""
        await self.gateways[shard].send_json({"op": 0, "s": 2, "t": event, "d": data})

    def asked(self, method: str, path: str) -> list[Any]:
        """The bodies of the requests whose path ends so."""
        return [body for m, p, body in self.requests if m == method and p.endswith(path)]

    async def rest(self, request: web.Request) -> web.Response:
        """Note a request to the REST API and answer it."""
        text = await request.text()
        body = json.loads(text) if text and request.content_type == "application/json" else None
        self.requests.append((request.method, request.path, body))
        if self.refuse_token:
            return json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        if request.path.endswith("/users/@me"):
            return json_response(USER)
        if request.path.endswith("/oauth2/applications/@me"):
            return json_response(self.application)
        if request.method == "PUT" and request.path.endswith("/commands"):
            if self.sync_answers:
                return await self.sync_answers.pop(0)()
            return json_response([])
        if request.path.endswith("/callback"):
            await self.takes_replies.wait()
            return json_response({"interaction": {"id": "11", "type": 2}})
        return web.Response(status=204)

    async def talk(self, request: web.Request) -> web.StreamResponse:
        """Speak the gateway protocol with one shard."""
        if self.refused_connections:
            self.refused_connections -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            match message.json():
                case {"op": 1}:
                    await socket.send_json({"op": 11})
                case {"op": 2, "d": {"shard": shard, "intents": intents}}:
                    self.intents = intents
                    self.shards.append(tuple(shard))
                    self.gateways[shard[0]] = socket
                    served = [g for g in self.guilds if (g >> 22) % shard[1] == shard[0]]
                    guilds = [{"id": str(guild), "unavailable": True} for guild in served]
                    ready = {"v": 10, "user": USER, "guilds": guilds, "session_id": str(shard[0])}
                    ready |= {"resume_gateway_url": str(DiscordWebSocket.DEFAULT_GATEWAY)}
                    ready |= {"application": {"id": "1", "flags": 0}, "shard": shard}
                    await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready})
                    self.connected.set()
                case {"op": 6, "d": {"session_id": session}} if self.resumable:
                    self.resumed.append(int(session))
                    self.gateways[int(session)] = socket
                    await socket.send_json({"op": 0, "s": 3, "t": "RESUMED", "d": {}})
                    self.connected.set()
                case {"op": 6}:
                    await socket.send_json({"op": 9, "d": False})
        self.connected.clear()
        return socket


def json_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer of Discord with `value` as its body."""
    # discord.py reads JSON only from a content type without a character set, as Discord's is.
    content = json.dumps(value).encode()
    as_json = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=content, status=status, headers=as_json)


def redirect(port: int) -> None:
    """Have discord.py take what serves there for Discord."""
    Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway/")


@asynccontextmanager
async def loopback_discord() -> AsyncIterator[LoopbackDiscord]:
    """Serve a Discord on a free port, which discord.py takes for the real one until it ends."""
    async with serve_discord(LoopbackDiscord()) as discord:
        yield discord


@asynccontextmanager
async def serve_discord(discord: Served) -> AsyncIterator[Served]:
    """`discord` on a free port, which discord.py takes for the real one until it ends."""
    await discord.open()
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    redirect(discord.port)
    try:
        yield discord
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
        await discord.close()


def sync_refused(status: int, code: int = 0, **body: Any) -> Callable[[], Awaitable[web.Response]]:
    """An answer to a request to sync the commands."""

    async def answer() -> web.Response:
        return json_response({"message": "It fails.", "code": code, **body}, status=status)

    return answer
