"""The health page over HTTP: liveness, readiness and metrics."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import SettingsError
from bot.ops.health import Health
from bot.ops.metrics import Metrics

_LAG_INTERVAL = 0.5  # seconds; the cost of two samples a second is too small to measure
_SHUTDOWN_SECONDS = 1.0  # for the last answers when the process ends
_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class HealthPage:
    """Serves `metrics` and the health that `check_health` returns for each request."""

    def __init__(self, metrics: Metrics, check_health: Callable[[], Awaitable[Health]]) -> None:
        self._metrics = metrics
        self._check_health = check_health

    @asynccontextmanager
    async def serve(self, host: str, port: int) -> AsyncIterator[str]:
        """Serve the page until the block ends; yields its address, as port 0 means any free one.

        Raises SettingsError where it cannot be served there.
        """
        app = web.Application()
        app.router.add_get("/healthz", self._handle_alive)
        app.router.add_get("/readyz", self._handle_ready)
        app.router.add_get("/metrics", self._handle_metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        await runner.setup()
        lag_task = asyncio.create_task(self._measure_lag())
        try:
            site = web.TCPSite(runner, host, port)
            try:
                await site.start()
            except OSError as error:
                raise SettingsError(
                    f"The health page cannot be served at {host}:{port} ({error.strerror}). Set "
                    "VERBATIM_HEALTH_PORT to a free port, a different one for each process."
                ) from error
            bound_host, bound_port = runner.addresses[0][:2]
            yield f"http://{bound_host}:{bound_port}"
        finally:
            lag_task.cancel()
            await runner.cleanup()

    async def _handle_alive(self, _: web.Request) -> web.Response:
        # An answer at all shows that the event loop runs.
        return web.Response(text="alive\n")

    async def _handle_ready(self, _: web.Request) -> web.Response:
        if problems := (await self._check_health()).problems:
            return web.Response(status=503, text="".join(f"{problem}\n" for problem in problems))
        return web.Response(text="ready\n")

    async def _handle_metrics(self, _: web.Request) -> web.Response:
        body = self._metrics.render(await self._check_health())
        return web.Response(body=body, headers={"Content-Type": _METRICS_TYPE})

    async def _measure_lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _LAG_INTERVAL
            await asyncio.sleep(_LAG_INTERVAL)
            self._metrics.record_lag(max(0.0, loop.time() - due))
