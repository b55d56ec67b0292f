"""What discord.py raises where Discord fails or cannot be reached, its own faults and aiohttp's."""

from __future__ import annotations

import aiohttp
import discord

FAULTS = (discord.DiscordException, aiohttp.ClientError, OSError)
