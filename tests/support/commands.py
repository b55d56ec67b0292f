"""Every command, with what it is given."""

from __future__ import annotations

from typing import Any

from tests.support.simulation import SEOUL, Server

HARBOUR = "What did the mayor say of the harbour?"
MISSILES = SEOUL.paragraphs[1].text

# What every command is given, and whether its reply holds quotes.
COMMANDS: dict[str, tuple[dict[str, Any], bool]] = {
    "ask": ({"question": HARBOUR}, True),
    "digest": ({"topic": "harbour"}, True),
    "verify": ({"quote": MISSILES.replace("two", "three")}, True),
    "said": ({"person": "Jane Roe"}, True),
    "timeline": ({"topic": "harbour"}, True),
    "Find sources": ({"message": MISSILES.replace("two", "three")}, True),
    "topics list": ({}, False),
    "sources": ({}, False),
    "schedule add": ({"topic": "china", "time": "9am"}, False),
    "schedule list": ({}, False),
    "schedule pause": ({"schedule": "1"}, False),
    "schedule resume": ({"schedule": "1"}, False),
    "schedule now": ({"schedule": "1"}, True),
    "schedule remove": ({"schedule": "1"}, False),
    "settings": ({}, False),
    "watch add": ({"words": "china"}, False),
    "watch list": ({}, False),
    "watch remove": ({"watch": "1"}, False),
    "library list": ({}, False),
    "library export": ({}, False),
    "library remove": ({"article": "x"}, False),
    "library refresh": ({}, False),
    "library health": ({}, False),
    "library gaps": ({}, False),
    "privacy": ({}, False),
    "help": ({}, False),
}
# The same for other uses of a command.
FURTHER: dict[str, tuple[str, dict[str, Any]]] = {
    "ask of Seoul": ("ask", {"question": "Will Seoul choose a side?"}),
    "private ask": ("ask", {"question": HARBOUR, "private": True}),
    "unknown speaker": ("said", {"person": "Nobody"}),
    "unanswered ask": ("ask", {"question": "Who won the PRC cricket match?"}),
}


async def give(server: Server, command: str) -> Any:
    """Give a command of `COMMANDS` or `FURTHER` as an administrator; returns the interaction."""
    name, options = FURTHER.get(command) or (command, COMMANDS[command][0])
    if name == "Find sources":
        message = await server.member.send(server.channel, options["message"])
        return await server.member.context_menu(server.channel, name, message)
    if name == "schedule add":
        options = {**options, "channel": server.channel}
    actor = server.administrator
    return await actor.slash(server.channel, name, **options)
