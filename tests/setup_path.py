"""The set-up as the owner of an astronomy server goes through it in the demo page.

A part of `make screenshots`. Everything happens in headless Chromium, on a small site with feeds of
its own; the shared desk is the usual one. It fails where that takes more than five minutes, or a
word of the shared desk is shown once it is hidden. Its pictures are in docs/administrators.md.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

from playwright.async_api import expect

from bot.reading.feeds.opml import FeedAddress, write_opml
from tests.screenshots import IMAGES, Stage, opened
from tests.support.browser import PATIENCE_MS, messages
from tests.support.site import FeedItem, Site

DESKTOP, PHONE = 1200, 360  # CSS pixels
MAX_SECONDS = 300
OPML = "my-feeds.opml"
SHARED_WORDS = re.compile(r"korea|seoul|pyongyang|beijing|lee jae", re.IGNORECASE)


@dataclass(frozen=True)
class Story:
    """An invented story: its path, title, day of November 2026 and paragraphs."""

    path: str
    title: str
    day: int
    paragraphs: tuple[str, ...]


SKY = (
    Story(
        "/halvard-brightens",
        "Comet Halvard brightens faster than expected",
        24,
        (
            "Comet Halvard has reached magnitude 5.8, a week earlier than astronomers expected, "
            "and can be seen with binoculars before dawn.",
            "“We had it down as a telescope object until December,” said Imani Reyes, who measures "
            "comets at the Mount Sorrel Observatory.",
            "Comet Halvard will pass 0.31 astronomical units from Earth on 14 December.",
        ),
    ),
    Story(
        "/halvard-tail",
        "Comet Halvard grows a second tail",
        27,
        (
            "Photographs from three continents show that Comet Halvard has grown a second tail, "
            "which points straight away from the Sun.",
            "The new tail is made of ionised gas, while the older and broader one is dust.",
            "Imani Reyes asked observers to send in their pictures, however blurred they are.",
        ),
    ),
    Story(
        "/halvard-where",
        "Where to look for Comet Halvard this week",
        29,
        (
            "Comet Halvard stands in the constellation of Boötes this week, a hand's breadth to "
            "the left of Arcturus.",
            "Look for Comet Halvard an hour before sunrise, when the Moon has set.",
        ),
    ),
)
PROBES = (
    Story(
        "/orla-lands",
        "Orla touches down on the far side of the Moon",
        25,
        (
            "The probe Orla touched down in Leibnitz crater, on the far side of the Moon, at 04:12 "
            "on Wednesday.",
            "Orla carries a radio telescope that unfolds to eight metres and listens for hydrogen "
            "from before the first stars.",
            "“Every panel reports green,” said mission manager Tomas Okafor.",
        ),
    ),
    Story(
        "/orla-antenna",
        "Orla unfolds its antenna",
        28,
        (
            "Orla has unfolded its antenna in eleven hours, three fewer than planned.",
            "The first night of the probe begins on 4 December and lasts two weeks, in which Orla "
            "listens and sends nothing.",
        ),
    ),
)
CLUB = (
    Story(
        "/star-party",
        "Star party on Harrow Hill moves to Saturday",
        28,
        (
            "The star party on Harrow Hill moves from Friday to Saturday, because clouds are "
            "forecast.",
            "Members bring twelve telescopes, the largest with a mirror of 40 centimetres, and "
            "Comet Halvard is the first object on the list.",
        ),
    ),
)
FEEDS = {"The Night Sky Weekly": SKY, "Probe Watch": PROBES, "Harrow Hill Star Club": CLUB}


def publish(site: Site) -> bytes:
    """Let the stories and their feeds stand on the site; returns the list of the feeds as OPML."""
    addresses = []
    for number, (outlet, stories) in enumerate(FEEDS.items()):
        items = []
        for story in stories:
            head = f'<meta property="og:site_name" content="{outlet}">'
            head += f'<meta property="article:published_time" content="2026-11-{story.day}">'
            site.page(story.path, story.title, *story.paragraphs, head=head)
            items.append(FeedItem(story.path, story.title, day=story.day))
        address = site.feed(f"/feeds/{number}", outlet, *items)
        addresses.append(FeedAddress(address, outlet))
    return write_opml(addresses, "My feeds").encode()


async def set_up(stage: Stage, suffix: str) -> None:
    """Go through all steps; pictures are named with `suffix`."""
    page = stage.page
    help_message = await stage.command("help")
    steps = await stage.press(help_message, "Set up")
    await steps.get_by_role("button", name="Hide the shared articles").click()
    await expect(steps.get_by_text("the shared articles are hidden")).to_be_visible()
    await stage.shoot(steps, f"set-up{suffix}")

    await steps.get_by_role("button", name="Add feeds").click()
    form = page.get_by_role("dialog", name="Follow feeds")
    await form.locator("input[type=file]").set_input_files(
        {"name": OPML, "mimeType": "text/x-opml", "buffer": publish(stage.site)}
    )
    await expect(form.get_by_text(OPML)).to_be_visible()
    await (
        form.locator(".modal-dialog")
        .or_(form)
        .first.screenshot(path=IMAGES / f"x-form{suffix}.png")
    )
    await form.get_by_role("button", name="Submit").click()
    await expect(messages(page, "Following 3 more feeds").last).to_be_visible(timeout=PATIENCE_MS)
    steps = messages(page, "Set Verbatim up").last
    await expect(steps.get_by_text("3 feeds · 6 articles")).to_be_visible(timeout=PATIENCE_MS)
    await stage.shoot(messages(page, "Following 3 more feeds").last, f"set-up-feeds{suffix}")
    await stage.shoot(steps, f"set-up-came{suffix}")
    await steps.get_by_role("button", name="Schedule a summary").click()
    form = page.get_by_role("dialog", name="Schedule a summary")
    await expect(form).to_be_visible()
    await page.wait_for_timeout(300)
    await form.screenshot(path=IMAGES / f"x-schedule{suffix}.png")
    await form.get_by_role("button", name="Submit").click()
    await page.wait_for_timeout(3000)
    await page.screenshot(path=IMAGES / f"x-all{suffix}.png")


async def main() -> None:
    """Go through the set-up at both widths and take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    for width, suffix in ((DESKTOP, ""), (PHONE, "-phone")):
        async with opened(width) as stage, asyncio.timeout(MAX_SECONDS):
            await set_up(stage, suffix)


if __name__ == "__main__":
    asyncio.run(main())
