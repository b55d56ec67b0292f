"""A small Discord on the loopback, REST and gateway, for the real client over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

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


@dataclass
class Discord:
    """What the loopback Discord was asked, and how it is to behave.

    `refuse_token` answers every request with 401. `connected` is set while a client is on the
    gateway; `send` gives it an event.
    """

    refuse_token: bool = False
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    gateway: web.WebSocketResponse | None = None

    async def open(self) -> int:
        """Begin to serve; returns the port."""
        app = web.Application()
        app.router.add_get("/gateway/", self.talk)
        app.router.add_route("*", "/api/{path:.*}", self.rest)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def close(self) -> None:
        await self._runner.cleanup()

    async def send(self, event: str, data: Any) -> None:
        assert self.gateway is not None
        await self.gateway.send_json({"op": 0, "s": 2, "t": event, "d": data})

    def asked(self, method: str, path: str) -> list[Any]:
        """The bodies of the requests whose path ends so."""
        return [body for m, p, body in self.requests if m == method and p.endswith(path)]

    async def rest(self, request: web.Request) -> web.Response:
        text = await request.text()
        body = json.loads(text) if text and request.content_type == "application/json" else None
        self.requests.append((request.method, request.path, body))
        if self.refuse_token:
            return _json({"message": "401: Unauthorized", "code": 0}, status=401)
        if request.path.endswith("/users/@me"):
            return _json(USER)
        if request.path.endswith("/oauth2/applications/@me"):
            return _json(APPLICATION)
        if request.method == "PUT" and request.path.endswith("/commands"):
            return _json([])
        if request.path.endswith("/callback"):
            return _json({"interaction": {"id": "11", "type": 2}})
        return web.Response(status=204)

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        self.gateway = socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            match message.json()["op"]:
                case 1:
                    await socket.send_json({"op": 11})
                case 2:
                    ready = {"v": 10, "user": USER, "guilds": [], "session_id": "s"}
                    ready |= {"resume_gateway_url": str(DiscordWebSocket.DEFAULT_GATEWAY)}
                    ready |= {"application": {"id": "1", "flags": 0}}
                    await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready})
                    self.connected.set()
        self.connected.clear()
        return socket


def _json(value: Any, status: int = 200) -> web.Response:
    # discord.py reads JSON only from a content type without a character set, as Discord's is.
    content = json.dumps(value).encode()
    return web.Response(body=content, status=status, headers={"Content-Type": "application/json"})


@asynccontextmanager
async def loopback_discord() -> AsyncIterator[Discord]:
    """Serve a Discord on a free port, which discord.py takes for the real one until it ends."""
    discord = Discord()
    port = await discord.open()
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE = f"http://127.0.0.1:{port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{port}/gateway/")
    try:
        yield discord
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway
        await discord.close()
