"""Asks Discord, without coming online, whose application a token is and how it is invited."""

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
    """Return a sentence that names the application and its invitation. Raises SettingsError where
    the token is refused, VerbatimError where Discord cannot be reached."""
    if not token:
        return "None is set; only `verbatim run` needs one, as DISCORD_TOKEN."
    async with discord.Client(intents=discord.Intents.none()) as client:
        await log_in(client, token)
        application = client.application
    assert application is not None  # Discord sends it at every login
    if application.bot_require_code_grant:
        raise SettingsError(
            "Nobody can invite “{name}”: turn off “Requires OAuth2 Code Grant” under Bot in the "
            "Developer Portal.",
            name=application.name,
        )
    link = discord.utils.oauth_url(application.id, permissions=_PERMISSIONS, scopes=_SCOPES)
    inviters = "Anybody" if application.bot_public else "Its owner alone"
    return (
        f"Discord knows it as that of “{application.name}”, and no privileged intent is needed. "
        f"{inviters} can invite it with {link} {_own_install(application)}"
    )


def _own_install(application: discord.AppInfo) -> str:
    """Return whether people can install the application for themselves, and how."""
    if application.user_integration_config is None:
        return (
            "Nobody can install it for themselves until User Install is turned on under "
            "Installation in the Developer Portal."
        )
    link = discord.utils.oauth_url(application.id, scopes=["applications.commands"])
    return f"To install it for oneself, open {link}&integration_type=1"
