"""Times, days, zones and periods as people say them, in two languages: understood, or refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import QuestionError, ScheduleError, VerbatimError
from bot.language import LANGUAGES, use_language
from bot.model import Timetable
from bot.schedule.times.periods import describe_period, parse_period
from bot.schedule.times.phrases import describe_timetable, parse_timetable
from bot.schedule.times.slots import iterate_slots
from bot.schedule.times.weeks import LAST, Weeks, monday_of, read_weeks

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)  # a Monday, 21:00 in Seoul

# A phrase in the field of times, and what it means in a server whose clock is UTC.
TIMETABLES = {
    "9am Seoul": "every day at 09:00 (Asia/Seoul)",
    "9:00 KST": "every day at 09:00 (Asia/Seoul)",
    "weekdays at 8": "every weekday at 08:00 (UTC)",
    "9 in the morning": "every day at 09:00 (UTC)",
    "7.30 in the evening, London": "every day at 19:30 (Europe/London)",
    "every hour": "every day, every hour from 00:00 to 23:00 (UTC)",
    "every 6 hours": "every day, every 6 hours from 00:00 to 18:00 (UTC)",
    "every 2 hours from 9 to 5pm on weekdays": (
        "every weekday, every 2 hours from 09:00 to 17:00 (UTC)"
    ),
    "fortnightly on friday at 5pm": "on Friday every 2 weeks at 17:00 (UTC)",
    "every other Tuesday 9am Berlin": "on Tuesday every 2 weeks at 09:00 (Europe/Berlin)",
    "first monday at 10": "on the first Monday of the month at 10:00 (UTC)",
    "the last friday of the month, noon": "on the last Friday of the month at 12:00 (UTC)",
    "9am on the 1st and 15th": "on the 1st and 15th of the month at 09:00 (UTC)",
    "last of the month, noon": "on the last day of the month at 12:00 (UTC)",
    "once a day at 8": "every day at 08:00 (UTC)",
    "하루에 한 번 9시": "every day at 09:00 (UTC)",
    "8am California": "every day at 08:00 (America/Los_Angeles)",
    "mon, wed and fri at 9 and noon": (
        "every Monday, Wednesday and Friday at 09:00 and 12:00 (UTC)"
    ),
    "half past nine": "every day at 09:30 (UTC)",
    "12 at night": "every day at 00:00 (UTC)",
    "once a week on Sunday at 8 pm UTC+9": "every Sunday at 20:00 (UTC+9)",
    "매일 오전 9시": "every day at 09:00 (UTC)",
    "평일 아침 8시 반 뉴욕": "every weekday at 08:30 (America/New_York)",
    "서울 시간 오후 아홉 시": "every day at 21:00 (Asia/Seoul)",
    "6시간마다": "every day, every 6 hours from 00:00 to 18:00 (UTC)",
    "매시간": "every day, every hour from 00:00 to 23:00 (UTC)",
    "격주 월요일 9시": "on Monday every 2 weeks at 09:00 (UTC)",
    "매월 첫째 월요일 오전 10시": "on the first Monday of the month at 10:00 (UTC)",
    "매달 말일 18시": "on the last day of the month at 18:00 (UTC)",
    "9시, 오후 6시 부산": "every day at 09:00 and 18:00 (Asia/Seoul)",
}
# Refused, with a part of the sentence that says what to type instead.
NO_TIMETABLES = {
    "9am Narnia": "I do not understand “narnia”. Type a time such as 9am London, or weekdays at 8",
    "9am tomorrow": "I do not understand “tomorrow”",
    "9 to 5": "I do not understand “to”",
    "soon": "“soon” is not a time. Type one, such as 09:00 or 9pm",
    "every 3 days": "is not a time",
    "every 30 minutes": "at most once an hour. Type every hour, or every 6 hours",
    "every 5 hours": "Choose every 1, 2, 3, 4, 6, 8 or 12",
    "biweekly on monday at 9": "can mean two things. Type every 2 weeks on Monday, or Mon and Thu",
    "mon at 9 and thu at 10": "Different times on different days need separate schedules",
    "9am cst": "“cst” has several time zones. Type one of them: America/Chicago, Asia/Shanghai",
    "fortnightly at 9": "On which day",
    "9am monthly": "On which day of the month",
    "9am on the 31st": "Not every month has a day 31",
    "25시": "is not a time of day",
    "아침에": "is not a time",
}
PERIODS = {
    "past week": "since 23 November 2026, 21:00",
    "last 24 hours": "since 29 November 2026, 21:00",
    "since Monday": "since 30 November 2026",
    "yesterday": "29 November 2026",
    "last two days": "since 28 November 2026, 21:00",
    "7d": "since 23 November 2026, 21:00",
    "up to yesterday": "until 29 November 2026",
    "from friday to now": "27–30 Nov 2026",
    "지난 주말": "28–29 Nov 2026",
    "last week": "23–29 Nov 2026",
    "1 to 5 March": "1–5 Mar 2026",
    "from 28 December to 3 January": "28 Dec 2025 – 3 Jan 2026",
    "2026-03-01 - 2026-03-05": "1–5 Mar 2026",
    "March 2026": "March 2026",
    "until 5 March 2026": "until 5 March 2026",
    "지난주": "23–29 Nov 2026",
    "최근 3일": "since 27 November 2026, 21:00",
    "월요일부터": "since 30 November 2026",
    "3월 1일부터 5일까지": "1–5 Mar 2026",
    "작년": "1 Jan – 31 Dec 2025",
}
NO_PERIODS = {
    "30 February": "There is no such day: “30 February”. Type a real one, such as",
    "2월 30일": "There is no such day",
    "5 March to 1 March": "ends before it begins. Type it as in 1 to 5 March, or since Monday",
    "2026-03-05 ~ 2026-03-01": "ends before it begins",
    "tomorrow": "has not started yet",
    "03/04/2026": "could be two different days",
    "recently": "as a period. Type one such as past week, since Monday or 1 to 5",
}


@pytest.mark.parametrize(("text", "meaning"), TIMETABLES.items())
def test_a_timetable_is_understood(text: str, meaning: str) -> None:
    assert describe_timetable(parse_timetable(text, now=NOW)) == meaning


@pytest.mark.parametrize(("text", "hint"), NO_TIMETABLES.items())
def test_what_is_no_timetable_is_refused(text: str, hint: str) -> None:
    with pytest.raises(ScheduleError) as refusal:
        parse_timetable(text, now=NOW)
    assert hint in str(refusal.value)


@pytest.mark.parametrize(("text", "meaning"), PERIODS.items())
def test_a_period_is_understood(text: str, meaning: str) -> None:
    assert describe_period(parse_period(text, NOW, "Asia/Seoul")).replace("\u2009", " ") == meaning


@pytest.mark.parametrize(("text", "hint"), NO_PERIODS.items())
def test_what_is_no_period_is_refused(text: str, hint: str) -> None:
    with pytest.raises(QuestionError) as refusal:
        parse_period(text, NOW, "Asia/Seoul")
    assert hint in str(refusal.value)


def test_fields_may_say_a_part_each_but_not_two_things() -> None:
    assert parse_timetable("9am Seoul", "weekdays") == parse_timetable(
        "weekdays at 9am", zone="KST"
    )
    assert parse_timetable("9am", default_zone="Asia/Seoul").zone == "Asia/Seoul"
    with pytest.raises(ScheduleError, match="contradict each other"):
        parse_timetable("weekdays at 9am", "fridays")
    with pytest.raises(ScheduleError, match="contradict each other"):
        parse_timetable("9am Seoul", zone="London")


def test_every_other_week_begins_with_the_next_such_day() -> None:
    timetable = parse_timetable("every other monday at 9", now=NOW)  # today's 9:00 has passed
    slots = list(islice(iterate_slots(timetable, NOW), 2))
    assert slots == [datetime(2026, 12, 7, 9, tzinfo=UTC), datetime(2026, 12, 21, 9, tzinfo=UTC)]


def test_a_day_of_a_period_is_a_day_in_the_zone_of_the_server() -> None:
    seoul = parse_period("today", NOW, "Asia/Seoul")
    assert seoul.start == datetime(2026, 11, 29, 15, tzinfo=UTC)
    later = parse_period("today", datetime(2026, 11, 30, 15, tzinfo=UTC), "Asia/Seoul")
    assert later.days == (date(2026, 12, 1), None)


ZONES = st.sampled_from(
    ["America/New_York", "Australia/Lord_Howe", "America/Havana", "Asia/Seoul", "Europe/Dublin"]
)
WEEKS = st.one_of(
    st.builds(Weeks, interval=st.integers(2, 8), anchor=st.dates(date(2020, 1, 1)).map(monday_of)),
    st.builds(
        Weeks,
        places=st.sets(st.sampled_from(["1", "2", "3", "4", LAST]), min_size=1)
        .map(sorted)
        .map(tuple),
    ),
    st.builds(
        Weeks,
        month_days=st.sets(st.integers(1, 28).map(str) | st.just(LAST), min_size=1, max_size=4).map(
            lambda days: tuple(sorted(days, key=lambda day: (day == LAST, day.zfill(2))))
        ),
    ),
)
TIMETABLES_OF_WEEKS = st.builds(
    Timetable,
    times=st.sets(
        st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=2
    )
    .map(sorted)
    .map(tuple),
    days=st.sets(st.integers(0, 6), min_size=1).map(sorted).map(tuple),
    zone=ZONES,
    weeks=WEEKS.map(str),
)
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def is_in(weeks: Weeks, days: tuple[int, ...], day: date) -> bool:
    """Whether a day counts, from the calendar alone."""
    next_month = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    if weeks.month_days:
        is_last = day + timedelta(days=1) == next_month
        return str(day.day) in weeks.month_days or (is_last and LAST in weeks.month_days)
    if day.weekday() not in days:
        return False
    if weeks.places:
        is_last = day + timedelta(days=7) >= next_month
        return str((day.day - 1) // 7 + 1) in weeks.places or (is_last and LAST in weeks.places)
    assert weeks.anchor
    return (monday_of(day) - weeks.anchor).days % (7 * weeks.interval) == 0


@settings(max_examples=30)
@given(TIMETABLES_OF_WEEKS, MOMENTS)
def test_slots_are_all_of_the_days_that_count_and_no_other(
    timetable: Timetable, after: datetime
) -> None:
    zone, weeks = ZoneInfo(timetable.zone), read_weeks(timetable.weeks)
    slots = [slot.astimezone(zone).date() for slot in islice(iterate_slots(timetable, after), 4)]
    start = after.astimezone(zone).date()
    days = (start + timedelta(days=number) for number in range((slots[-1] - start).days))
    expected = {day for day in days if is_in(weeks, timetable.days, day)} - {start}
    assert expected <= set(slots)
    assert all(is_in(weeks, timetable.days, slot) for slot in slots)


@settings(max_examples=30)
@given(TIMETABLES_OF_WEEKS, st.sampled_from(LANGUAGES))
def test_what_is_said_of_weeks_is_understood_as_the_same(
    timetable: Timetable, language: str
) -> None:
    weeks = read_weeks(timetable.weeks)
    assert str(weeks) == timetable.weeks
    assert len(timetable.weeks or "") <= 40
    with use_language(language):
        phrase = describe_timetable(timetable)
    understood = parse_timetable(phrase)
    read = read_weeks(understood.weeks)
    assert (understood.times, understood.zone) == (timetable.times, timetable.zone)
    assert (read.interval, read.places, read.month_days) == (
        weeks.interval, weeks.places, weeks.month_days
    )  # fmt: skip
    assert weeks.month_days or understood.days == timetable.days


@settings(max_examples=100)
@given(st.text(max_size=30) | st.text(alphabet="0129:apm시월일주매 every wek-~", max_size=20))
def test_anything_typed_is_understood_or_refused_in_one_sentence(text: str) -> None:
    for parse in (
        lambda: parse_timetable(text, now=NOW),
        lambda: parse_period(text, NOW, "America/New_York"),
    ):
        sentence = ""
        try:
            parse()
        except VerbatimError as error:
            sentence = str(error)
        assert "\n" not in sentence


@given(
    st.sampled_from([*TIMETABLES]),
    st.sampled_from([str.upper, str.title, lambda text: f" {text} "]),
)
def test_neither_case_nor_spaces_matter(text: str, change: object) -> None:
    assert callable(change)
    assert parse_timetable(change(text), now=NOW) == parse_timetable(text, now=NOW)


def test_weeks_of_another_version_are_one_sentence() -> None:
    for stored in ("every full moon", "nth 9x", "day"):
        with pytest.raises(ScheduleError, match="I cannot read the weeks of this schedule"):
            next(iterate_slots(Timetable((time(9),), (0,), "UTC", stored), NOW))
