"""The command `verbatim`: ask, digest and list in the terminal, and run the bot or its demo."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click
from rich.console import Console

from bot import contract, terminal
from bot.errors import QuestionError, VerbatimError
from bot.library import Library, View
from bot.model import Answer, Digest, Verification
from bot.reading.desk import read_desk
from bot.settings import Settings, read_settings

Said = TypeVar("Said")

_LOG_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _OneSentence(click.Group):
    """A command group whose faults end in one sentence on standard error and exit code 2."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except VerbatimError as fault:
            raise _Refused(str(fault)) from fault


class _Refused(click.ClickException):
    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


@click.group(cls=_OneSentence)
@click.version_option(package_name="verbatim")
def main() -> None:
    """A Discord briefing assistant that speaks only in quotations."""


desk_option = click.option(
    "--desk",
    type=click.Path(path_type=Path),
    help="The desk folder; VERBATIM_DESK or the seeds otherwise.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
batch_option = click.option(
    "--batch",
    type=click.File(encoding="utf-8"),
    help="Read one a line from a file, or - for standard input: text, or a JSON object.",
)


@main.command()
@click.argument("question", required=False)
@batch_option
@json_option
@desk_option
def ask(question: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Answer QUESTION with quotes from the articles."""
    library = _library(desk)
    for text in _asked(question, batch, "question"):
        try:
            answer = library.ask(text)
        except QuestionError as fault:
            answer = _unless_batch(batch, fault, Answer(text, "none"))
        _say(answer, contract.answer_json, terminal.print_answer, as_json)


@main.command()
@click.argument("topic", required=False)
@batch_option
@json_option
@desk_option
def digest(topic: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Digest what the articles hold on TOPIC: a slug, any text, or "everything"."""
    library = _library(desk)
    for text in _asked(topic, batch, "topic"):
        try:
            made = library.digest(text)
        except QuestionError as fault:
            made = _unless_batch(batch, fault, Digest(text, text))
        _say(made, contract.digest_json, terminal.print_digest, as_json)


@main.command()
@click.argument("text", required=False)
@batch_option
@json_option
@desk_option
def verify(text: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Say whether TEXT stands in the articles: exactly, nearly or not."""
    library = _library(desk)
    for given in _asked(text, batch, "text"):
        try:
            verification = library.verify(given)
        except QuestionError as fault:
            verification = _unless_batch(batch, fault, Verification(given, "none"))
        _say(verification, contract.verification_json, terminal.print_verification, as_json)


@main.command()
@json_option
@desk_option
def articles(as_json: bool, desk: Path | None) -> None:
    """List the articles held."""
    library = _library(desk)
    if as_json:
        _print_json([contract.article_json(article) for article in library.articles])
    else:
        terminal.print_articles(Console(), library.articles)


@main.command()
@desk_option
def run(desk: Path | None) -> None:
    """Be in Discord until stopped (needs DISCORD_TOKEN)."""
    from bot import app  # Discord and the database take a second to load that others need not wait

    settings = _settings(desk)
    logging.basicConfig(level=settings.log_level, format=_LOG_LINE)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    asyncio.run(app.run(settings))


@main.command()
@desk_option
def demo(desk: Path | None) -> None:
    """Serve the same bot in a simulated Discord, in the browser, until Ctrl-C."""
    from bot.demo import run_demo

    # The page shows what happens; only what goes wrong belongs under its address.
    logging.basicConfig(level=logging.ERROR, format=_LOG_LINE)
    asyncio.run(run_demo(_settings(desk), announce=click.echo))


def _settings(desk: Path | None) -> Settings:
    settings = read_settings()
    return replace(settings, desk=desk) if desk else settings


def _library(desk: Path | None) -> View:
    return Library(read_desk(_settings(desk).desk)).view()


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
        _print_json(as_object(said))
    else:
        show(Console(), said)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
