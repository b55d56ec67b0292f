"""What a command or button finds on the client that serves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

import discord
from discord import app_commands

from bot.library import Library
from bot.schedule.delivery import Delivery
from bot.store import Store


class ServingClient(discord.Client):
    """A Discord client with the services behind its commands.

    `now` gives the time in UTC; `zone` is the time zone of schedules that name none.
    """

    tree: app_commands.CommandTree[ServingClient]
    library: Library
    store: Store
    delivery: Delivery
    now: Callable[[], datetime]
    zone: str


Interaction: TypeAlias = discord.Interaction[ServingClient]
