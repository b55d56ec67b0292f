"""Whose the token is, asked of Discord without coming online, and how the bot is invited."""

from __future__ import annotations

import discord

from bot.chat.session import log_in
from bot.errors import SettingsError

_PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    read_message_history=True,
    attach_files=True,
    create_public_threads=True,
    send_messages_in_threads=True,
)
_SCOPES = ("bot", "applications.commands")


async def check_token(token: str) -> str:
    """A sentence that names the application and its invitation. Raises SettingsError where the
    token will not do, VerbatimError where Discord cannot be reached."""
    if not token:
        return "None is set; only `verbatim run` needs one, as DISCORD_TOKEN."
    async with discord.Client(intents=discord.Intents.none()) as client:
        await log_in(client, token)
        known = client.application
    assert known is not None  # Discord tells it at every login
    if known.bot_require_code_grant:
        raise SettingsError(
            "Nobody can invite “{name}”: turn off “Requires OAuth2 Code Grant” under Bot in the "
            "Developer Portal.",
            name=known.name,
        )
    link = discord.utils.oauth_url(known.id, permissions=_PERMISSIONS, scopes=_SCOPES)
    whose = "Anybody" if known.bot_public else "Its owner alone"
    return (
        f"Discord knows it as that of “{known.name}”, and no privileged intent is needed. {whose} "
        f"can invite it with {link} {_own_install(known)}"
    )


def _own_install(known: discord.AppInfo) -> str:
    """Whether people can install the application for themselves, and how."""
    if known.user_integration_config is None:
        return (
            "Nobody can install it for themselves until User Install is turned on under "
            "Installation in the Developer Portal."
        )
    link = discord.utils.oauth_url(known.id, scopes=["applications.commands"])
    return f"To install it for oneself, open {link}&integration_type=1"
