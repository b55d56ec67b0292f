"""What is said in other languages than English: whole, well formed, and all that is said there."""

from __future__ import annotations

import ast
import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Any

import discord
import pytest
from babel.messages.catalog import Catalog, Message
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.client import CommandTree
from bot.chat.translator import CatalogueTranslator
from bot.errors import ScheduleError, unpack_message
from bot.language import (
    ENGLISH,
    LANGUAGES,
    command_name,
    current_language,
    format_day,
    format_month,
    format_short_day,
    join_list,
    language_for,
    say,
    say_count,
    set_language,
    use_language,
    weekday_names,
)
from bot.language.particles import choose_particles
from bot.language.translation import FOLDER, NAME, catalogue
from tests.catalogues import ROOT, calls, catalogue_files, literal, read, template, updated
from tests.support.discord_rules import broken_rules

TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]


@pytest.fixture(scope="module")
def source_catalog() -> Catalog:
    return template()


@pytest.fixture(params=TRANSLATED)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    return read(FOLDER / request.param / "messages.po")


def messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def translated(catalog: Catalog) -> Iterator[Message]:
    return (message for message in messages(catalog) if all(forms(message.string)))


def forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


# The catalogues


@pytest.mark.parametrize("file", catalogue_files(), ids=lambda file: file.parent.name)
def test_a_catalogue_holds_all_that_is_said_and_nothing_else(
    file: Path, source_catalog: Catalog
) -> None:
    """Where this fails, run `make messages` and translate what it adds."""
    catalog = {(forms(message.id), message.context) for message in messages(read(file))}
    assert catalog == {(forms(message.id), message.context) for message in messages(source_catalog)}
    assert file.read_bytes() == updated(read(file), source_catalog)


def test_everything_is_translated_and_nothing_is_guessed(catalog: Catalog) -> None:
    missing = {forms(message.id) for message in messages(catalog)}
    missing -= {forms(message.id) for message in translated(catalog)}
    assert missing == set()
    assert [message.id for message in messages(catalog) if message.fuzzy] == []


def test_a_translation_has_the_places_of_its_message(catalog: Catalog) -> None:
    for message in translated(catalog):
        fields = field_names(forms(message.id)[-1])
        for text in forms(message.string):
            assert field_names(text) == fields, message.id


def field_names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_a_translation_has_a_form_for_every_number(catalog: Catalog) -> None:
    for message in translated(catalog):
        if message.pluralizable:
            assert len(forms(message.string)) == catalog.num_plurals, message.id


def test_a_translation_keeps_the_lines_and_marks_of_its_message(catalog: Catalog) -> None:
    for message in translated(catalog):
        first = forms(message.id)[0]
        for text in forms(message.string):
            assert text.count("\n") == first.count("\n"), message.id
            assert text.count("**") == first.count("**"), message.id
            assert re.findall(r"^(?:### |-# )", text, re.M) == re.findall(
                r"^(?:### |-# )", first, re.M
            ), message.id


def test_a_command_within_a_sentence_is_called_what_discord_shows(catalog: Catalog) -> None:
    commands = sorted(command_names(), key=len, reverse=True)
    pattern = re.compile(rf"/({'|'.join(commands)})\b")
    with use_language(str(catalog.locale)):
        for message in translated(catalog):
            commands = pattern.findall(forms(message.id)[0])
            for text in forms(message.string):
                assert all(f"/{command_name(command)}" in text for command in commands), message.id


def command_names() -> list[str]:
    return [command.qualified_name for command in tree().walk_commands()]


def tree() -> CommandTree:
    client: Any = discord.Client(intents=discord.Intents.none())
    return CommandTree(client)


def test_no_message_is_put_together_where_it_is_said() -> None:
    """It would be in no catalogue. What has a name may be a message that stands elsewhere."""
    loose = [
        f"bot/{file}:{call.lineno}"
        for file, call in calls()
        if literal(call) is None
        and not isinstance(call.args[0], ast.Name | ast.Attribute | ast.Subscript)
    ]
    assert loose == []


# Korean


def korean() -> Catalog:
    return read(FOLDER / "ko" / "messages.po")


def test_korean_sentences_are_all_in_one_polite_style() -> None:
    for message in translated(korean()):
        for text in forms(message.string):
            for ending in re.findall(r"([가-힣]+)[.?](?=\s|$)", text):
                assert ending.endswith(("니다", "요")), text


