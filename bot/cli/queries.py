"""The commands that read: ask, digest, verify and articles."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO, TypeVar

import click

from bot.cli import json_output
from bot.cli.options import (
    desk_option,
    json_option,
    load_settings,
    loading,
    open_store,
    period_option,
    print_json,
    source_option,
)
from bot.errors import QuestionError, VerbatimError
from bot.library import Library, View
from bot.model import SHARED, Answer, ArticleSource, Digest, Period, Selection, Verification
from bot.reading.desk import read_desk
from bot.semantic.encoder import Encoder, open_encoder
from bot.settings import EXAMPLE_DESK, Settings

Result = TypeVar("Result", Answer, Digest, Verification)

batch_option = click.option(
    "--batch",
    type=click.File(encoding="utf-8"),
    help="Read one per line from a file (- for standard input), as text or a JSON object.",
)


@click.command()
@click.argument("question", required=False)
@batch_option
@period_option
@source_option
@json_option
@desk_option
def ask(
    question: str | None,
    batch: TextIO | None,
    period: str | None,
    source: str | None,
    as_json: bool,
    desk: Path | None,
) -> None:
    """Answer QUESTION with quotes from the articles."""
    view, selection = _open_selection(desk, period, source, with_model=True)
    for text in _read_inputs(question, batch, "question"):
        try:
            view.encode_candidates(text, selection)
            answer = view.ask(text, selection=selection)
        except QuestionError as error:
            answer = _skip_in_batch(batch, error, Answer(text, "none"))
        _print(answer, json_output.answer_json, as_json)


@click.command()
@click.argument("topic", required=False)
@batch_option
@period_option
@source_option
@json_option
@desk_option
def digest(
    topic: str | None,
    batch: TextIO | None,
    period: str | None,
    source: str | None,
    as_json: bool,
    desk: Path | None,
) -> None:
    """Print the main points on TOPIC: a slug, any words, or "everything"."""
    view, selection = _open_selection(desk, period, source)
    for text in _read_inputs(topic, batch, "topic"):
        try:
            result = view.digest(text, selection=selection)
        except QuestionError as error:
            result = _skip_in_batch(batch, error, Digest(text, text))
        _print(result, json_output.digest_json, as_json)


@click.command()
@click.argument("text", required=False)
@batch_option
@json_option
@desk_option
def verify(text: str | None, batch: TextIO | None, as_json: bool, desk: Path | None) -> None:
    """Check whether TEXT is in the articles: exactly, nearly or not."""
    view = _open_view(desk)
    for quote in _read_inputs(text, batch, "text"):
        try:
            verification = view.verify(quote)
        except QuestionError as error:
            verification = _skip_in_batch(batch, error, Verification(quote, "none"))
        _print(verification, json_output.verification_json, as_json)


@click.command()
@period_option
@source_option
@json_option
@desk_option
def articles(period: str | None, source: str | None, as_json: bool, desk: Path | None) -> None:
    """List the articles."""
    view, selection = _open_selection(desk, period, source)
    listed = [article for article in view.articles if selection.has(article)]
    if as_json:
        print_json([json_output.article_json(article) for article in listed])
    else:
        from rich.console import Console

        from bot.cli import rendering

        rendering.print_articles(Console(), listed)


def _open_selection(
    desk: Path | None, period: str | None, source: str | None, *, with_model: bool = False
) -> tuple[View, Selection]:
    """Load the articles, and return which of them the options name. Raises QuestionError."""
    settings = load_settings(desk)
    chosen_period = _read_period(period, settings.timezone) if period else None
    view = _load_view(settings, with_model=with_model)
    if source is None:
        return view, Selection(chosen_period)
    return view, Selection(chosen_period, _find_source(source, view, settings))


def _read_period(text: str, zone: str) -> Period:
    from bot.app import clock  # takes a second to load
    from bot.schedule.times.periods import parse_period

    return parse_period(text, clock(), zone)


def _find_source(text: str, view: View, settings: Settings) -> ArticleSource:
    import asyncio

    from bot.library.sources import find_source  # loads SQLAlchemy

    async def find() -> ArticleSource:
        file = settings.database_file
        if file and not file.exists():
            return (await find_source(text, view, None)).source
        async with open_store(settings) as store:
            return (await find_source(text, view, store)).source

    return asyncio.run(find())


def _open_view(desk: Path | None) -> View:
    """Load the desk, and the shared articles of the database if there is one."""
    return _load_view(load_settings(desk), with_model=False)


@loading()
def _load_view(settings: Settings, *, with_model: bool) -> View:
    encoder = open_encoder(settings.semantic, settings.model) if with_model else None
    file = settings.database_file
    if file and not file.exists():
        return Library(read_desk(settings.desk or EXAMPLE_DESK), encoder=encoder).view()
    import asyncio

    return asyncio.run(_load_library(settings, encoder)).view()


async def _load_library(settings: Settings, encoder: Encoder | None) -> Library:
    from bot.library.writer import LibraryWriter  # loads SQLAlchemy, which not all need wait for

    async with open_store(settings) as store:
        is_example = settings.desk is None and not await store.articles.count(SHARED)
        desk = read_desk(EXAMPLE_DESK if is_example else settings.desk)
        writer = await LibraryWriter.open(
            desk, store, saved_at=settings.saved_index, encoder=encoder
        )
        return writer.library


def _read_inputs(text: str | None, batch: TextIO | None, key: str) -> Iterator[str]:
    """Yield the argument, or each line of the batch that is not empty."""
    if (text is None) == (batch is None):
        raise click.UsageError(f"Enter a {key}, or a file of them with --batch.")
    if batch is None:
        yield text or ""
        return
    try:
        for number, line in enumerate(batch, start=1):
            if line.strip():
                yield _parse_line(line.strip(), key, number)
    except UnicodeDecodeError as error:
        raise VerbatimError(f"{batch.name} is not UTF-8. Save it as UTF-8.") from error


def _parse_line(line: str, key: str, number: int) -> str:
    if not line.startswith("{"):
        return line
    try:
        text = json.loads(line).get(key)
    except json.JSONDecodeError as error:
        raise VerbatimError(f"Line {number} of the batch is not valid JSON: {error}.") from error
    if not isinstance(text, str):
        raise VerbatimError(f'Line {number} of the batch has no "{key}" with text.')
    return text


def _skip_in_batch(batch: TextIO | None, error: QuestionError, empty: Result) -> Result:
    """Print the error and return an empty result, so that one bad line does not end a batch.

    Without a batch, raise the error.
    """
    if batch is None:
        raise error
    click.echo(str(error), err=True)
    return empty


def _print(
    result: Result,
    to_json: Callable[[Result], json_output.Json],
    as_json: bool,
) -> None:
    if as_json:
        print_json(to_json(result))
    else:
        from bot.cli import rendering  # takes some 30 ms to load

        rendering.print_result(result)


COMMANDS = (ask, digest, verify, articles)
