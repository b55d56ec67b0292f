"""/schedule and the summaries it brings, through discord.py's dispatch in a simulated Discord."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.chat.posts.posting import DiscordPoster
from bot.errors import ScheduleError, StoreBusyError, VerbatimError
from bot.library.change_notices import make_change_notices
from bot.model import Post, PostLook, QuietHours, Timetable
from bot.schedule.poster import Attempt
from tests.support.simulation import BUSY_REPLY, MONDAY, SEOUL, Server, message_text, reply_text

DUE = MONDAY + timedelta(hours=1, minutes=1)


async def test_add_says_what_will_come_and_when(server: Server) -> None:
    result = await server.schedule(days="weekdays", zone="seoul", time="9:30 pm")
    first = int(datetime(2026, 3, 2, 12, 30, tzinfo=UTC).timestamp())
    assert result.ephemeral
    assert reply_text(result) == (
        f"### Scheduled\nChina in <#{server.channel.id}> · every weekday at 21:30 (Asia/Seoul)\n"
        f"-# next Monday, 2 March 2026 at 21:30 (Asia/Seoul), <t:{first}:R>\n"
        "2 quotes are ready for the next summary."
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"zone": "Middle-earth"}, "There is no time zone “Middle-earth”"),
        ({"time": "25:00"}, "“25:00” is not a time of day"),
        ({"time": "soonish"}, "“soonish” is not a time."),
        ({"days": "someday"}, "“someday” does not name days."),
        ({"topic": "?!"}, "."),
    ],
)
async def test_add_refuses_what_cannot_be(
    server: Server, options: dict[str, str], sentence: str
) -> None:
    result = await server.schedule(**options)
    assert result.ephemeral
    assert sentence in reply_text(result)
    assert await server.client.store.schedules.list(server.env.guild.id) == []
    server.expect_fault(VerbatimError)


@pytest.mark.parametrize(
    ("denied", "lacking"),
    [
        ({"send_messages": False}, "I need Send Messages there."),
        ({"view_channel": False}, "I need View Channel and Send Messages there."),
    ],
)
async def test_add_refuses_a_channel_the_bot_may_not_post_to(
    server: Server, denied: dict[str, bool], lacking: str
) -> None:
    assert server.client.user is not None
    closed = server.env.guild.create_text_channel(
        "closed", overwrites={server.client.user: discord.PermissionOverwrite(**denied)}
    )
    result = await server.schedule(channel=closed)
    assert result.ephemeral
    assert lacking in reply_text(result)
    assert await server.client.store.schedules.list(server.env.guild.id) == []
    server.expect_fault(VerbatimError)


@pytest.mark.parametrize(
    ("form", "forum", "denied", "lacking"),
    [
        ("thread", False, "create_public_threads", "Create Public Threads"),
        ("thread", False, "send_messages_in_threads", "Send Messages in Threads"),
        ("post", False, "read_message_history", "Read Message History"),
        ("thread", False, "send_messages", None),
        ("channel", False, "create_public_threads", None),
        ("channel", True, "send_messages", "Send Messages"),
        ("post", True, "send_messages_in_threads", "Send Messages in Threads"),
        ("thread", True, "create_public_threads", None),
    ],
)
async def test_add_wants_the_permissions_that_the_form_needs(
    server: Server, form: str, forum: bool, denied: str, lacking: str | None
) -> None:
    await server.prefer(form=form)
    guild = server.env.guild
    channel = guild.create_forum_channel("news") if forum else guild.create_text_channel("news")
    known: Any = server.client.get_channel(channel.id)
    denies = discord.Permissions(**{denied: True}).value
    denial = Overwrite(known.guild.me.id, OverwriteType.MEMBER, allow=0, deny=denies)
    server.env.backend.set_overwrite(channel.id, denial)
    result = await server.schedule(channel=channel)
    if lacking:
        assert f"I cannot post in #news: I need {lacking} there." in reply_text(result)
        server.expect_fault(VerbatimError)
    else:
        assert reply_text(result).startswith("### Scheduled")


async def test_zones_are_suggested(server: Server) -> None:
    suggested = await server.administrator.autocomplete(
        server.channel, "schedule add", "zone", "seoul"
    )
    assert suggested[0]["value"] == "Asia/Seoul"


async def test_schedules_are_listed_paused_resumed_and_removed(server: Server) -> None:
    ann, channel = server.administrator, server.channel
    assert "No summaries are scheduled here." in reply_text(
        await ann.slash(channel, "schedule list")
    )
    await server.schedule()
    await server.schedule(topic="everything", days="sundays")
    choices = await ann.autocomplete(channel, "schedule remove", "schedule", "")
    assert [choice["name"] for choice in choices] == [
        "China in #briefing, every day at 09:00 (UTC)",
        "Everything in #briefing, every Sunday at 09:00 (UTC)",
    ]
    [chosen] = await ann.autocomplete(channel, "schedule pause", "schedule", "EVERY SUNDAY")
    for action, heading in {"pause": "Paused", "resume": "Resumed", "remove": "Removed"}.items():
        result = await ann.slash(channel, f"schedule {action}", schedule=chosen["value"])
        assert result.ephemeral
        assert reply_text(result).startswith(f"### {heading}\nEverything in")
        assert ("\n-# paused until /schedule resume" in reply_text(result)) == (action == "pause")
        assert ("\n-# next " in reply_text(result)) == (action == "resume")
    listed = reply_text(await ann.slash(channel, "schedule list"))
    assert "China" in listed
    assert "Everything" not in listed


@pytest.mark.parametrize("action", ["remove", "pause", "resume", "now", "edit"])
@pytest.mark.parametrize("chosen", ["Japan", "999", "9" * 40, "١", "channel", "  "])
async def test_an_unknown_schedule_gets_one_private_sentence(
    server: Server, action: str, chosen: str
) -> None:
    result = await server.administrator.slash(server.channel, f"schedule {action}", schedule=chosen)
    assert result.ephemeral
    assert "schedule" in reply_text(result)
    server.expect_fault(ScheduleError)


@pytest.mark.parametrize("typed", ["Everything", "everything sunday", "#briefing, EVERY SUNDAY"])
async def test_a_schedule_is_called_by_words_of_its_line(server: Server, typed: str) -> None:
    ann, channel = server.administrator, server.channel
    await server.schedule()
    await server.schedule(topic="everything", days="sundays")
    result = await ann.slash(channel, "schedule remove", schedule=typed)
    assert reply_text(result).startswith("### Removed\nEverything in")
    await server.schedule(topic="everything")
    result = await ann.slash(channel, "schedule pause", schedule="briefing")
    assert reply_text(result) == (
        "Several summaries match: China in #briefing, every day at 09:00 (UTC) and "
        "Everything in #briefing, every day at 09:00 (UTC). Choose one from the list."
    )
    server.expect_fault(ScheduleError)


async def test_the_whole_title_calls_one_that_another_begins_with(server: Server) -> None:
    await server.schedule(topic="china but not tariffs")
    await server.schedule()
    result = await server.administrator.slash(server.channel, "schedule remove", schedule="china")
    assert reply_text(result).startswith("### Removed\nChina in")


async def test_now_posts_what_is_new_and_then_nothing(server: Server) -> None:
    ann, channel = server.administrator, server.channel
    await server.schedule()
    [choice] = await ann.autocomplete(channel, "schedule now", "schedule", "")
    for heading in ("Posted", "Nothing new, so nothing was posted"):
        result = await ann.slash(channel, "schedule now", schedule=choice["value"])
        assert reply_text(result).startswith(f"### {heading}\n")
    [post] = posts(server)
    assert post.startswith("### China\n")
    assert "Scheduled every day at 09:00 (UTC)" in post
    assert SEOUL.paragraphs[2].text in post


async def test_a_due_summary_is_posted_once_and_survives_a_restart(server: Server) -> None:
    await server.schedule()
    await server.restart()
    server.clock.now = DUE
    for _ in range(2):
        await server.client.delivery.run_due()
    assert len(posts(server)) == 1
    [nonce] = nonces(server)
    assert 1 <= len(nonce) <= 25


async def test_a_second_try_at_a_post_carries_the_nonce_of_the_first(server: Server) -> None:
    await server.schedule()
    server.env.inject_error("POST", "/channels/*/messages", status=400)
    for minutes in (1, 5):
        server.clock.now = MONDAY + timedelta(hours=1, minutes=minutes)
        await server.client.delivery.run_due()
    first, second = nonces(server)
    assert first == second


async def test_a_quote_that_does_not_stand_is_not_posted(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await server.schedule()
    [schedule] = await server.client.store.schedules.list(server.env.guild.id)
    true = server.client.library.view().digest("china")
    forged = tuple(replace(point, text=point.text.upper()) for point in true.points)
    summary = replace(true, points=(*forged, *true.points))
    await DiscordPoster(server.client).post_summary(
        schedule, summary, PostLook(), Attempt("nonce", MONDAY)
    )
    [post] = posts(server)
    assert SEOUL.paragraphs[2].text in post
    assert SEOUL.paragraphs[2].text.upper() not in post
    assert "not verbatim" in caplog.text


async def test_nothing_new_is_said_only_where_it_was_asked_for(server: Server) -> None:
    await server.schedule()
    await server.schedule(time="10am", when_empty="say so")
    await server.schedule(time="11am")
    server.clock.now = MONDAY + timedelta(hours=4)
    await server.client.delivery.run_due()
    first, second = posts(server)
    assert first.startswith("### China\n-# First summary\n")
    assert second.startswith(
        "### China\nThis is the first summary. Everything so far has already been posted here"
    )
    server.clock.now += timedelta(days=1)
    await server.client.delivery.run_due()
    *_, last = posts(server)
    assert last.startswith("### China\nNothing new since the last summary.")


@pytest.mark.parametrize(
    ("status", "code", "paused"), [(403, 50013, True), (404, 10003, True), (400, 0, False)]
)
async def test_a_lost_channel_pauses_its_schedule_and_a_passing_fault_does_not(
    server: Server, status: int, code: int, paused: bool
) -> None:
    await server.schedule()
    server.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    server.clock.now = DUE
    await server.client.delivery.run_due()
    listed = reply_text(await server.administrator.slash(server.channel, "schedule list"))
    assert ("-# paused: " in listed) is paused
    server.clock.now += timedelta(minutes=5)
    await server.client.delivery.run_due()
    assert len(posts(server)) == (0 if paused else 1)


async def test_schedules_are_for_those_who_manage_the_server(server: Server) -> None:
    await server.schedule()
    result = await server.member.slash(server.channel, "schedule list")
    assert result.ephemeral
    assert reply_text(result) == "You need the Manage Server permission for this."
    assert await server.member.autocomplete(server.channel, "schedule now", "schedule", "") == []
    server.expect_fault(app_commands.MissingPermissions)


@pytest.mark.parametrize("role", ["Desk", "@everyone"])
async def test_schedules_are_for_the_role_that_the_server_lets(server: Server, role: str) -> None:
    guild = server.env.guild
    chosen = guild.create_role(role) if role == "Desk" else None
    member = guild.add_member(server.env.create_user("eve"), roles=[chosen] if chosen else [])
    await server.prefer(scheduler_role=chosen.id if chosen else guild.id)
    add = {"channel": server.channel, "topic": "china", "time": "9am"}
    result = await member.slash(server.channel, "schedule add", **add)
    assert reply_text(result).startswith("### Scheduled")
    assert len(await member.autocomplete(server.channel, "schedule now", "schedule", "")) == 1
    result = await server.member.slash(server.channel, "schedule list")
    if chosen:
        assert (
            reply_text(result) == "You need the Manage Server permission or the role Desk for this."
        )
        server.expect_fault(ScheduleError)
    else:
        assert reply_text(result).startswith("### Scheduled summaries")


async def test_a_role_that_is_gone_lets_nobody_schedule(server: Server) -> None:
    await server.prefer(scheduler_role=12345)
    result = await server.member.slash(server.channel, "schedule list")
    assert reply_text(result) == "You need the Manage Server permission for this."
    server.expect_fault(app_commands.MissingPermissions)


async def test_add_and_list_say_what_lies_in_quiet_hours(server: Server) -> None:
    await server.prefer(quiet_hours=QuietHours(time(22), time(7), "Asia/Seoul"))
    result = await server.schedule(time="23:00, 9am", zone="seoul")
    seven = int(datetime(2026, 3, 2, 22, tzinfo=UTC).timestamp())
    assert reply_text(result).endswith(
        f"-# next Tuesday, 3 March 2026 at 07:00 (Asia/Seoul), <t:{seven}:R>\n-# 23:00 is in the "
        "quiet hours, 22:00 to 07:00 (Asia/Seoul). Posts due then wait until they end.\n"
        "2 quotes are ready for the next summary."
    )
    listed = reply_text(await server.administrator.slash(server.channel, "schedule list"))
    assert f"<t:{seven}:R>" in listed
    assert "is in the quiet hours" in listed
    await server.prefer()
    listed = reply_text(await server.administrator.slash(server.channel, "schedule list"))
    assert "quiet" not in listed


@pytest.mark.parametrize("form", ["thread", "post"])
@pytest.mark.parametrize("forum", [False, True])
async def test_a_summary_goes_where_its_form_says_and_its_flag_below_it(
    server: Server, forum: bool, form: str
) -> None:
    await server.prefer(form=form)
    guild = server.env.guild
    channel = guild.create_forum_channel("news") if forum else server.channel
    await server.schedule(channel=channel)
    await server.restart()
    server.clock.now = DUE
    for _ in range(2):
        await server.client.delivery.run_due()
    [thread] = channel.threads
    assert thread.name == ("2026-03-02" if form == "thread" else "China · 2026-03-02 09:01")
    [post] = thread.history()
    assert message_text(post).startswith("### China\n")
    posted = server.client.store.posted_quotes
    assert len(await posted.for_channel(channel.id)) == 2
    assert {each.post for each in await posted.for_article("seoul")} == {
        Post("summary", guild.id, channel.id, post.id, thread.id)
    }
    [flag] = await make_change_notices(server.client.store, "seoul", None, DUE)
    await DiscordPoster(server.client).post_flag(flag, Attempt("n2", DUE))
    _, below = thread.history()
    assert "Removed by its source" in message_text(below)


async def test_a_forum_that_wants_tags_but_has_none_is_refused(server: Server) -> None:
    forum = server.env.guild.create_forum_channel("tagged")
    known: Any = server.client.get_channel(forum.id)
    known._flags = discord.ChannelFlags(require_tag=True).value  # which simcord does not keep
    result = await server.schedule(channel=forum)
    assert "I cannot post in #tagged: each post there needs a tag" in reply_text(result)
    server.expect_fault(VerbatimError)


async def test_a_summary_speaks_the_servers_language_in_its_colour(server: Server) -> None:
    await server.prefer(language="ko", colours="none")
    await server.schedule()
    server.clock.now = DUE
    await server.client.delivery.run_due()
    [message] = [m for m in server.channel.history() if not m.flags.ephemeral]
    assert "First summary" not in message_text(message)
    assert SEOUL.paragraphs[2].text in message_text(message)
    assert message.components[0].to_dict().get("accent_color") is None


class Busy:
    """A store that is always locked."""

    @property
    def schedules(self) -> Busy:
        return self

    async def list(self, guild_id: int) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_a_busy_database_is_one_sentence(server: Server) -> None:
    server.client.store = Busy()  # type: ignore[assignment]
    ann, channel = server.administrator, server.channel
    assert await ann.autocomplete(channel, "schedule now", "schedule", "") == []
    result = await ann.slash(channel, "schedule list")
    assert result.ephemeral
    assert reply_text(result) == BUSY_REPLY
    server.expect_fault(StoreBusyError)


def posts(server: Server) -> list[str]:
    """What the channel has been sent for all to see, oldest first."""
    messages = server.env.backend.messages.get(server.channel.id, {}).values()
    return [message_text(message) for message in messages if not message.is_ephemeral]


def nonces(server: Server) -> list[str]:
    """The nonce of every post tried, in order; Discord drops a second post with one."""
    sent = [r for r in server.env.http_requests if r.method == "POST"]
    bodies = [r.json for r in sent if r.path.startswith("/channels/")]
    assert all(body and body["enforce_nonce"] for body in bodies)
    return [body["nonce"] for body in bodies if body]


async def test_now_says_that_discord_has_not_confirmed_and_posts_once(server: Server) -> None:
    ann, channel = server.administrator, server.channel
    await server.schedule()
    server.env.inject_error("POST", "/channels/*/messages", status=403)
    [choice] = await ann.autocomplete(channel, "schedule now", "schedule", "")
    for _ in range(2):
        result = await ann.slash(channel, "schedule now", schedule=choice["value"])
        assert reply_text(result).startswith(
            "### Not confirmed by Discord yet. I will make sure it is posted"
        )
    server.clock.now += timedelta(minutes=5)
    await server.client.delivery.run_due()
    assert len(posts(server)) == 1
    first, second = nonces(server)
    assert first == second


@pytest.mark.parametrize("command", ["schedule add", "schedule now", "schedule resume"])
async def test_the_schedulers_role_posts_only_where_its_holder_may_write(
    server: Server, command: str
) -> None:
    guild = server.env.guild
    role = guild.create_role("Desk")
    member = guild.add_member(server.env.create_user("eve"), roles=[role])
    await server.prefer(scheduler_role=role.id)
    await server.schedule()
    [choice] = await member.autocomplete(server.channel, "schedule now", "schedule", "")
    silence = Overwrite(
        role.id,
        OverwriteType.ROLE,
        allow=0,
        deny=discord.Permissions(send_messages=True).value,
    )
    server.env.backend.set_overwrite(server.channel.id, silence)
    add = {"channel": server.channel, "topic": "china", "time": "9am"}
    options = add if command == "schedule add" else {"schedule": choice["value"]}
    elsewhere = guild.create_text_channel("elsewhere")
    result = await member.slash(elsewhere, command, **options)
    assert reply_text(result).startswith("You cannot write in #briefing")
    server.expect_fault(ScheduleError)
    assert posts(server) == []
    result = await server.administrator.slash(elsewhere, command, **options)
    assert reply_text(result).startswith("### ")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "US/Pacific-New"])
async def test_a_zone_that_is_no_more_breaks_one_line_of_the_list(
    server: Server, zone: str
) -> None:
    await server.client.store.schedules.add(
        guild_id=server.env.guild.id,
        channel_id=server.channel.id,
        topic="china",
        timetable=Timetable((time(9),), (0,), zone),
        announce_empty=False,
        created_by=1,
        now=MONDAY,
    )
    await server.schedule(topic="everything")
    listed = reply_text(await server.administrator.slash(server.channel, "schedule list"))
    assert f"I do not know the time zone {zone}." in listed
    assert "Everything in" in listed
    assert "\n-# next Monday, 2 March 2026 at 09:00 (UTC), <t:" in listed


@pytest.mark.parametrize("code", [10062, 40060])
async def test_an_interaction_that_has_expired_is_one_quiet_line(
    server: Server, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    server.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=code)
    await server.administrator.slash(server.channel, "schedule list")
    lines = [r for r in caplog.records if r.name.startswith("bot") and "journal" not in r.name]
    assert ["expired or was answered already" in line.getMessage() for line in lines] == [True]
    assert all(line.levelno == logging.INFO and line.exc_info is None for line in lines)
    server.expect_fault(discord.NotFound)