def test_korean_calls_one_thing_by_one_word() -> None:
    words = {
        r"feeds?": "피드",
        r"paragraphs?": "문단",
        r"channels?": "채널",
        r"servers?": "서버",
        r"outlets?": "매체",
        r"threads?": "스레드",
        r"questions?": "질문",
        r"quotes?": "인용",
        r"schedules?": "예약",
        r"quiet hours": "조용한 시간",
    }
    for message in translated(korean()):
        english_text = re.sub(r"\{.*?\}", "", forms(message.id)[0]).casefold()
        for word, translation in words.items():
            if re.search(rf"\b{word}\b", english_text):
                assert translation in forms(message.string)[0], (word, message.id)


@pytest.mark.parametrize(
    ("message", "value", "expected"),
    [
        ("{name}은(는)", "서울", "서울은"),
        ("{name}은(는)", "도쿄", "도쿄는"),
        ("{name}이(가)", "한국", "한국이"),
        ("{name}을(를)", "“중국”", "“중국”을"),
        ("“{name}”과(와)", "회의", "“회의”와"),
        ("{name}(으)로", "물", "물로"),
        ("{name}(으)로", "부산", "부산으로"),
        ("{name}(으)로", "대구", "대구로"),
        ("{name:,}을(를)", 3, "3을"),
        ("{name:,}을(를)", 1_000_000, "1,000,000을"),
        ("{name}은(는)", "Trade", "Trade은(는)"),
        ("{name}은(는)", "<#12>", "<#12>은(는)"),
        ("{name}은(는)", "", "은(는)"),
        ("은(는) {name}", "은(는)", "은(는) 은(는)"),
    ],
)
def test_a_particle_follows_the_word_before_it(message: str, value: object, expected: str) -> None:
    assert choose_particles(message, {"name": value}).format(name=value) == expected


@given(st.text())
def test_a_value_is_never_changed_by_a_particle(value: str) -> None:
    assert choose_particles("{name}은(는)", {"name": value}).format(name=value).startswith(value)


# Speaking


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("ko", "ko"), ("en-US", "en"), ("en-GB", "en"), ("xx", "en"), ("", "en"), (None, "en")],
)
def test_a_locale_has_its_language_or_english(locale: str | None, spoken: str) -> None:
    assert language_for(locale) == spoken


def test_english_is_spoken_where_nothing_was_chosen_and_after_a_while_again() -> None:
    assert current_language() == ENGLISH
    with use_language("ko"):
        assert say("Sources") == "출처"
        assert say_count(2, "{number:,} article", "{number:,} articles") == "기사 2건"
    assert say_count(1, "{number:,} article", "{number:,} articles") == "1 article"
    assert say_count(2000, "{number:,} article", "{number:,} articles") == "2,000 articles"


async def test_a_task_and_its_threads_speak_their_own_language() -> None:
    async def translate(language: str) -> str:
        set_language(language)
        return await asyncio.to_thread(say, "Sources")

    assert tuple(await asyncio.gather(translate("ko"), translate("en"))) == (
        "출처",
        "Sources",
    )
    assert current_language() == ENGLISH


def test_what_is_no_message_stays_as_it_is() -> None:
    with use_language("ko"):
        assert say("") == ""
        assert say("100% {of it}") == "100% {of it}"


def test_a_fault_is_told_in_the_language_spoken_and_logged_in_english() -> None:
    fault = ScheduleError("That is {number} times a day; the most is {most}.", number=7, most=6)
    with use_language("ko"):
        assert fault.sentence == "하루 7번입니다. 하루 6번까지만 됩니다."
        assert str(fault) == "That is 7 times a day; the most is 6."
        assert unpack_message(fault.packed) == fault.sentence
        assert unpack_message("stored before it was packed") == "stored before it was packed"


def test_dates_and_lists_are_written_as_the_language_writes_them() -> None:
    when, items = date(2026, 2, 20), ["A", "B", "C"]
    written = (
        format_day(when),
        format_short_day(when),
        format_month(when),
        join_list(items),
        weekday_names()[0],
    )
    assert written == ("20 February 2026", "20 Feb", "Feb 2026", "A, B and C", "Monday")
    with use_language("ko"):
        written = (
            format_day(when),
            format_short_day(when),
            format_month(when),
            join_list(items),
            weekday_names()[0],
        )
    assert written == ("2026년 2월 20일", "2월 20일", "2026년 2월", "A, B 및 C", "월요일")


