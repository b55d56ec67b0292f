"""The command that asks an operator what a bot needs, and writes it to `.env`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bot.errors import SettingsError, VerbatimError
from bot.settings import DEFAULT_DATABASE, DEFAULT_ZONE, EXAMPLE_DESK, read_file, write_file

_DOTENV = Path(".env")
_OWN_DESK = "desk"
_MIN_TOKEN = 50  # characters; Discord's have 70 or more


@click.command()
def init() -> None:
    """Ask what the bot needs, write it to .env, and follow the first feeds."""
    settings = read_file(_DOTENV)
    click.echo(
        "This writes .env, your bot's settings. Press Enter to take what is in brackets. Until "
        "the last question Ctrl-C leaves everything as it is."
    )
    chosen = {
        "DISCORD_TOKEN": _ask_token(settings.get("DISCORD_TOKEN", "")),
        **_ask_desk(settings),
        "VERBATIM_TIMEZONE": _ask(
            "Which time zone do schedules use by default? A city",
            settings.get("VERBATIM_TIMEZONE") or DEFAULT_ZONE,
            _zone,
        ),
        "VERBATIM_DATABASE": _ask(
            "Where should articles and schedules be stored? A file, or postgresql://…",
            settings.get("VERBATIM_DATABASE") or DEFAULT_DATABASE,
            str.strip,
        ),
    }
    addresses = _ask_feeds()
    if addresses or chosen["VERBATIM_DESK"]:
        chosen["VERBATIM_SHARED"] = _ask_shared(settings.get("VERBATIM_SHARED", ""))
    write_file(_DOTENV, chosen)
    click.echo("\nWritten: .env, which only you can read.")
    if addresses:
        _follow(addresses)
    _say_what_next(chosen["DISCORD_TOKEN"])


COMMANDS = (init,)


def _ask(question: str, default: str, parse: Callable[[str], str]) -> str:
    """Ask until what is answered can be used; return it parsed."""

    def parse_or_refuse(answer: str) -> str:
        try:
            return parse(answer)
        except VerbatimError as error:
            raise click.UsageError(str(error)) from error

    answer: str = click.prompt(f"\n{question}", default=default, value_proc=parse_or_refuse)
    return answer


def _ask_token(token: str) -> str:
    note = "Enter keeps the current one" if token else "Enter: later"
    question = f"\nThe bot's token, from the Discord Developer Portal under Bot ({note})"

    def parse(answer: str) -> str:
        pasted = answer.strip()
        if pasted and (len(pasted) < _MIN_TOKEN or pasted.count(".") != 2):
            raise click.UsageError(
                "That is not a bot token, which has about 70 characters and two dots. Choose "
                "Reset Token under Bot, and copy the new token."
            )
        return pasted

    answer: str = click.prompt(
        question, default="", show_default=False, hide_input=True, value_proc=parse
    )
    return answer or token


def _ask_desk(settings: dict[str, str]) -> dict[str, str]:
    """Ask which articles every server sees at first."""
    click.echo(
        "\nWhich articles should every server see at first? Each can add its own and hide these.\n"
        "  none     servers add their own; you can add feeds for all below\n"
        "  example  five web pages about South Korea's foreign policy, to look around\n"
        "  folder   your own .txt files"
    )
    choices = click.Choice(("none", "example", "folder"))
    desk = settings.get("VERBATIM_DESK", "")
    choice = click.prompt("Which", default="folder" if desk else "none", type=choices)
    if choice == "example":
        return {"VERBATIM_DESK": str(EXAMPLE_DESK)}
    if choice == "none":
        return {"VERBATIM_DESK": ""}
    return {"VERBATIM_DESK": _ask("The folder", desk or _OWN_DESK, _make_folder)}


def _ask_shared(shared: str) -> str:
    """Ask whether a server that has not chosen sees the shared articles."""
    choices = click.Choice(("shown", "hidden"))
    question = "\nShould these be shown or hidden in servers that have not chosen?"
    answer: str = click.prompt(question, default=shared or "shown", type=choices)
    return answer


def _ask_feeds() -> Sequence[str]:
    """Ask for feeds that every server sees: addresses, or OPML files."""
    click.echo(
        "\nFeeds for every server? Enter addresses or OPML files from a feed reader, one per "
        "line. Press Enter to finish."
    )
    addresses: list[str] = []
    while True:
        text: str = click.prompt("Feed", default="", show_default=False).strip()
        if not text:
            return tuple(dict.fromkeys(addresses))
        try:
            addresses += _read_feeds(text)
        except VerbatimError as error:
            click.echo(f"Error: {error}")


def _read_feeds(text: str) -> Sequence[str]:
    """Return the feeds of an OPML file, or the address `text`. Raises VerbatimError."""
    from bot.reading.feeds.opml import read_opml
    from bot.reading.web.address import normalise

    file = Path(text).expanduser()
    if file.suffix.lower() not in (".opml", ".xml") or "://" in text:
        return (normalise(text),)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from error
    return [feed.url for feed in read_opml(data)]


def _zone(text: str) -> str:
    """Return the time zone of a city, as settings name it. Raises VerbatimError."""
    from bot.schedule.times.zones import parse_zone  # the table of zones takes a while to load

    return DEFAULT_ZONE if text.strip().upper() == DEFAULT_ZONE else parse_zone(text)


def _make_folder(text: str) -> str:
    """Make the folder if it is missing, and return its name. Raises SettingsError."""
    folder = Path(text.strip()).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{folder} cannot be created: {error.strerror}.") from error
    return str(folder)


def _follow(addresses: Sequence[str]) -> None:
    """Follow feeds for every server, and print what comes of each."""
    from bot.cli.editing import follow_feeds

    click.echo("Reading the feeds. Press Ctrl-C to leave the rest for `verbatim add`.")
    try:
        follow_feeds(addresses)
    except click.exceptions.Exit:
        click.echo("Add the ones that failed later with `verbatim add`.")


def _say_what_next(token: str) -> None:
    from bot.chat.session import invitation  # Discord takes a second to load

    application_id = _application_id(token)
    click.echo("\nWhat next:")
    if application_id is None:
        click.echo("  verbatim demo    try it in your browser, without Discord")
        click.echo("  verbatim init    run this again when you have a token")
        return
    click.echo(f"  {invitation(application_id)}\n                   adds the bot to your server")
    click.echo("  verbatim check   tests everything you entered here")
    click.echo("  verbatim run     starts it; then press Set up in your server")


def _application_id(token: str) -> int | None:
    """Return the id of the application, which begins its token; None where there is no token."""
    first = token.partition(".")[0]
    try:
        digits = base64.b64decode(first + "=" * (-len(first) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return int(digits) if digits.isdecimal() else None
