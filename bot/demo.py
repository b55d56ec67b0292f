"""Run the bot in a Discord that simcord simulates, shown in the browser."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.app import open_client, stop_on_signals
from bot.chat.client import VerbatimClient
from bot.chat.guide.welcome import welcome
from bot.errors import SettingsError
from bot.settings import Settings

if TYPE_CHECKING:
    from simcord import Env
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.preview import Preview

# Seconds between two refreshes of the page, and between two steps of the simulated clock. An action
# of the viewer during a step (some milliseconds) is refused and the page then gives up, so the
# clock steps no more often than the times shown next to messages need.
REFRESH_SECONDS, CLOCK_STEP_SECONDS = 0.5, 60.0
# How long the page waits for the reply to a command: a feed may have many pages, one a second.
REPLY_SECONDS = 120.0
NOTE = """\
**This page is a simulation of Discord.** Everything you do here stays on this machine, except \
that pages and feeds you add are fetched.
You are the administrator or a member. Only the administrator can add articles and schedule \
summaries.
Type `/` for the commands, or **@Verbatim** and a question."""
TOPIC = "Simulated: this page is not Discord, and it fetches only what you add"


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated server with `client` in it; the viewers are its administrator and a member."""

    env: Env
    client: VerbatimClient
    channel: ChannelHandle
    viewers: Sequence[MemberActor]


async def run_demo(settings: Settings, announce: Callable[[str], None]) -> None:
    """Serve the demo until SIGINT, SIGTERM or the end of the session in the page.

    `announce` prints a text for the person. Schedules are stored in a temporary database. Raises
    VerbatimError where the demo cannot run.
    """

    def announce_page(address: str) -> None:
        announce(f"Verbatim in a simulated Discord, on this machine alone:\n\n  {address}\n")
        announce("Open the address in a browser. Ctrl-C ends the demo.")

    stop = stop_on_signals()
    with TemporaryDirectory(prefix="verbatim-demo-") as folder:
        demo_settings = replace(settings, database=str(Path(folder, "demo.sqlite3")))
        async with open_client(demo_settings) as client, simulated(client) as simulation:
            await serve(simulation, port=settings.demo_port, announce=announce_page, stop=stop)


def _typist(member: MemberActor) -> MemberActor:
    """Return the member, whose typed "@Verbatim" is a mention, as Discord's own client makes it."""
    from simcord.actors import MemberActor

    class Typist(MemberActor):
        async def send(
            self, channel: ChannelHandle, content: str = "", **options: Any
        ) -> discord.Message:
            me = self._env.bot.user
            if me is not None:
                typed = re.compile(rf"@{re.escape(me.name)}\b", re.IGNORECASE)
                content = typed.sub(me.mention, content)
            return await super().send(channel, content, **options)

    return Typist(member._env, member.guild, member.user)


@asynccontextmanager
async def simulated(client: VerbatimClient) -> AsyncIterator[Simulation]:
    """Simulate a server with `client` in it. Raises SettingsError if simcord is not installed."""
    try:
        import simcord
    except ModuleNotFoundError as error:
        raise SettingsError(
            "The demo needs simcord. Install it with: pip install 'verbatim[demo]'."
        ) from error

    async with simcord.run(client, check_errors=False, settle_timeout=REPLY_SECONDS) as env:
        await _set_clock(env)
        if client.user:
            await client.user.edit(username="Verbatim")
        guild = env.create_guild("Verbatim (simulated)")
        channel = guild.create_text_channel("briefing", topic=TOPIC)
        admin_role = guild.create_role("Administrator", permissions=discord.Permissions.all())
        administrator = guild.add_member(env.create_user("administrator"), roles=[admin_role])
        viewers = [_typist(administrator), _typist(guild.add_member(env.create_user("member")))]
        yield Simulation(env, client, channel, viewers)


async def serve(
    simulation: Simulation, *, port: int, announce: Callable[[str], None], stop: asyncio.Event
) -> None:
    """Serve the page of `simulation` until `stop` is set or the page ends the session.

    `announce` is called once with the address of the page; port 0 is any free one. Raises
    SettingsError if the page cannot start.
    """
    import simcord

    env, client, channel = simulation.env, simulation.client, simulation.channel
    note = ui.LayoutView(timeout=None).add_item(ui.TextDisplay(NOTE))
    await client.get_partial_messageable(channel.id).send(view=note)
    await welcome(client, client.guilds[0])
    async with AsyncExitStack() as stack:
        page = env.preview(channel, viewers=simulation.viewers, layout="channel", port=port)
        try:
            preview = await stack.enter_async_context(page)
        except simcord.SetupError as error:
            raise SettingsError(f"The demo page cannot start: {error}.") from error
        announce(preview.url)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(client.delivery.run(stop))
            tasks.create_task(_keep_time(env, preview, stop))
            closed = tasks.create_task(preview.wait_closed())
            closed.add_done_callback(lambda _: stop.set())
            await stop.wait()
            closed.cancel()


async def _keep_time(env: Env, preview: Preview, stop: asyncio.Event) -> None:
    """Step the simulated clock with the real one, and refresh the page after new posts.

    The page shows the result of its viewer's actions by itself. More refreshes than needed would
    invalidate what the viewer is about to click.
    """
    import simcord

    shown_count = _count_posts(env)
    for tick in itertools.count(1):
        await asyncio.sleep(REFRESH_SECONDS)
        if stop.is_set():
            return
        # Simcord does one thing at a time. While it is busy, wait for the next tick.
        with suppress(simcord.SetupError, TimeoutError):
            if tick % (CLOCK_STEP_SECONDS / REFRESH_SECONDS) == 0:
                await _set_clock(env)
            if (post_count := _count_posts(env)) > shown_count:
                await preview.refresh()
                shown_count = post_count


async def _set_clock(env: Env) -> None:
    """Set the simulated clock, which starts at a fixed date and does not run, to the real time."""
    await env.advance_time(max(0.0, (datetime.now(UTC) - env.now()).total_seconds()))


def _count_posts(env: Env) -> int:
    """Count the messages that the bot has posted unasked."""
    return sum(
        request.method == "POST" and request.path.startswith("/channels/")
        for request in env.http_requests
    )
