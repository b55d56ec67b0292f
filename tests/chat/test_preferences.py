"""What a server prefers is kept, heeded at once, and known while the database is not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import discord
import pytest
from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.components.layout import GREEN, framed, paint
from bot.chat.interaction.context import PreferencesCache, apply_preferences
from bot.errors import ScheduleError, StoreBusyError
from bot.language import current_language, use_language
from bot.model import Colours, Preferences, QuietHours
from bot.schedule.times.quiet import describe_quiet, parse_quiet, quiet_until
from bot.store import Store
from tests.support.simulation import Server, reply_text

NIGHT = QuietHours(time(22), time(7), "Europe/Berlin")
CHOSEN = Preferences(True, "ko", "none", 2**63 - 1, NIGHT, "thread", keeps_gaps=False)
YEAR = datetime(2026, 1, 1)  # noqa: DTZ001 the zone is given beside it
BERLIN, SEOUL = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Seoul")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


# What is kept


async def test_what_was_chosen_comes_back_and_is_its_servers_alone(store: Store) -> None:
    assert await store.preferences.get(1) == Preferences()
    await store.preferences.put(1, CHOSEN)
    await store.preferences.put(2, Preferences(form="post"))
    assert await store.preferences.get(1) == CHOSEN
    await store.preferences.put(1, Preferences())
    assert await store.preferences.get(1) == Preferences()
    assert await store.preferences.get(2) == Preferences(form="post")


async def test_a_lost_database_leaves_what_was_last_known(store: Store) -> None:
    preferred = PreferencesCache(store)
    await store.preferences.put(1, CHOSEN)
    assert await preferred.get(1) == CHOSEN
    await store.close()
    store.preferences = Lost()  # type: ignore[assignment]
    assert await preferred.get(1) == CHOSEN
    assert await preferred.get(2) == Preferences()


class Lost:
    async def get(self, guild_id: int) -> Preferences:
        raise StoreBusyError("The database is lost.")


# What is heeded


@pytest.mark.parametrize("preferred", [True, False])
@pytest.mark.parametrize("asked", [True, False, None])
async def test_a_reply_is_private_as_asked_or_else_as_preferred(
    server: Server, preferred: bool, asked: bool | None
) -> None:
    await server.prefer(private=preferred)
    options = {} if asked is None else {"private": asked}
    result = await server.member.slash(
        server.channel, "ask", question="Where are missiles fired?", **options
    )
    assert result.ephemeral == (preferred if asked is None else asked)


@dataclass
class Came:
    """An interaction as far as its language goes, in a server that prefers `language`."""

    locale: discord.Locale
    language: str | None
    extras: dict[Any, Any] = field(default_factory=dict)
    guild_id: int = 1

    @property
    def client(self) -> Any:
        return self

    @property
    def preferences(self) -> Any:
        return self

    def get_guild(self, guild_id: int) -> object:
        return self

    async def get(self, guild_id: int) -> Preferences:
        return Preferences(language=self.language)


@pytest.mark.parametrize(
    ("chosen", "locale", "spoken"),
    [
        ("ko", discord.Locale.american_english, "ko"),
        ("en", discord.Locale.korean, "en"),
        (None, discord.Locale.korean, "ko"),
        (None, discord.Locale.finnish, "en"),
        ("gone", discord.Locale.korean, "en"),
    ],
)
async def test_the_servers_language_is_spoken_or_else_the_persons(
    chosen: str | None, locale: discord.Locale, spoken: str
) -> None:
    came: Any = Came(locale, chosen)
    with use_language("en"):
        await apply_preferences(came)
        assert current_language() == spoken


async def test_a_reply_speaks_the_servers_language(server: Server) -> None:
    await server.prefer(language="ko")
    korean = reply_text(await server.member.slash(server.channel, "topics list"))
    await server.prefer(language="en")
    assert reply_text(await server.member.slash(server.channel, "topics list")) != korean


@pytest.mark.parametrize(
    ("colours", "accent"), [("kinds", GREEN.value), ("blue", 0x5865F2), ("none", None)]
)
def test_a_frame_has_the_colour_chosen(colours: Colours, accent: int | None) -> None:
    layout = paint(framed(GREEN, "### Words"), colours)
    [frame] = layout.children
    assert isinstance(frame, ui.Container)
    assert frame.to_component_dict().get("accent_color") == accent


async def test_a_reply_has_the_colour_chosen(server: Server) -> None:
    await server.prefer(colours="none")
    result = await server.member.slash(server.channel, "topics list")
    assert result.response is not None
    assert result.response.components[0]["accent_color"] is None


# Quiet hours


def test_quiet_hours_are_read_in_the_words_of_schedules() -> None:
    assert parse_quiet("10 pm", "7", "berlin") == NIGHT
    assert describe_quiet(NIGHT) == "22:00 to 07:00 (Europe/Berlin)"
    for broken in (("22:00", "10pm", "berlin"), ("9, 10", "7", "berlin"), ("9", "8", "nowhere")):
        with pytest.raises(ScheduleError):
            parse_quiet(*broken)


@given(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(YEAR, YEAR.replace(year=2027), timezones=st.just(SEOUL)),
)
def test_where_no_clock_changes_quiet_hours_are_those_of_the_clock(
    start: time, until: time, now: datetime
) -> None:
    quiet = QuietHours(start, until, "Asia/Seoul")
    shown = now.time()
    within = start <= shown < until if start < until else shown >= start or shown < until
    ends = quiet_until(quiet, now.astimezone(UTC))
    if start == until:
        assert ends is None
        return
    assert (ends is not None) == within
    if ends:
        assert ends.astimezone(now.tzinfo).time() == until
        assert timedelta() < ends - now <= timedelta(days=1)


@pytest.mark.parametrize(
    ("start", "until", "day", "length"),
    [
        # Clocks go from 2:00 to 3:00 on 29 March and from 3:00 to 2:00 on 25 October.
        (time(22), time(7), date(2026, 3, 28), 8 * HOUR),
        (time(22), time(7), date(2026, 10, 24), 10 * HOUR),
        (time(23), time(2, 30), date(2026, 3, 28), 3 * HOUR),
        (time(2, 30), time(5), date(2026, 3, 28), 2 * HOUR),
        (time(23), time(2, 30), date(2026, 10, 24), 3 * HOUR + 30 * MINUTE),
        (time(2, 30), time(4), date(2026, 10, 24), 2 * HOUR + 30 * MINUTE),
    ],
)
def test_a_night_in_which_clocks_change_is_quiet_once(
    start: time, until: time, day: date, length: timedelta
) -> None:
    """From noon to noon there is one stretch of quiet, and it ends when it is said to end."""
    noon = datetime.combine(day, time(12), BERLIN).astimezone(UTC)
    quiet = QuietHours(start, until, "Europe/Berlin")
    moments = [noon + number * MINUTE for number in range(25 * 60)]
    within = [moment for moment in moments if quiet_until(quiet, moment)]
    assert within == [within[0] + number * MINUTE for number in range(len(within))]
    assert len(within) * MINUTE == length
    assert {quiet_until(quiet, moment) for moment in within} == {within[-1] + MINUTE}


def test_quiet_hours_are_said_in_the_language_spoken() -> None:
    with use_language("ko"):
        assert describe_quiet(NIGHT) != "22:00 to 07:00 (Europe/Berlin)"
        assert "22:00" in describe_quiet(NIGHT)
