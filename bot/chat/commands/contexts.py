"""Where a command can be used, said in full: what Discord assumes depends on the installation."""

from __future__ import annotations

from typing import Any, TypeVar

from discord import app_commands

_Command = TypeVar("_Command", bound=app_commands.Command[Any, ..., Any])


def anywhere(command: _Command) -> _Command:
    """In servers and in direct messages with the bot; installed in servers, not by single users."""
    app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)(command)
    app_commands.allowed_installs(guilds=True, users=False)(command)
    return command
