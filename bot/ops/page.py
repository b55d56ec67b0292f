"""The health page: whether the process is alive, whether it serves, and its metrics."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import SettingsError
from bot.ops.health import Health
from bot.ops.metrics import Metrics

_BETWEEN_LAGS = 0.5  # seconds; two samples a second cost nothing that could be measured
_LAST_ANSWERS = 1.0  # seconds that the end of the process waits for them
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class HealthPage:
    """`standing` says how things stand whenever somebody asks."""

    def __init__(self, metrics: Metrics, standing: Callable[[], Awaitable[Health]]) -> None:
        self._metrics = metrics
        self._standing = standing

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[str]:
        """Serve the page until the block ends; gives its address, as port 0 is any free one.

        Raises SettingsError where it cannot be served there.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/readyz", self._ready)
        app.router.add_get("/metrics", self._measured)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_LAST_ANSWERS)
        await runner.setup()
        lags = asyncio.create_task(self._note_lags())
        try:
            site = web.TCPSite(runner, host, port)
            try:
                await site.start()
            except OSError as fault:
                raise SettingsError(
                    f"The health page cannot be served at {host}:{port} ({fault.strerror}); set "
                    "VERBATIM_HEALTH_PORT to a port that is free, another for each process."
                ) from fault
            shown, bound = runner.addresses[0][:2]
            yield f"http://{shown}:{bound}"
        finally:
            lags.cancel()
            await runner.cleanup()

    async def _alive(self, _: web.Request) -> web.Response:
        # That this is answered at all says that the event loop turns.
        return web.Response(text="alive\n")

    async def _ready(self, _: web.Request) -> web.Response:
        if problems := (await self._standing()).problems:
            return web.Response(status=503, text="".join(f"{each}\n" for each in problems))
        return web.Response(text="ready\n")

    async def _measured(self, _: web.Request) -> web.Response:
        body = self._metrics.render(await self._standing())
        return web.Response(body=body, headers={"Content-Type": _METRICS_TYPE})

    async def _note_lags(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _BETWEEN_LAGS
            await asyncio.sleep(_BETWEEN_LAGS)
            self._metrics.record_lag(max(0.0, loop.time() - due))
