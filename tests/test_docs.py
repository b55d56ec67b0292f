"""What the documents say is what the code does: commands, settings, words, links."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path

import discord
import pytest
from click import Context
from discord import app_commands

from bot.cli import json_output, main
from bot.model import (
    SHARED,
    Answer,
    Article,
    Comparison,
    Digest,
    Feed,
    IngestedArticle,
    Limits,
    Paragraph,
    Quote,
    Verification,
)
from bot.settings import Settings
from bot.shards import Shards
from tests.support.environment import SETTING_NAMES
from tests.support.simulation import MONDAY, Server

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = ROOT / "docs" / "commands"
TERMINAL_COMMANDS = set(main.list_commands(Context(main)))


async def test_the_readme_lists_the_commands_that_discord_is_given(server: Server) -> None:
    commands = server.client.tree.walk_commands()
    names = {c.qualified_name for c in commands if not isinstance(c, app_commands.Group)}
    rows = re.findall(r"^\| ([^|]*`/[^|]*) \|", README, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`/([a-z ]+)", row)}
    known = {
        name
        for name in names
        if any(name == each or each.startswith(name + " ") for each in listed)
    }
    assert known == names
    assert {each for each in listed if not any(each.startswith(name) for name in names)} == set()


async def test_each_command_and_menu_has_a_page_that_names_all_of_it(server: Server) -> None:
    pages = set()
    for command in server.client.tree.walk_commands():
        page = COMMANDS / f"{command.qualified_name.split()[0]}.md"
        pages.add(page)
        text = page.read_text(encoding="utf-8")
        assert f"/{command.qualified_name}" in text
        for parameter in getattr(command, "parameters", ()):
            assert f"`{parameter.name}`" in text, f"{page.name} does not name {parameter.name}"
    for menu in server.client.tree.get_commands(type=discord.AppCommandType.message):
        page = COMMANDS / f"{menu.name.lower().replace(' ', '-')}.md"
        pages.add(page)
        assert menu.name in page.read_text(encoding="utf-8")
    assert pages == set(COMMANDS.glob("*.md"))


def test_every_picture_is_shown_and_every_page_of_a_command_is_linked() -> None:
    targets = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8"))
    }
    assert targets >= {*(ROOT / "docs" / "images").glob("*.png"), *COMMANDS.glob("*.md")}


def test_the_readme_lists_the_commands_of_the_terminal() -> None:
    assert set(re.findall(r"^\| `verbatim ([a-z]+)", README, re.MULTILINE)) == set(
        main.list_commands(Context(main))
    )


def test_every_setting_is_in_the_readme_and_the_example() -> None:
    assert len(SETTING_NAMES) == len(fields(Settings)) - 1 + len(fields(Limits))
    assert re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE) == list(SETTING_NAMES)
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.findall(r"^([A-Z_]+)=$", example, re.MULTILINE) == list(SETTING_NAMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_commands_settings_and_shards_that_there_are(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    commands = re.findall(r"(?:`|bin/|^ *|=\S+ )verbatim ([a-z]+)", text, re.MULTILINE)
    assert set(commands) <= TERMINAL_COMMANDS
    assert set(re.findall(r"(?:VERBATIM|DISCORD)_[A-Z_]+[A-Z]", text)) <= set(SETTING_NAMES)
    for shards in re.findall(r"(?:--shards |VERBATIM_SHARDS=)([\d/-]+)", text):
        Shards.parse(shards)


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 150


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        name for page in PAGES for name in re.findall(r"`make ([a-z]+)", page.read_text("utf-8"))
    }
    assert named <= targets
    assert {"demo", "run", "test", "lint", "bench"} <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_contract_is_described_key_by_key() -> None:
    described = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    article = Article("a", "A", (Paragraph("Said."),), "a.txt")
    quote = Quote(article, 1, 0, 5, "Said.")
    objects = (
        json_output.answer_json(Answer("q", "answer", (quote,))),
        json_output.digest_json(Digest("t", "T", (quote,))),
        json_output.quote_json(replace(quote, differs=(Comparison(quote),))),
        json_output.quote_json(replace(quote, differs=(Comparison(quote),)))["differs"][0],
        json_output.verification_json(Verification("t", "exact", (Comparison(quote),))),
        json_output.article_json(article),
        json_output.ingested_json(IngestedArticle(article, "added", SHARED)),
        json_output.feed_json(
            Feed(1, "u", "u", None, None, None, MONDAY, None, None, 0, None, (0,))
        ),
    )
    for key in {key for each in objects for key in each}:
        assert f"`{key}`" in described or f'"{key}"' in described, key


def test_constraints_are_names_and_versions_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][0-9A-Za-z.+]*", line), line
