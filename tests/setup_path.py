"""The set-up as the owner of an astronomy server goes through it in the demo page.

A part of `make screenshots`. Everything happens in headless Chromium, on a small site with feeds of
its own; the shared desk is the usual one. It fails where that takes more than five minutes, or a
word of the shared desk is shown once it is hidden. Its pictures are in docs/administrators.md.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from time import monotonic

from playwright.async_api import Locator, expect

from bot.reading.feeds.opml import FeedAddress, write_opml
from tests.screenshots import IMAGES, Stage, opened
from tests.support.browser import PATIENCE_MS, messages
from tests.support.site import FeedItem, Site

DESKTOP, PHONE = 1200, 360  # CSS pixels
MAX_SECONDS = 300
OPML = "my-feeds.opml"
STILL_MS = 400
TOPIC = "Comet Halvard"
QUESTION = "What magnitude has Comet Halvard reached?"
ANSWER = "magnitude 5.8"
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
    steps = await hide_shared_articles(stage)
    await stage.shoot(steps, f"set-up{suffix}")
    steps = await import_feeds(stage, steps, suffix)
    await look_at_what_came(stage, steps)
    steps = await take_topic(stage, steps, suffix)
    await schedule_and_post(stage, steps, suffix)
    answer = await stage.command("ask", question=QUESTION)
    await expect(answer.locator("blockquote").first).to_contain_text(ANSWER)
    await stage.shoot(answer, f"set-up-ask{suffix}")
    await refuse_shared_words(stage)


async def hide_shared_articles(stage: Stage) -> Locator:
    """Begin at /help and hide the shared articles; the steps."""
    steps = await stage.press(await stage.command("help"), "Set up")
    await steps.get_by_role("button", name="Hide the shared articles").click()
    await expect(steps.get_by_text("The shared articles are hidden")).to_be_visible()
    return steps


async def import_feeds(stage: Stage, steps: Locator, suffix: str) -> Locator:
    """Follow the feeds of the OPML file; the steps as they are then."""
    page = stage.page
    await steps.get_by_role("button", name="Add feeds").click()
    form = page.get_by_role("dialog", name="Follow feeds")
    await form.locator("input[type=file]").set_input_files(
        {"name": OPML, "mimeType": "text/x-opml", "buffer": publish(stage.site)}
    )
    await expect(form.get_by_text(OPML)).to_be_visible()
    await shoot_form(form, f"set-up-form{suffix}")
    await form.get_by_role("button", name="Submit").click()
    came = messages(page, "Following 3 more feeds").last
    await expect(came).to_be_visible(timeout=PATIENCE_MS)
    await stage.shoot(came, f"set-up-feeds{suffix}")
    return await newest_steps(stage, "3 feeds · 6 articles")


async def look_at_what_came(stage: Stage, steps: Locator) -> None:
    """List the articles."""
    listed = await stage.press(steps, "Look at them")
    await expect(listed.get_by_text("Comet Halvard grows a second tail")).to_be_visible()
    await refuse_shared_words(stage)


async def take_topic(stage: Stage, steps: Locator, suffix: str) -> Locator:
    """Take a topic that is suggested; the steps as they are then."""
    await stage.shoot(steps, f"set-up-topics{suffix}")
    await steps.get_by_role("button", name=f"+ {TOPIC}", exact=True).click()
    named = messages(stage.page, "Topic added").last
    await expect(named.get_by_text("articles mention it")).to_be_visible(timeout=PATIENCE_MS)
    await stage.shoot(named, f"set-up-topic{suffix}")
    await refuse_shared_words(stage)
    return await newest_steps(stage, "✅ Topics")


async def schedule_and_post(stage: Stage, steps: Locator, suffix: str) -> None:
    """Schedule a summary of the topic and post it at once."""
    await steps.get_by_role("button", name="Schedule a summary").click()
    form = stage.page.get_by_role("dialog", name="Schedule a summary")
    await shoot_form(form, f"set-up-schedule{suffix}")
    await form.get_by_role("button", name="Submit").click()
    scheduled = messages(stage.page, "every day at 09:00").last
    await expect(scheduled).to_be_visible(timeout=PATIENCE_MS)
    steps = await newest_steps(stage, "every day at 09:00")
    await stage.shoot(messages(stage.page, "Scheduled").last, f"set-up-scheduled{suffix}")
    await steps.get_by_role("button", name="Post it now").click()
    summary = messages(stage.page, "Scheduled every").last
    await expect(summary).to_be_visible(timeout=PATIENCE_MS)
    await stage.shoot(summary, f"set-up-post{suffix}")
    await refuse_shared_words(stage)


async def newest_steps(stage: Stage, text: str) -> Locator:
    """The steps shown last, once they say `text`."""
    steps = messages(stage.page, "Set up Verbatim").last
    await expect(steps).to_contain_text(text, timeout=PATIENCE_MS)
    return steps


async def shoot_form(form: Locator, name: str) -> None:
    """Take a picture of a form, when it stands still."""
    await expect(form).to_be_visible()
    await form.page.wait_for_timeout(STILL_MS)
    await form.screenshot(path=IMAGES / f"{name}.png")


async def refuse_shared_words(stage: Stage) -> None:
    """Fail where the page shows a word of the shared desk."""
    shown = await stage.page.locator("body").inner_text()
    words = SHARED_WORDS.findall(shown)
    assert not words, words


async def main() -> None:
    """Go through the set-up at both widths and take the pictures."""
    IMAGES.mkdir(exist_ok=True)
    for width, suffix in ((DESKTOP, ""), (PHONE, "-phone")):
        async with opened(width) as stage, asyncio.timeout(MAX_SECONDS):
            begun = monotonic()
            await set_up(stage, suffix)
            print(f"{width} px: set up, posted and asked in {monotonic() - begun:.0f} s")


if __name__ == "__main__":
    asyncio.run(main())
