"""Pictures of real replies as the demo page draws them, for the README and docs/: make screenshots.

All of it the bot itself says, on the default desk. Only the stories about a bridge, which give the
timeline its dates, are invented.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.async_api import Locator, Page, expect

from bot.app import open_services
from bot.chat.client import VerbatimClient
from bot.demo import Simulation, serve, simulated
from bot.model import Limits, Preferences
from bot.settings import EXAMPLE_DESK, read_settings
from tests.support.browser import (
    PATIENCE_MS,
    ROOT,
    choose_option,
    last_message,
    messages,
    open_demo,
    open_page,
    send_command,
)
from tests.support.site import Site, open_site

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE = 1100, 390  # CSS pixels

QUESTION = "Will Lee choose between Washington and Beijing?"
CLAIMS = (
    "Lee says Seoul will not choose between Washington and Beijing. "
    "The central bank cut its rate to two percent."
)
QUOTE = "We should not put all our eggs in one basket"
BRIDGE = (
    (
        "2026-11-02",
        "The Marrow Bay Courier",
        "The harbour bridge closes after an inspector finds a crack in a weld.",
        "Drivers learned of it on Monday morning, when the barriers came down.",
    ),
    (
        "2026-11-03",
        "Coast Radio",
        "Lorries take the long way round the bay while the bridge is closed.",
        "That adds forty minutes, the hauliers told the station.",
    ),
    (
        "2026-11-03",
        "The Marrow Bay Courier",
        "The mayor asks the province for 62 million crowns to mend the bridge.",
        "An answer is expected before the end of the month.",
    ),
    (
        "2026-11-06",
        "The Marrow Bay Courier",
        "Engineers begin to replace the 184 cables of the bridge.",
        "Each weighs as much as a small car, and is lifted at night.",
    ),
    (
        "2026-11-09",
        "Coast Radio",
        "A ferry carries cyclists for nothing as long as the bridge is closed.",
        "It leaves every half hour from the fish market.",
    ),
    (
        "2026-11-12",
        "The Ferry Post",
        "The closed bridge costs the fishermen of the eastern quay their mornings.",
        "Ice now comes by boat, two hours later than before.",
    ),
    (
        "2026-11-12",
        "The Marrow Bay Courier",
        "The last cable of the bridge is in its place, nine days early.",
        "Painters follow this week if the wind allows it.",
    ),
    (
        "2026-11-16",
        "Coast Radio",
        "The harbour bridge reopens to lorries, and the mayor crosses it first.",
        "She went by bicycle, with a brass band behind her.",
    ),
)


@dataclass(frozen=True)
class Stage:
    """A page that shows a simulated server, and what stands behind it."""

    page: Page
    simulation: Simulation
    site: Site

    @property
    def _guild_id(self) -> int:
        return self.simulation.client.guilds[0].id

    async def command(self, command: str, /, **options: str) -> Locator:
        """Give a command; its reply."""
        before = await last_message(self.page).get_attribute("data-message-id")
        await send_command(self.page, command, **options)
        return await self._after(before)

    async def choose(self, message: Locator, option: str) -> Locator:
        """Choose the first such option of the menu below a message; the message that comes."""
        before = await last_message(self.page).get_attribute("data-message-id")
        await choose_option(message, "Context …", option)
        return await self._after(before)

    async def press(self, message: Locator, label: str) -> Locator:
        """Press the first button of that label under a message; the message that comes."""
        before = await last_message(self.page).get_attribute("data-message-id")
        await message.get_by_role("button", name=label, exact=True).first.click()
        return await self._after(before)

    async def find_sources(self, text: str) -> Locator:
        """Say something, and use the menu on it, which the page does not have; the reply."""
        somebody, channel = self.simulation.viewers[0], self.simulation.channel
        message = await somebody.send(channel, text)
        await somebody.context_menu(channel, "Find sources", message)
        await self.page.get_by_role("button", name="Refresh preview").click()
        return await self._after(str(message.id))

    async def add_stories(self) -> None:
        """Let the server have the stories about the bridge."""
        for number, (day, outlet, news, more) in enumerate(BRIDGE):
            head = f'<meta property="og:site_name" content="{outlet}">'
            head += f'<meta property="article:published_time" content="{day}">'
            address = self.site.page(f"/{number}", news.rstrip("."), f"{news} {more}", head=head)
            await self.simulation.client.ingester.add_page(
                self._guild_id, address, by=self.simulation.viewers[0].id
            )

    async def prefer(self, preferences: Preferences) -> None:
        """Set the preferences of the server."""
        await self.simulation.client.store.preferences.put(self._guild_id, preferences)
        await self.simulation.client.library_writer.sync()

    async def shoot(self, message: Locator, name: str) -> None:
        """Take a picture of a message."""
        await message.scroll_into_view_if_needed()
        await self.page.mouse.move(0, 0)  # what is pointed at shows Discord's own tools
        await message.screenshot(path=IMAGES / f"{name}.png")

    async def _after(self, before: str | None) -> Locator:
        """The message below the one of that id, when it has come and shows its reply."""
        below = f'article.channel-message[data-message-id="{before}"] ~ article.channel-message'
        reply = self.page.locator(below).last
        await expect(reply.locator(".message-components")).to_be_visible(timeout=PATIENCE_MS)
        return reply


async def on_a_screen(stage: Stage) -> None:
    """Take the pictures at the width of a desktop."""
    answer = await stage.command("ask", question=QUESTION)
    await stage.shoot(answer, "ask")
    await stage.shoot(await stage.choose(answer, "Context of"), "context")
    digest = await stage.command("digest", topic="north-korea")
    await stage.shoot(digest, "digest")
    await stage.shoot(await stage.choose(digest, "The articles behind"), "behind")
    await stage.shoot(await stage.command("said", person="Lee Jae-myung"), "said")
    await stage.shoot(await stage.command("verify", quote=QUOTE), "verify")
    await stage.shoot(await stage.find_sources(CLAIMS), "find-sources")
    await stage.add_stories()
    await stage.shoot(await stage.command("timeline", topic="bridge"), "timeline")
    await stage.shoot(await stage.command("library list"), "library")
    await stage.command("ask", question="What will the weather be on Sunday?")
    await stage.shoot(await stage.command("library gaps"), "gaps")
    made = await stage.command("schedule add", channel="#briefing", topic="China", time="9am")
    await stage.shoot(made, "schedule")
    await stage.command("schedule now", schedule="China")
    await stage.shoot(messages(stage.page, "First summary"), "summary")
    edited = await stage.command("schedule edit", schedule="China")
    await stage.shoot(edited, "schedule-edit")
    await stage.shoot(await stage.command("settings"), "settings")
    await stage.shoot(await stage.command("help"), "help")
    await stage.prefer(Preferences(language="ko"))
    await stage.shoot(await stage.command("ask", question=QUESTION), "korean")


async def on_a_phone(stage: Stage) -> None:
    """Take the pictures at the width of a phone."""
    answer = await stage.command("ask", question=QUESTION)
    await stage.shoot(answer, "ask-phone")
    await stage.prefer(Preferences(language="ko"))
    await stage.shoot(await stage.command("ask", question=QUESTION), "korean-phone")


@asynccontextmanager
async def opened(width: int) -> AsyncIterator[Stage]:
    """A stage on the default desk, for a page of so many CSS pixels."""
    stop, address = asyncio.Event(), asyncio.get_running_loop().create_future()
    with TemporaryDirectory() as folder:
        async with open_site() as site:
            settings = replace(
                read_settings(Path(folder, "none")),
                desk=EXAMPLE_DESK,
                database=str(Path(folder, "verbatim.sqlite3")),
                fetch_allow=(site.host,),
            )
            async with open_services(settings, pause=0) as services:
                client = VerbatimClient(
                    services.library_writer,
                    services.ingester,
                    services.store,
                    limits=Limits(),
                    now=lambda: datetime.now(UTC),
                    zone="UTC",
                    owner="screenshots",
                )
                async with simulated(client) as simulation, open_page(width, 2600) as page:
                    serving = asyncio.create_task(
                        serve(simulation, port=0, announce=address.set_result, stop=stop)
                    )
                    await open_demo(page, await address)
                    yield Stage(page, simulation, site)
                    stop.set()
                    await serving


async def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    async with opened(DESKTOP) as stage:
        await on_a_screen(stage)
    async with opened(PHONE) as stage:
        await on_a_phone(stage)


if __name__ == "__main__":
    asyncio.run(main())
