"""The options `period` and `source`: read, suggested, and kept in the ids of buttons."""

from __future__ import annotations

import re
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from discord import app_commands

from bot.chat.components.periods import SINCE_LAST, SUGGESTED_PERIODS
from bot.chat.interaction.context import (
    BotClient,
    Interaction,
    collection_of,
    preferences_of,
    suggest,
    view_for,
)
from bot.chat.interaction.suggestions import MAX_SUGGESTIONS, Choices, suggestions
from bot.errors import QuestionError, StoreError
from bot.language import say, say_count, translatable
from bot.library import EVERY_ARTICLE
from bot.library.sources import (
    MAX_SOURCE_LENGTH,
    SourceName,
    find_source,
    find_source_by_key,
    list_sources,
)
from bot.model import SHARED, Period, Selection
from bot.schedule.times.periods import MAX_PERIOD_LENGTH, describe_period, parse_period

PeriodText = app_commands.Range[str, 1, MAX_PERIOD_LENGTH]
SourceText = app_commands.Range[str, 1, MAX_SOURCE_LENGTH]

# The pattern of an `ArticleFilter.token`: minutes since 1970 in base 36, and the key of a source.
TOKEN: Final = r"(?:since-last|~[0-9a-z-]{0,14}\.[0-9a-z-]{0,14})?(?:@[osf][0-9a-f]{1,10})?"
_TOKEN = re.compile(
    r"(?P<last>since-last)?(?:~(?P<start>-?[0-9a-z]*)\.(?P<end>-?[0-9a-z]*))?(?:@(?P<source>\w+))?"
)
_NEW_TO_CHANNEL: Final = translatable("new to this channel")
_DIGITS = string.digits + string.ascii_lowercase
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """To which articles an answer is limited; `token` says the same in the id of a button, "" for
    no limit. `period` is what was typed, and `is_new_only` limits it to what is new to the channel.
    """

    selection: Selection = EVERY_ARTICLE
    token: str = ""
    period: str = ""
    is_new_only: bool = False


NO_FILTER: Final = ArticleFilter()


def zone_of(interaction: Interaction) -> str:
    """Return the time zone of the person's server, an IANA name."""
    return preferences_of(interaction).zone or interaction.client.zone


async def read_filter(
    interaction: Interaction, period: str | None, source: str | None
) -> ArticleFilter:
    """Return the filter that a person's options mean. Raises QuestionError and StoreError."""
    typed = " ".join((period or "").split())
    new_only_names = (SINCE_LAST, "since last", _NEW_TO_CHANNEL, say(_NEW_TO_CHANNEL))
    is_new_only = typed.casefold() in new_only_names
    chosen: Period | None = None
    if typed and not is_new_only:
        now = interaction.client.now().replace(second=0, microsecond=0)  # as a token has it
        chosen = parse_period(typed, now, zone_of(interaction))
    name: SourceName | None = None
    if source and source.strip():
        client, collection = interaction.client, collection_of(interaction)
        name = await find_source(
            source, view_for(interaction), client.store, _collections(client, collection)
        )
    typed = SINCE_LAST if is_new_only else typed.casefold()
    return _make_filter(chosen, name, typed, is_new_only=is_new_only)


async def filter_from_token(interaction: Interaction, token: str) -> ArticleFilter:
    """Return the filter in the id of a button. Raises QuestionError and StoreError."""
    if not _TOKEN.fullmatch(token):  # of a button of an earlier version: "past week"
        return await read_filter(interaction, token, None)
    return await restore_filter(
        token, interaction.client, collection_of(interaction), zone_of(interaction)
    )


