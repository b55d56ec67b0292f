"""When schedules are due, through every change of the clocks, and the words for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ScheduleError, VerbatimError
from bot.language import LANGUAGES, join_list, use_language
from bot.model import Timetable
from bot.schedule.times.phrases import (
    describe_days,
    describe_timetable,
    parse_days,
    parse_times,
    parse_timetable,
)
from bot.schedule.times.reading import MAX_TIMES
from bot.schedule.times.slots import DueSlot, find_due_slot, iterate_slots, next_slot
from bot.schedule.times.zones import parse_zone, suggest_zones, zone_name

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
# Half an hour's change, a change at midnight, winter time as the exception, a day left out (Apia,
# 2011), a year-long change of mind, and none at all.
ZONES = st.sampled_from(
    [
        "America/New_York",
        "Europe/Berlin",
        "Europe/Dublin",
        "Australia/Lord_Howe",
        "America/Havana",
        "Africa/Casablanca",
        "Pacific/Apia",
        "Asia/Pyongyang",
        "Asia/Seoul",
        "Asia/Kathmandu",
        "Etc/GMT-9",
        "UTC",
    ]
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
TIMETABLES = st.builds(
    Timetable,
    times=st.sets(TIMES, min_size=1, max_size=4).map(lambda times: tuple(sorted(times))),
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    zone=ZONES,
)
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def daily(at: time, zone: str) -> Timetable:
    return Timetable((at,), EVERY_DAY, zone)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Slots


def test_a_schedule_follows_the_clocks_of_its_zone_not_of_utc() -> None:
    new_york = daily(time(9), "America/New_York")
    found = list(islice(iterate_slots(new_york, at("2026-03-06T15:00Z")), 3))
    assert found == [at("2026-03-07T14:00Z"), at("2026-03-08T13:00Z"), at("2026-03-09T13:00Z")]
    assert {slot.tzinfo for slot in found} == {UTC}


def test_a_time_that_autumn_repeats_is_one_slot_at_its_first_occurrence() -> None:
    half_past_one = daily(time(1, 30), "America/New_York")
    found = list(islice(iterate_slots(half_past_one, at("2026-10-31T12:00Z")), 2))
    assert found == [at("2026-11-01T05:30Z"), at("2026-11-02T06:30Z")]


@pytest.mark.parametrize("minute", ["05:30", "05:45", "06:10", "06:30", "06:45"])
def test_within_the_repeated_hour_the_next_slot_is_never_in_the_past(minute: str) -> None:
    half_past_one = daily(time(1, 30), "America/New_York")
    assert next_slot(half_past_one, at(f"2026-11-01T{minute}Z")) == at("2026-11-02T06:30Z")


def test_a_time_that_spring_leaves_out_moves_to_the_end_of_the_gap() -> None:
    half_past_two = daily(time(2, 30), "America/New_York")
    found = list(islice(iterate_slots(half_past_two, at("2026-03-07T12:00Z")), 2))
    assert found == [at("2026-03-08T07:00Z"), at("2026-03-09T06:30Z")]


def test_two_times_in_one_gap_are_one_slot() -> None:
    both = Timetable((time(2, 10), time(2, 30)), EVERY_DAY, "America/New_York")
    found = list(islice(iterate_slots(both, at("2026-03-08T00:00Z")), 2))
    assert found == [at("2026-03-08T07:00Z"), at("2026-03-09T06:10Z")]


def test_a_day_that_a_zone_leaves_out_moves_to_the_next() -> None:
    apia_fridays = Timetable((time(9),), (4,), "Pacific/Apia")
    assert next_slot(apia_fridays, at("2011-12-29T00:00Z")) == at("2011-12-30T10:00Z")


@given(TIMETABLES, MOMENTS)
def test_every_slot_is_at_an_asked_time_on_an_asked_day_unless_there_is_none(
    timetable: Timetable, after: datetime
) -> None:
    zone = ZoneInfo(timetable.zone)
    last = after
    for slot in islice(iterate_slots(timetable, after), 12):
        assert slot > last
        last = slot
        local = slot.astimezone(zone)
        asked = local.time() in timetable.times and local.weekday() in timetable.days
        assert asked or follows_a_gap(slot, zone)
        assert local.fold == 0


def follows_a_gap(slot: datetime, zone: ZoneInfo) -> bool:
    """Whether the clocks of `zone` jumped forward at the moment `slot`."""
    before = (slot - timedelta(seconds=1)).astimezone(zone)
    return slot.astimezone(zone).replace(tzinfo=None) - before.replace(tzinfo=None) > timedelta(
        seconds=1
    )


@given(TIMETABLES, MOMENTS)
def test_no_day_of_the_timetable_is_forgotten(timetable: Timetable, after: datetime) -> None:
    until = after + timedelta(days=15)
    slots = []
    for slot in iterate_slots(timetable, after):
        if slot > until:
            break
        slots.append(slot.astimezone(ZoneInfo(timetable.zone)))
    for week in (0, 7):  # a day may be missing in one week (Apia), not in both
        start = after.astimezone(ZoneInfo(timetable.zone)).date() + timedelta(days=week + 1)
        days = {slot.weekday() for slot in slots if start <= slot.date() < start + timedelta(7)}
        if days == set(timetable.days):
            return
    raise AssertionError(slots)


@given(TIMETABLES, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_missed_slots_become_the_latest_of_them(
    timetable: Timetable, after: datetime, outage: timedelta
) -> None:
    now = after + outage
    missed = []
    for slot in iterate_slots(timetable, after):
        if slot > now:
            break
        missed.append(slot)
    expected = DueSlot(missed[-1], len(missed) - 1) if missed else None
    assert find_due_slot(timetable, after, now) == expected


def test_a_slot_is_due_at_its_very_moment_and_not_again_after_it() -> None:
    timetable = daily(time(9), "UTC")
    nine = at("2026-03-02T09:00Z")
    assert find_due_slot(timetable, nine - timedelta(microseconds=1), nine) == DueSlot(nine, 0)
    assert find_due_slot(timetable, nine, nine) is None


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        next_slot(daily(time(9), "UTC"), datetime(2026, 3, 2))  # noqa: DTZ001


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "\0"])
def test_a_zone_that_this_machine_does_not_know_is_one_sentence(zone: str) -> None:
    with pytest.raises(ScheduleError, match="I do not know the time zone"):
        next_slot(daily(time(9), zone), at("2026-03-02T09:00Z"))


# Times


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("9am", ["09:00"]),
        ("9:30 pm", ["21:30"]),
        ("at 9.30 P.M.", ["21:30"]),
        ("09:00", ["09:00"]),
        ("21.15", ["21:15"]),
        ("21h15", ["21:15"]),
        ("9h", ["09:00"]),
        ("0900", ["09:00"]),
        ("9", ["09:00"]),
        ("9 o'clock", ["09:00"]),
        ("noon", ["12:00"]),
        ("Midnight", ["00:00"]),
        ("12am", ["00:00"]),
        ("12:30 pm", ["12:30"]),
        ("6pm, 9am", ["09:00", "18:00"]),
        ("9am and 18:30; 9am", ["09:00", "18:30"]),
        ("오전 9시", ["09:00"]),
        ("오후 9시 30분", ["21:30"]),
        ("오후12시", ["12:00"]),
        ("오전 12시", ["00:00"]),
        ("18시", ["18:00"]),
        ("9시 5분", ["09:05"]),
        ("9시 반", ["09:30"]),
        ("저녁 7시 반", ["19:30"]),
        ("오전 9시에", ["09:00"]),
        ("18시 정각", ["18:00"]),
        ("정오", ["12:00"]),
        ("자정과 정오", ["00:00", "12:00"]),
        ("오전 9시, 오후 6시", ["09:00", "18:00"]),
        ("9시와 18시 30분", ["09:00", "18:30"]),
        ("9시 및 18시", ["09:00", "18:00"]),
    ],
)
def test_times_as_people_write_them(text: str, times: list[str]) -> None:
    assert parse_times(text) == tuple(time.fromisoformat(written) for written in times)


@pytest.mark.parametrize(
    "text", ["25:00", "24:00", "9:60", "2460", "13pm", "0am", "99", "오후 13시", "25시"]
)
def test_a_time_that_does_not_exist_is_named_with_what_does(text: str) -> None:
    with pytest.raises(
        ScheduleError, match=f"“{text}” is not a time of day. A day runs from 00:00 to 23:59"
    ):
        parse_times(text)


@pytest.mark.parametrize(
    "text",
    ["", "  ,", "soon", "9:5", "9 to 5", "-1", "9am tomorrow", "am 9 pm", "밤 12시 반", "곧"],
)
def test_what_is_no_time_is_answered_with_one_that_is(text: str) -> None:
    with pytest.raises(ScheduleError, match="such as 09:00 or 9pm"):
        parse_times(text)


def test_there_is_an_end_to_times_a_day() -> None:
    with pytest.raises(ScheduleError, match=f"the most is {MAX_TIMES}"):
        parse_times(",".join(str(hour) for hour in range(MAX_TIMES + 1)))


# Days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("every day", EVERY_DAY),
        ("Daily", EVERY_DAY),
        ("weekdays", (0, 1, 2, 3, 4)),
        ("every weekday", (0, 1, 2, 3, 4)),
        ("weekends", (5, 6)),
        ("mon, wed, fri", (0, 2, 4)),
        ("mon wed fri", (0, 2, 4)),
        ("Tues. and Thurs.", (1, 3)),
        ("Mondays", (0,)),
        ("on Weds", (2,)),
        ("monday to friday", (0, 1, 2, 3, 4)),
        ("mon–wed, sat", (0, 1, 2, 5)),
        ("fri-mon", (0, 4, 5, 6)),
        ("tue through tue", (1,)),
        ("weekends & monday", (0, 5, 6)),
        ("매일", EVERY_DAY),
        ("평일", (0, 1, 2, 3, 4)),
        ("주말마다", (5, 6)),
        ("월, 목", (0, 3)),
        ("월·수·금", (0, 2, 4)),
        ("월수금", (0, 2, 4)),
        ("월요일과 목요일", (0, 3)),
        ("매주 월요일 및 목요일", (0, 3)),
        ("화요일마다", (1,)),
        ("월~금", (0, 1, 2, 3, 4)),
        ("월요일부터 금요일까지", (0, 1, 2, 3, 4)),
        ("금요일에서 월요일까지", (0, 4, 5, 6)),
        ("주말 및 월요일", (0, 5, 6)),
    ],
)
def test_days_as_people_write_them(text: str, days: tuple[int, ...]) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    "text",
    [
        "some days",
        "m",
        "s",
        "every",
        "mon-wed-fri",
        "mon to",
        "nomday",
        "요",
        "월요일부터",
        "아무 날",
    ],
)
def test_what_names_no_days_is_answered_with_what_does(text: str) -> None:
    with pytest.raises(ScheduleError, match=f"“{text}” does not name days. Type some, such as"):
        parse_days(text)


def test_weekly_needs_its_day_and_nothing_needs_some() -> None:
    for once in ("weekly", "매주"):
        with pytest.raises(ScheduleError, match="On which day"):
            parse_days(once)
    with pytest.raises(ScheduleError, match="The days are missing"):
        parse_days(" ")


# Zones


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Asia/Seoul", "Asia/Seoul"),
        ("ASIA/SEOUL", "Asia/Seoul"),
        ("Seoul", "Asia/Seoul"),
        ("kst", "Asia/Seoul"),
        ("South Korea", "Asia/Seoul"),
        ("서울", "Asia/Seoul"),
        ("한국 시간", "Asia/Seoul"),
        ("대한민국", "Asia/Seoul"),
        ("뉴욕", "America/New_York"),
        ("콜카타", "Asia/Kolkata"),
        (" new  york ", "America/New_York"),
        ("america/new york", "America/New_York"),
        ("EST", "America/New_York"),
        ("Eastern Time", "America/New_York"),
        ("Eastern standard time", "America/New_York"),
        ("London", "Europe/London"),
        ("uk", "Europe/London"),
        ("Beijing", "Asia/Shanghai"),
        ("São Paulo", "America/Sao_Paulo"),
        ("St. John's", "America/St_Johns"),
        ("UTC", "UTC"),
        ("GMT+0", "UTC"),
        ("UTC+9", "Etc/GMT-9"),
        ("gmt -05:00", "Etc/GMT+5"),
        ("US/Pacific", "US/Pacific"),
    ],
)
def test_zones_as_people_name_them(text: str, zone: str) -> None:
    assert parse_zone(text) == zone
    assert ZoneInfo(zone)


@pytest.mark.parametrize("text", ["cst", "IST", "USA", "Russia"])
def test_a_name_for_several_zones_asks_which(text: str) -> None:
    with pytest.raises(ScheduleError, match=r"has several time zones\. Type one of them: [A-Z]"):
        parse_zone(text)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Soeul", "Did you mean Asia/Seoul"),
        ("New Yrok", "Did you mean America/New_York"),
        ("xyzzy", "Type a city, such as"),
        ("", "Type a city, such as"),
        ("+05:30", "Type a city in it, such as Kolkata"),
        ("UTC+15", "Type a city in it, such as Kolkata"),
    ],
)
def test_an_unknown_zone_is_answered_with_a_known_one(text: str, hint: str) -> None:
    with pytest.raises(ScheduleError, match=hint):
        parse_zone(text)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("seo", "Asia/Seoul"),
        ("korea", "Asia/Seoul"),
        ("new y", "America/New_York"),
        ("beij", "Asia/Shanghai"),
        ("russia", "Europe/Moscow"),
        ("kst", "Asia/Seoul"),
        ("soeul", "Asia/Seoul"),
        ("서우", "Asia/Seoul"),
        ("베이", "Asia/Shanghai"),
        ("utc+9", "Etc/GMT-9"),
        ("", "UTC"),
    ],
)
def test_the_likeliest_zone_is_suggested_first(typed: str, first: str) -> None:
    assert suggest_zones(typed)[0].value == first


def test_a_suggestion_says_where_its_zone_is() -> None:
    assert suggest_zones("seo")[0].label == "Seoul · South Korea · Asia/Seoul"
    assert suggest_zones("utc+9")[0].label == "UTC+9"
    with use_language("ko"):
        assert suggest_zones("seo")[0].label == "서울 · 대한민국 · Asia/Seoul"
        assert suggest_zones("coyhaique")[0].label == "Coyhaique · 칠레 · America/Coyhaique"


@given(st.text(max_size=60) | st.text(alphabet="aeiou/+-19 ", max_size=4), st.integers(1, 25))
def test_suggestions_are_few_short_distinct_and_understood(typed: str, limit: int) -> None:
    choices = suggest_zones(typed, limit)
    assert len(choices) <= limit
    assert len({choice.value for choice in choices}) == len(choices)
    assert all(0 < len(choice.label) <= 100 for choice in choices)
    assert all(parse_zone(choice.value) == choice.value for choice in choices)


# All together


def test_a_timetable_in_words() -> None:
    assert describe_timetable(parse_timetable("9am", "weekdays", "Seoul")) == (
        "every weekday at 09:00 (Asia/Seoul)"
    )
    assert describe_timetable(parse_timetable("6pm, 9am, noon", "mon, thu", "utc+9")) == (
        "every Monday and Thursday at 09:00, 12:00 and 18:00 (UTC+9)"
    )


def test_a_timetable_in_korean_words() -> None:
    with use_language("ko"):
        assert (
            describe_timetable(parse_timetable("9시", "평일", "서울")) == "평일 09:00 (Asia/Seoul)"
        )
        assert describe_timetable(parse_timetable("18시, 9시", "월, 목", "utc+9")) == (
            "매주 월요일 및 목요일 09:00 및 18:00 (UTC+9)"
        )


@given(TIMETABLES, st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES))
def test_the_words_for_a_timetable_lead_back_to_it(
    timetable: Timetable, written: str, read: str
) -> None:
    with use_language(written):
        times = join_list([f"{at:%H:%M}" for at in timetable.times])
        words = (times, describe_days(timetable.days), zone_name(timetable.zone))
        assert all(part in describe_timetable(timetable) for part in words)
    with use_language(read):
        assert parse_timetable(*words) == timetable


@given(
    st.text(max_size=80)
    | st.text(alphabet="0123456789apm.:, -–montuewdfris월화수목시분반오전후", max_size=30)
)
def test_no_words_whatever_are_met_with_anything_but_a_short_sentence(text: str) -> None:
    for parse in (parse_times, parse_days, parse_zone):
        sentence = refusal(parse, text)
        assert sentence is None or sentence.endswith((".", "?"))
        assert len(sentence or "") < 250
        assert "\n" not in (sentence or "")


def refusal(parse: Callable[[str], object], text: str) -> str | None:
    """What `parse` says against `text`, or None if it understands."""
    try:
        parse(text)
    except VerbatimError as error:
        return str(error)
    return None


def test_days_begin_on_monday() -> None:
    assert parse_days("Monday") == (0,)
    assert next_slot(Timetable((time(9),), (0,), "UTC"), at("2026-03-01T00:00Z")).weekday() == 0
