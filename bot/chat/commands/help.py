"""/help: what Verbatim is, and every command as the command tree describes it."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.chat import render
from bot.chat.commands.contexts import anywhere
from bot.chat.replies import show
from bot.chat.services import Interaction


@anywhere
@app_commands.command(name="help", description="Say what Verbatim does, and list its commands.")
async def show_help(interaction: Interaction) -> None:
    commands = interaction.client.tree.walk_commands(type=discord.AppCommandType.chat_input)
    listed = [
        (command.qualified_name, command.description)
        for command in commands
        if isinstance(command, app_commands.Command)
    ]
    await show(interaction, render.guide(listed), private=True)