# What Discord is told of the commands


async def payload() -> list[dict[str, Any]]:
    command_tree = tree()
    return [
        await command.get_translated_payload(command_tree, CatalogueTranslator())
        for command in command_tree.get_commands()
    ]


async def test_every_command_keeps_discords_rules_in_every_language() -> None:
    commands = await payload()
    assert broken_rules("PUT", "/applications/1/commands", commands) == []
    for language in TRANSLATED:
        for entry, siblings in entries(commands):
            name = entry["name_localizations"][language]
            assert [sibling["name_localizations"][language] for sibling in siblings].count(
                name
            ) == 1, name
            if "description" in entry:  # the menu of a message has none, and may have spaces
                assert re.fullmatch(r"[-_\w]{1,32}", name), name
                assert name == name.lower()
                assert 0 < len(entry["description_localizations"][language]) <= 100, entry["name"]
            for choice in entry.get("choices", ()):
                assert 0 < len(choice["name_localizations"][language]) <= 100


def entries(
    siblings: list[dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each command, group and option, with those that stand beside it."""
    for entry in siblings:
        yield entry, siblings
        yield from entries(entry.get("options", []))


async def test_english_stays_what_the_code_says() -> None:
    for entry, _ in entries(await payload()):
        assert set(entry["name_localizations"]) == set(TRANSLATED)


def test_a_command_is_named_as_discord_shows_it() -> None:
    assert command_name("library add link") == "library add link"
    with use_language("ko"):
        assert command_name("library add link") == "자료 추가 링크"


async def test_the_commands_are_synced_anew_when_a_translation_changes() -> None:
    catalog: Any = catalogue("ko")
    fingerprint = await tree().fingerprint()
    assert await tree().fingerprint() == fingerprint
    key = f"{NAME}\x04ask"
    original_message = catalog._catalog[key]
    catalog._catalog[key] = "물음"
    try:
        assert await tree().fingerprint() != fingerprint
    finally:
        catalog._catalog[key] = original_message


# A third language


THIRD = """
from bot.language import (
    LANGUAGES, command_name, format_day, join_list, language_for, say, set_language
)
from datetime import date
assert LANGUAGES == ("en", "de", "ko"), LANGUAGES
assert language_for("de") == "de"
set_language("de")
day = format_day(date(2026, 2, 20))
print(say("Sources"), command_name("ask"), join_list(["A", "B"]), day, say("Topics"))
from bot.schedule.times.phrases import describe_days, parse_days
print(describe_days((0, 3)), parse_days("Montag und Donnerstag"))
"""
GERMAN = {
    ("Sources", None): "Quellen",
    ("ask", NAME): "fragen",
    ("and", None): "und",
    ("every {days}", None): "jeden {days}",
}


def test_a_third_language_is_a_folder(tmp_path: Path, source_catalog: Catalog) -> None:
    """The package with one file more speaks, and understands, what that file holds."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    german = Catalog(locale="de")
    for message in messages(source_catalog):
        text = GERMAN.get((forms(message.id)[0], message.context), "")
        german.add(message.id, ("", "") if message.pluralizable else text, context=message.context)
    (tmp_path / "bot" / "language" / "de").mkdir()
    (tmp_path / "bot" / "language" / "de" / "messages.po").write_bytes(
        updated(german, source_catalog)
    )
    ran = subprocess.run(
        [sys.executable, "-c", THIRD], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.stderr == ""
    assert ran.stdout.splitlines() == [
        "Quellen fragen A und B 20. Februar 2026 Topics",
        "jeden Montag und Donnerstag (0, 3)",
    ]


# Keeping them up to date


def test_bringing_a_catalogue_up_to_date_adds_what_is_new_and_drops_what_is_gone() -> None:
    now_said, earlier = Catalog(locale="ko"), Catalog(locale="ko")
    now_said.add("Kept")
    now_said.add("New")
    earlier.add("Kept", "둠")
    earlier.add("Gone", "감")
    written = updated(earlier, now_said).decode()
    assert 'msgid "Kept"\nmsgstr "둠"' in written
    assert 'msgid "New"\nmsgstr ""' in written
    assert "Gone" not in written
