"""Every feature is found, commands keep their order, and posted buttons keep their meaning."""

from __future__ import annotations

import re
from typing import Any

import discord
import pytest

from bot.chat.answers.ask import MoreQuotesButton
from bot.chat.answers.context import ContextButton, ContextPageButton
from bot.chat.answers.digest import DigestButton, MorePointsButton
from bot.chat.answers.reply_buttons import FeedbackButton, ShareButton
from bot.chat.answers.said import SpeakerButton, StatementsButton
from bot.chat.answers.sources import BehindButton, SourcesButton
from bot.chat.answers.timeline import TimelineButton
from bot.chat.client import CommandTree
from bot.chat.registry import BUTTONS, FEATURES

# As they stand in messages that were posted; None where another room's test presses the button.
POSTED_IDS: dict[str, type[discord.ui.DynamicItem[Any]] | None] = {
    "v1:context:0a1b2c3d4e5f:3:0:114:0f9e8d": ContextButton,
    "v1:context:seoul:1:0:80:abcdef": ContextButton,
    "v1:around:0a1b2c3d4e5f:3:0:114:0f9e8d": ContextPageButton,
    "v1:around:0a1b2c3d4e5f:3:0:114:0f9e8d@12": ContextPageButton,
    "v1:behind:all": BehindButton,
    "v1:more:3": MoreQuotesButton,
    "v1:more:3~hj0k.@o0a1b2c3d": MoreQuotesButton,
    "v1:points:~hj0k.hj9z:1": MorePointsButton,
    "v1:points:since-last@f7:1": MorePointsButton,
    "v1:digest:~hj0k.|north-korea": DigestButton,
    "v1:said:0~hj0k.:": StatementsButton,
    "v1:timeline:4@s0a1b2c3d": TimelineButton,
    "v1:points::1": MorePointsButton,
    "v1:points:past week:2": MorePointsButton,
    "v1:points:since-last:1": MorePointsButton,
    "v1:share:all": ShareButton,
    "v1:feedback:useful": FeedbackButton,
    "v1:feedback:not": FeedbackButton,
    "v1:digest:north-korea": DigestButton,
    "v1:digest:everything": DigestButton,
    "v1:said:0:": StatementsButton,
    "v1:said:12:Trade and tariffs": StatementsButton,
    "v1:speaker:Lee Jae-myung": SpeakerButton,
    "v1:timeline:4": TimelineButton,
    "v1:sources:1": SourcesButton,
    "v1:gaps:1": None,
    "v1:clear-gaps:ask": None,
    "v1:clear-gaps:sure": None,
    "v1:library:2": None,
    "v1:undo:article:0a1b2c3d4e5f": None,
    "v1:undo:feed:7": None,
    "v1:forget:ask": None,
    "v1:forget:sure": None,
    "v1:schedulers:role": None,
    "v1:setting:private": None,
    "v1:setting:keeps_gaps": None,
    "v1:settings:managers": None,
    "v1:settings:quiet": None,
    "v1:settings:loud": None,
    "v1:settings:usual": None,
    "v1:try:ask": None,
    "v1:try:digest": None,
    "v1:try:sources": None,
    "v1:try:help": None,
}


@pytest.mark.parametrize("custom_id", POSTED_IDS)
def test_the_id_of_a_posted_button_leads_to_one_button(custom_id: str) -> None:
    patterns: dict[Any, re.Pattern[str]] = {
        button: button.__discord_ui_compiled_template__  # type: ignore[attr-defined]
        for button in BUTTONS
    }
    [found] = [button for button, pattern in patterns.items() if pattern.fullmatch(custom_id)]
    kind = custom_id.split(":")[1]
    assert found.kind == kind
    assert POSTED_IDS[custom_id] in (found, None)
    match = patterns[found].fullmatch(custom_id)
    assert match
    assert match["value"] == custom_id.removeprefix(f"v1:{kind}:")


async def test_commands_keep_their_order() -> None:
    client = discord.Client(intents=discord.Intents.none())
    tree = CommandTree(client)  # type: ignore[arg-type]
    assert " ".join(command.name for command in tree.get_commands()) == (
        "ask digest verify said timeline topics sources schedule settings watch library privacy "
        "help Find sources"
    )


def test_every_command_has_a_place_in_the_help() -> None:
    commands = [feature for feature in FEATURES if feature.command]
    places = [feature.help_place for feature in commands]
    assert all(places)
    assert len({*places}) == len(places)
    assert len({feature.position for feature in commands}) == len(commands)
