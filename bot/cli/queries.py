"""The commands that read: ask, digest, verify and articles."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO, TypeVar

import click
from rich.console import Console

from bot.cli import json_output as contract
from bot.cli import rendering as terminal
from bot.cli.options import desk_option, json_option, print_json, settings_of
from bot.errors import QuestionError, VerbatimError
from bot.library import Library, View
from bot.model import Answer, Digest, Verification
from bot.reading.desk import read_desk
from bot.settings import Settings

Said = TypeVar("Said")

batch_option = click.option(
    "--batch",
    type=click.File(encoding="utf-8"),
    help="Read one a line from a file, or - for standard input: text, or a JSON object.",
)


@click.command()
@click.argument("question", required=False)
@batch_option
@json_option
@desk_option
def ask(question: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Answer QUESTION with quotes from the articles."""
    view = _view(desk)
    for text in _asked(question, batch, "question"):
        try:
            answer = view.ask(text)
        except QuestionError as fault:
            answer = _unless_batch(batch, fault, Answer(text, "none"))
        _say(answer, contract.answer_json, terminal.print_answer, as_json)


@click.command()
@click.argument("topic", required=False)
@batch_option
@json_option
@desk_option
def digest(topic: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Digest what the articles hold on TOPIC: a slug, any text, or "everything"."""
    view = _view(desk)
    for text in _asked(topic, batch, "topic"):
        try:
            made = view.digest(text)
        except QuestionError as fault:
            made = _unless_batch(batch, fault, Digest(text, text))
        _say(made, contract.digest_json, terminal.print_digest, as_json)


@click.command()
@click.argument("text", required=False)
@batch_option
@json_option
@desk_option
def verify(text: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Say whether TEXT stands in the articles: exactly, nearly or not."""
    view = _view(desk)
    for given in _asked(text, batch, "text"):
        try:
            verification = view.verify(given)
        except QuestionError as fault:
            verification = _unless_batch(batch, fault, Verification(given, "none"))
        _say(verification, contract.verification_json, terminal.print_verification, as_json)


@click.command()
@json_option
@desk_option
def articles(as_json: bool, desk: Path | None) -> None:
    """List the articles held."""
    view = _view(desk)
    if as_json:
        print_json([contract.article_json(article) for article in view.articles])
    else:
        terminal.print_articles(Console(), view.articles)


def _view(desk: Path | None) -> View:
    """The desk, and what was added to it if there is a database."""
    settings = settings_of(desk)
    file = settings.database_file
    if file and not file.exists():
        return Library(read_desk(settings.desk)).view()
    return asyncio.run(_grown(settings)).view()


async def _grown(settings: Settings) -> Library:
    """The library as it has grown by now; it goes on answering without its database."""
    from bot.library.writer import LibraryWriter  # loads SQLAlchemy, for which not all need wait
    from bot.store import Store

    store = await Store.open(settings.database)
    try:
        desk = read_desk(settings.desk)
        return (await LibraryWriter.open(desk, store, saved_at=settings.saved_index)).library
    finally:
        await store.close()


def _asked(text: str | None, batch: TextIO | None, key: str) -> Iterator[str]:
    """What is asked: the argument, or each line of the batch that is not empty."""
    if (text is None) == (batch is None):
        raise click.UsageError(f"Give a {key}, or a file of them with --batch.")
    if batch is None:
        yield text or ""
        return
    try:
        for number, line in enumerate(batch, start=1):
            if line.strip():
                yield _asked_on(line.strip(), key, number)
    except UnicodeDecodeError as fault:
        raise VerbatimError(f"{batch.name} is not UTF-8; save it as UTF-8.") from fault


def _asked_on(line: str, key: str, number: int) -> str:
    if not line.startswith("{"):
        return line
    try:
        asked = json.loads(line).get(key)
    except json.JSONDecodeError as fault:
        raise VerbatimError(f"Line {number} of the batch is not valid JSON: {fault}.") from fault
    if not isinstance(asked, str):
        raise VerbatimError(f'Line {number} of the batch has no "{key}" with a text.')
    return asked


def _unless_batch(batch: TextIO | None, fault: QuestionError, nothing: Said) -> Said:
    """One line that cannot be searched for must not cost a batch the answers to the others: it is
    told of on standard error, and its place is kept by an answer of nothing."""
    if batch is None:
        raise fault
    click.echo(str(fault), err=True)
    return nothing


def _say(
    said: Said,
    as_object: Callable[[Said], contract.Json],
    show: Callable[[Console, Said], None],
    as_json: bool,
) -> None:
    if as_json:
        print_json(as_object(said))
    else:
        show(Console(), said)


COMMANDS = (ask, digest, verify, articles)