async def restore_filter(
    token: str, client: BotClient, collection: int, zone: str
) -> ArticleFilter:
    """Return the filter that a token says, among the articles that a server sees, with the days of
    its time zone. Raises QuestionError where its source is gone, and StoreError."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return NO_FILTER
    period, name = None, None
    if match["start"] is not None:
        start, end = _read_moment(match["start"]), _read_moment(match["end"])
        period = Period(start, end, zone)
    if match["source"]:
        name = await find_source_by_key(
            match["source"],
            client.library.view(collection),
            client.store,
            _collections(client, collection),
        )
    is_new_only = match["last"] is not None
    return _make_filter(period, name, SINCE_LAST if is_new_only else "", is_new_only=is_new_only)


def split_number(value: str) -> tuple[str, str]:
    """Return the number with which the id of a button begins, and the token after it."""
    number = value[: len(value) - len(value.lstrip(string.digits))]
    return number, value.removeprefix(number)


def refuse_new_only(chosen: ArticleFilter) -> None:
    """Raise QuestionError for a period that only /digest knows."""
    if chosen.is_new_only:
        raise QuestionError(
            "“New to this channel” works only in /digest. Type another period, such as past week "
            "or since Monday."
        )


async def complete_period(interaction: Interaction, typed: str) -> Choices:
    """Suggest periods, first what is typed if it is one, with its days."""
    return suggestions(_period_choices(interaction, typed), typed)


async def complete_digest_period(interaction: Interaction, typed: str) -> Choices:
    """Suggest periods as `complete_period` does, and what is new to the channel."""
    choices = _period_choices(interaction, typed)
    if typed.strip().casefold() in say(_NEW_TO_CHANNEL):
        choices.insert(0, (say(_NEW_TO_CHANNEL), SINCE_LAST))
    return suggestions(choices, typed)


async def complete_source(interaction: Interaction, typed: str) -> Choices:
    """Suggest the outlets, feeds and sites that articles are from, the most frequent first."""
    view, store = view_for(interaction), interaction.client.store
    try:
        feeds = [
            feed
            for collection in _collections(interaction.client, collection_of(interaction))
            for feed in await store.feeds.list(collection)
        ]
    except StoreError:
        feeds = []
    names = await suggest(interaction, lambda: list_sources(view, feeds))
    prefix = typed.strip().casefold()
    matching = [name for name in names if prefix in name.source.name.casefold()]
    matching.sort(key=lambda name: not name.source.name.casefold().startswith(prefix))
    return suggestions(
        ((_label(name), name.source.name) for name in matching[: MAX_SUGGESTIONS * 2]), typed
    )


def _period_choices(interaction: Interaction, typed: str) -> list[tuple[str, str]]:
    text = " ".join(typed.split())
    choices: list[tuple[str, str]] = []
    now, zone = interaction.client.now(), zone_of(interaction)
    try:
        described = describe_period(parse_period(text, now, zone)) if text else ""
    except QuestionError:
        described = ""
    if described and described.casefold() != text.casefold():
        # With a space, as a value that is typed in full is not suggested.
        choices.append((f"{text} · {described}", f"{text} "))
    prefix = text.casefold()
    names = ((say(name), name) for name in SUGGESTED_PERIODS)
    choices += [
        (name, value) for name, value in names if prefix in name.casefold() and value != prefix
    ]
    return choices


def _label(name: SourceName) -> str:
    if name.source.kind == "feed":
        return say("{name} · feed", name=name.source.name)
    count = say_count(name.article_count, "{number:,} article", "{number:,} articles")
    return f"{name.source.name} · {count}"


def _collections(client: BotClient, collection: int) -> Collection[int]:
    """Return the collections whose feeds are seen where one is."""
    hides_shared = client.library.hides_shared(collection)
    return [collection] if hides_shared else sorted({SHARED, collection})


def _make_filter(
    period: Period | None, name: SourceName | None, typed: str, *, is_new_only: bool
) -> ArticleFilter:
    token = SINCE_LAST if is_new_only else ""
    if period:
        token = f"~{_write_moment(period.start)}.{_write_moment(period.end)}"
    if name:
        token += f"@{name.key}"
    selection = Selection(period, name.source if name else None)
    return ArticleFilter(selection, token, typed, is_new_only)


def _write_moment(moment: datetime | None) -> str:
    """Return the minutes since 1970 in base 36, "" for None."""
    if moment is None:
        return ""
    minutes = (moment - _EPOCH) // _MINUTE
    digits = ""
    number = abs(minutes)
    while number or not digits:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if minutes < 0 else digits


def _read_moment(text: str) -> datetime | None:
    try:
        return _EPOCH + int(text, len(_DIGITS)) * _MINUTE if text else None
    except (OverflowError, ValueError):
        return None
