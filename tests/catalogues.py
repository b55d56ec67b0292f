"""Update the catalogues from the code: `python -m tests.catalogues`.

New messages are added untranslated; messages that the code no longer has are removed.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import discord
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from discord import app_commands

from bot.chat.client import CommandTree
from bot.chat.translator import NAMES
from bot.errors import DeskError, SettingsError, StoreError, VerbatimError
from bot.language.translation import FOLDER, NAME

HEADER: Final = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""

ROOT: Final = Path(__file__).parent.parent
# Errors and modules whose messages only the terminal and the log show, in English.
OPERATORS: Final = (SettingsError, DeskError, StoreError)
TERMINAL: Final = (
    "cli",
    "ops",
    "settings.py",
    "app.py",
    "demo.py",
    "schedule/upcoming.py",
)


def template() -> Catalog:
    """Every message of the code in English, with the names and descriptions of commands."""
    texts = Catalog(charset="utf-8")
    for file, call in calls():
        if message := literal(call):
            texts.add(message, locations=[(f"bot/{file}", 0)])
    for text, context in asyncio.run(told_to_discord()):
        texts.add(text, locations=[("bot/chat", 0)], context=context)
    return texts


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Yield each call that makes a message, with its file below `bot`.

    Babel has an extractor of its own, but before Python 3.12 it does not look into f-strings.
    """
    names = {
        "say",
        "translatable",
        "accepted_words",
        "say_count",
        *(fault.__name__ for fault in faults(VerbatimError)),
    }
    for module in sorted((ROOT / "bot").rglob("*.py")):
        file = module.relative_to(ROOT / "bot").as_posix()
        if file.startswith(TERMINAL):
            continue
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in names and node.args:
                yield file, node


def literal(call: ast.Call) -> str | tuple[str, str] | None:
    """The message of a call, or the one for one and the one for many; None if it is made up at
    run time."""
    counting = _name(call.func) == "say_count"
    values = [
        argument.value
        for argument in (call.args[1:3] if counting else call.args[:1])
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    match values:
        case [one, many]:
            return one, many
        case [message] if not counting:
            return message
    return None


def _name(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def faults(kind: type[VerbatimError]) -> Iterator[type[VerbatimError]]:
    """Yield `kind` and its subclasses, without those that only operators see."""
    if kind not in OPERATORS:
        yield kind
        for narrower in kind.__subclasses__():
            yield from faults(narrower)


async def told_to_discord() -> list[tuple[str, str | None]]:
    """Return each text that discord.py wants translated, with its context."""
    listener = _Listener()
    tree = CommandTree(discord.Client(intents=discord.Intents.none()))  # type: ignore[arg-type]
    for command in tree.get_commands():
        await command.get_translated_payload(tree, listener)
    return list(listener.heard)


class _Listener(app_commands.Translator):
    """Notes every text that discord.py wants translated."""

    def __init__(self) -> None:
        self.heard: dict[tuple[str, str | None], None] = {}

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> None:
        self.heard[string.message, NAME if context.location in NAMES else None] = None


def catalogue_files(folder: Path = FOLDER) -> list[Path]:
    """The catalogue of each language."""
    return sorted(folder.glob("*/messages.po"))


def read(file: Path) -> Catalog:
    """Read a catalogue; its language is the name of its folder."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.parent.name)


def updated(catalogue: Catalog, messages: Catalog) -> bytes:
    """Return the file of a catalogue that holds the messages of the code and no others."""
    catalogue.update(messages, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file = BytesIO()
    write_po(file, catalogue, width=100, sort_by_file=True, include_lineno=False, omit_header=True)
    header = HEADER.format(
        language=catalogue.locale_identifier, plural_forms=catalogue.plural_forms
    )
    return header.encode() + file.getvalue()


def main() -> None:
    """Write every catalogue anew."""
    messages = template()
    for file in catalogue_files():
        file.write_bytes(updated(read(file), messages))


if __name__ == "__main__":
    main()
