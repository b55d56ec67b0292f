"""What a module of the chat registers: its commands, its buttons, and its place in /help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import discord
from discord import app_commands, ui

Command: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group
HelpSection = Literal["ask", "post", "list", "manage", "about"]


@dataclass(frozen=True, slots=True)
class Feature:
    """A command with its buttons, or buttons alone.

    `bot.chat.registry` finds every module's `FEATURE`. `position` orders the commands as Discord is
    told of them. `help_place` is its section of /help and its order there; `help_line` stands there
    for what has no description of its own, a menu. `may_use` tells who may use in a server what
    Discord offers there to everybody; None for everybody. Where the articles do not answer the
    command, its options `gap_options` are listed in /library gaps.
    """

    command: Command | app_commands.ContextMenu | None = None
    buttons: Sequence[type[ui.DynamicItem[Any]]] = ()
    position: int = 0
    help_place: tuple[HelpSection, int] | None = None
    help_line: Callable[[], str] | None = None
    gap_options: Sequence[str] = ()
    may_use: Callable[[discord.Interaction[Any]], bool] | None = None


def gap_options(features: Sequence[Feature], command: str) -> Sequence[str]:
    """Return the options of a command that are listed in /library gaps if it is not answered."""
    for feature in features:
        if feature.command is not None and feature.command.name == command:
            return feature.gap_options
    return ()
