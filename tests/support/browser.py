"""The demo page in headless Chromium, used as a person would: by typing, choosing and pressing."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright, expect

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 30_000  # how long a slow machine has for what a person would see at once

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_SUGGESTING_MS = 800  # the page asks for suggestions after 250 ms; a person sees them and goes on


@contextmanager
def run_demo(**environment: str) -> Iterator[subprocess.Popen[str]]:
    """The command `verbatim demo`, ended by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "bot", "demo"],
        cwd=ROOT,
        env={**os.environ, "VERBATIM_LOG_LEVEL": "ERROR", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=30)
        finally:
            process.kill()


def read_address(process: subprocess.Popen[str]) -> str:
    """The address the command prints."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:\d+/#\S+", line):
            return found.group()
    assert process.stderr is not None
    raise AssertionError(process.stderr.read())


@asynccontextmanager
async def open_page(width: int = 1280, height: int = 900) -> AsyncIterator[Page]:
    """A page of so many CSS pixels in the Chromium of the system."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        page = await browser.new_page(viewport={"width": width, "height": height})
        page.set_default_timeout(PATIENCE_MS)
        yield page
        await browser.close()


async def open_demo(page: Page, address: str) -> None:
    """Open the demo's page and wait until it can be used."""
    await page.goto(address)
    await expect(page.locator("#channel-composer-input")).to_be_visible(timeout=PATIENCE_MS)


async def send_command(page: Page, command: str, /, **options: str) -> None:
    """Type a slash command and its options, and send it. What is suggested is chosen by its name,
    and so are channels ("#briefing") and True or False."""
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(f"/{command}")
    await page.get_by_role("option", name=f"/{command}").first.click()
    for name, value in options.items():
        await _fill(page, name, value)
    await page.get_by_role("button", name="Send", exact=True).click()


async def _fill(page: Page, name: str, value: str) -> None:
    field = page.locator(f"input[data-option={name}]")
    if not await field.count():
        await page.locator(".command-ghost").click()
        await page.get_by_role("option", name=name).first.click()
    await field.click()
    if value.startswith("#") or value in ("True", "False"):
        await page.get_by_role("option", name=value.removeprefix("#")).first.click()
        return
    await page.keyboard.type(value)
    await page.wait_for_timeout(_SUGGESTING_MS)
    suggested = page.get_by_role("option", name=value)
    if await suggested.count():
        await suggested.first.click()


def messages(page: Page, text: str) -> Locator:
    """The messages shown that hold `text`."""
    return page.locator("article.channel-message").filter(has_text=text)


def last_message(page: Page) -> Locator:
    """The message shown last."""
    return page.locator("article.channel-message").last


async def choose_option(message: Locator, menu: str, option: str) -> None:
    """Open the menu of that placeholder below a message, and choose the first such option."""
    await message.get_by_role("combobox", name=menu).click()
    await message.page.get_by_role("option", name=option).first.click()
