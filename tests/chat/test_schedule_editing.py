"""What a schedule would do and how its posts look: said when it is made, and changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord import InteractionResult
from simcord.backend.models.channel import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.errors import ScheduleError
from bot.model import Schedule
from tests.support.discord_rules import walk
from tests.support.simulation import MONDAY, Server, message_text, reply_text

DUE = MONDAY + timedelta(hours=1, minutes=1)


def last_reply(result: InteractionResult) -> Any:
    return result.followups[-1] if result.followups else result.response


def labels(result: InteractionResult) -> list[str]:
    return [part["label"] for part in walk(last_reply(result).components) if part["type"] == 2]


def menus(result: InteractionResult) -> Mapping[str, list[str]]:
    """The entries that each menu shows as chosen, by the name of what it changes."""
    return {
        part["custom_id"].rpartition(":")[2]: [
            option["label"] for option in part["options"] if option.get("default")
        ]
        for part in walk(last_reply(result).components)
        if part["type"] == 3
    }


async def only_schedule(server: Server) -> Schedule:
    [schedule] = await server.client.store.schedules.list(server.env.guild.id)
    return schedule


async def press(server: Server, result: InteractionResult, label: str) -> InteractionResult:
    return await server.administrator.click(last_reply(result), label=label)


async def choose(
    server: Server, result: InteractionResult, kind: str, values: list[Any]
) -> InteractionResult:
    schedule = await only_schedule(server)
    name = "" if kind in ("role", "place") else f":{kind}"
    prefix = kind if kind in ("role", "place") else "look"
    custom_id = f"v1:schedule-{prefix}:{schedule.id}{name}"
    return await server.administrator.select(last_reply(result), values, custom_id=custom_id)


async def edited(server: Server, schedule: str = "briefing") -> InteractionResult:
    return await server.administrator.slash(server.channel, "schedule edit", schedule=schedule)


async def posted_when_due(server: Server) -> list[Any]:
    server.clock.now = DUE
    await server.client.delivery.run_due()
    return [message for message in server.channel.history() if not message.flags.ephemeral]


def tagged_forum(server: Server, *, required: bool) -> ChannelHandle:
    """A forum with the tags Weekly and Staff, of which only moderators give the second."""
    forum = server.env.guild.create_forum_channel("news")
    known: Any = server.client.get_channel(forum.id)
    known._flags = discord.ChannelFlags(require_tag=required).value  # which simcord does not keep
    known._available_tags = {}
    for number, (name, moderated) in enumerate((("Weekly", False), ("Daily", False)), 31):
        tag = discord.ForumTag(name=name, moderated=moderated)
        tag.id = number
        known._available_tags[number] = tag
    return forum


# What it would do


@pytest.mark.parametrize(
    ("topic", "sentence"),
    [
        ("china", "2 quotes are ready for the next summary."),
        ("everything", "3 quotes are ready for the next summary."),
        ("beekeeping", "No article here mentions beekeeping yet, so nothing would be posted"),
        ("chinna", "Nearest topics: China"),
        ("china but not missiles", "No article here mentions China but not missiles yet"),
    ],
)
async def test_add_says_how_much_waits_or_that_nothing_is_found(
    server: Server, topic: str, sentence: str
) -> None:
    result = await server.schedule(topic=topic)
    assert reply_text(result).startswith("### Scheduled\n")
    assert sentence in reply_text(result)
    assert labels(result) == ["Post now", "Edit", "Undo", "Time zone"]


async def test_add_says_that_the_channel_has_had_it_all(server: Server) -> None:
    await posted_when_due(server) if await server.schedule() else None
    result = await server.schedule(time="8pm")
    assert "Nothing is waiting. The channel already has everything in the articles" in reply_text(
        result
    )


async def test_the_next_time_is_said_in_the_servers_zone(server: Server) -> None:
    await server.prefer(zone="Europe/Oslo")
    there = reply_text(await server.schedule(time="9pm"))
    assert "every day at 21:00 (Europe/Oslo)" in there
    elsewhere = reply_text(await server.schedule(time="9pm Seoul"))
    assert "every day at 21:00 (Asia/Seoul)" in elsewhere
    assert "next Monday, 2 March 2026 at 13:00 (Europe/Oslo), <t:" in elsewhere


@pytest.mark.parametrize("manages", [True, False])
async def test_the_first_schedule_asks_whose_clock_counts(server: Server, manages: bool) -> None:
    desk = server.env.guild.create_role("Desk")
    eve = server.env.guild.add_member(server.env.create_user("eve"), roles=[desk])
    await server.prefer(scheduler_role=desk.id)
    person = server.administrator if manages else eve
    add = {"channel": server.channel, "topic": "china", "time": "9am"}
    result = await person.slash(server.channel, "schedule add", **add)
    form = await person.click(last_reply(result), label="Time zone")
    assert form.modal is not None
    [field] = [label["component"]["custom_id"] for label in form.modal["components"]]
    refused = await person.submit_modal(form, {field: "Narnia"})
    assert "There is no time zone “Narnia”" in reply_text(refused)
    form = await person.click(last_reply(result), label="Time zone")
    assert form.modal is not None
    [field] = [label["component"]["custom_id"] for label in form.modal["components"]]
    shown = await person.submit_modal(form, {field: "oslo"})
    assert "next Tuesday, 3 March 2026 at 09:00 (Europe/Oslo)" in reply_text(shown)
    preferences = await server.client.store.preferences.get(server.env.guild.id)
    assert preferences.zone == ("Europe/Oslo" if manages else None)
    if manages:
        assert labels(await server.schedule(topic="dprk")) == ["Post now", "Edit", "Undo"]


async def test_post_now_and_undo_stand_below_what_was_added(server: Server) -> None:
    result = await server.schedule()
    posted = await press(server, result, "Post now")
    assert reply_text(posted).startswith("### Posted\nChina in")
    [message] = [message for message in server.channel.history() if not message.flags.ephemeral]
    assert "First summary" in message_text(message)
    undone = await press(server, result, "Undo")
    assert reply_text(undone).startswith("### Removed\nChina in")
    assert await server.client.store.schedules.list(server.env.guild.id) == []


@pytest.mark.parametrize("repeated", [{}, {"days": "mon-sun"}, {"time": "09:00", "quotes": 2}])
async def test_an_identical_one_is_pointed_out_and_not_added(
    server: Server, repeated: dict[str, Any]
) -> None:
    await server.schedule()
    result = await server.schedule(**repeated)
    assert reply_text(result).startswith("### This summary is already scheduled\nChina in")
    assert labels(result) == ["Post now", "Edit", "Time zone"]
    assert (await only_schedule(server)).max_quotes is None


# Words that must not stand in an article


@pytest.mark.parametrize(
    "typed", ["everything but not typhoon", "everything, not typhoons", "typhoon 빼고 everything"]
)
async def test_a_summary_leaves_out_what_is_excluded(server: Server, typed: str) -> None:
    result = await server.schedule(topic=typed)
    assert "Everything but not typhoon" in reply_text(result)
    [message] = await posted_when_due(server)
    assert "### Everything but not typhoon" in message.components[0].children[0].content
    assert "Harbour" not in message_text(message)
    more = await server.administrator.slash(server.channel, "schedule list")
    assert "Everything but not typhoon" in reply_text(more)


# How it looks


@pytest.mark.parametrize("number", [1, 2])
async def test_a_post_has_as_many_quotes_as_were_chosen_and_its_title(
    server: Server, number: int
) -> None:
    result = await server.schedule(topic="everything", quotes=number, title="Harbour *news*")
    assert f"at most {number} quote" in reply_text(result)
    assert "title line “Harbour *news*”" in reply_text(result)
    [message] = await posted_when_due(server)
    text = message_text(message)
    assert text.startswith("## Harbour *news* · Monday, 2 March 2026\n### Everything\n")
    assert text.count("\n> ") == number


async def test_a_role_is_mentioned_that_a_manager_chose(server: Server) -> None:
    kiters = server.env.guild.create_role("Kiters", mentionable=True)
    result = await server.schedule(mention=kiters)
    assert f"mentions <@&{kiters.id}>" in reply_text(result)
    [message] = await posted_when_due(server)
    assert message_text(message).startswith(f"<@&{kiters.id}>\n### China")
    *_, sent = [r.json for r in server.env.http_requests if r.path.endswith("/messages") and r.json]
    assert (sent["allowed_mentions"]["parse"], sent["allowed_mentions"]["roles"]) == (
        [],
        [kiters.id],
    )


@pytest.mark.parametrize("way", ["add", "edit"])
@pytest.mark.parametrize(
    ("role", "sentence"),
    [
        ("@everyone", "A summary never mentions @everyone"),
        ("Quiet", "I cannot mention @Quiet; let anyone mention it"),
        ("Above", "I cannot mention @Above; let anyone mention it"),
    ],
)
async def test_a_role_that_cannot_be_mentioned_is_refused(
    server: Server, role: str, sentence: str, way: str
) -> None:
    guild: Any = server.client.get_guild(server.env.guild.id)
    chosen = server.env.guild.default_role
    if role != "@everyone":
        chosen = server.env.guild.create_role(role)
    if role == "Above":
        guild.get_role(chosen.id).position = 90
    denied = discord.Permissions(mention_everyone=True).value
    server.env.backend.set_overwrite(
        server.channel.id, Overwrite(guild.me.id, OverwriteType.MEMBER, allow=0, deny=denied)
    )
    if way == "add":
        result = await server.schedule(mention=chosen)
        assert await server.client.store.schedules.list(server.env.guild.id) == []
    else:
        await server.schedule()
        result = await choose(server, await edited(server), "role", [chosen])
        assert (await only_schedule(server)).role_id is None
    assert last_reply(result).ephemeral
    assert sentence in reply_text(result)
    server.faults = len(server.env.errors)


async def test_a_role_that_was_deleted_since_is_said_and_not_mentioned(server: Server) -> None:
    kiters = server.env.guild.create_role("Kiters", mentionable=True)
    await server.schedule(mention=kiters)
    guild: Any = server.client.get_guild(server.env.guild.id)
    guild._roles.pop(kiters.id)
    listed = await server.administrator.slash(server.channel, "schedule list")
    assert "the role it mentioned no longer exists" in reply_text(listed)
    [message] = await posted_when_due(server)
    assert message_text(message).startswith("### China")


async def test_only_managers_choose_a_role(server: Server) -> None:
    desk = server.env.guild.create_role("Desk", mentionable=True)
    eve = server.env.guild.add_member(server.env.create_user("eve"), roles=[desk])
    await server.prefer(scheduler_role=desk.id)
    await server.schedule()
    panel = await eve.slash(server.channel, "schedule edit", schedule="china")
    ids = [part.get("custom_id", "") for part in walk(last_reply(panel).components)]
    assert not any(custom_id.startswith("v1:schedule-role") for custom_id in ids)
    options = {"channel": server.channel, "topic": "everything", "time": "9am", "mention": desk}
    result = await eve.slash(server.channel, "schedule add", **options)
    assert "Only people with the Manage Server permission can have a role mentioned" in reply_text(
        result
    )
    server.expect_fault(ScheduleError)
    schedule = await only_schedule(server)
    forged = await server.put_button(f"v1:schedule-role:{schedule.id}")
    await eve.click(forged, label="Press")
    assert await only_schedule(server) == schedule


@pytest.mark.parametrize(
    ("options", "said"),
    [({}, "tag Weekly"), ({"tag": "daily"}, "tag Daily"), ({"tag": "Daily"}, "tag Daily")],
)
async def test_a_forum_that_requires_a_tag_gets_one(
    server: Server, options: dict[str, str], said: str
) -> None:
    forum = tagged_forum(server, required=True)
    result = await server.schedule(channel=forum, **options)
    assert reply_text(result).startswith("### Scheduled")
    assert said in reply_text(result)


@pytest.mark.parametrize(
    ("forum", "tag", "sentence"),
    [
        (True, "Hourly", "#news has no such tag. I can use these: Weekly and Daily."),
        (False, "Weekly", "#briefing is not a forum, so its posts have no tags"),
    ],
)
async def test_a_tag_that_is_not_there_is_refused(
    server: Server, forum: bool, tag: str, sentence: str
) -> None:
    channel = tagged_forum(server, required=False) if forum else server.channel
    result = await server.schedule(channel=channel, tag=tag)
    assert sentence in reply_text(result)
    server.expect_fault(ScheduleError)


# Changing it


async def test_the_panel_changes_one_thing_at_a_time_at_once(server: Server) -> None:
    await server.schedule()
    await server.restart()
    panel = await edited(server)
    usual = {
        "max_quotes": ["As many as fit, 6 at most"],
        "titled": ["None"],
        "form": ["As in /settings"],
        "announce_empty": ["Stay silent"],
    }
    assert menus(panel) == usual
    seen = await only_schedule(server)
    changes: dict[str, Any] = {}
    for name, value, label, field in (
        ("max_quotes", "2", "2", 2),
        ("titled", "date", "With the date", True),
        ("form", "thread", "One thread a day", "thread"),
        ("announce_empty", "told", "Say so", True),
    ):
        shown = await choose(server, panel, name, [value])
        usual[name], changes[name] = [label], field
        assert menus(shown) == usual
        assert await only_schedule(server) == replace(seen, **changes)


async def test_role_channel_and_tag_are_chosen_from_menus(server: Server) -> None:
    kiters = server.env.guild.create_role("Kiters", mentionable=True)
    forum = tagged_forum(server, required=True)
    await server.schedule()
    panel = await edited(server)
    await choose(server, panel, "role", [kiters])
    shown = await choose(server, panel, "place", [forum])
    schedule = await only_schedule(server)
    assert (schedule.channel_id, schedule.role_id) == (forum.id, kiters.id)
    assert menus(shown)["tag_id"] == ["The first one (each post needs a tag)"]
    await choose(server, shown, "tag_id", ["32"])
    assert (await only_schedule(server)).tag_id == 32
    known: Any = server.client.get_channel(forum.id)
    known._available_tags.pop(32)
    listed = await server.administrator.slash(server.channel, "schedule list")
    assert "the chosen tag no longer exists · tag Weekly" in reply_text(listed)
    await choose(server, panel, "role", [])
    assert (await only_schedule(server)).role_id is None


async def form_of(server: Server) -> InteractionResult:
    form = await press(server, await edited(server), "Topic, times and title")
    assert form.modal is not None
    return form


def filled(form: InteractionResult, **changed: str) -> dict[str, str]:
    """The values of the form's fields: as they are shown, but for those changed."""
    assert form.modal is not None
    fields = [label["component"] for label in form.modal["components"]]
    named = zip(("topic", "times", "title"), fields, strict=True)
    return {field["custom_id"]: changed.get(name, field.get("value", "")) for name, field in named}


async def test_the_form_changes_words_times_and_title(server: Server) -> None:
    await server.schedule(topic="china but not missiles")
    form = await form_of(server)
    assert [*filled(form).values()] == ["China but not missiles", "every day at 09:00 (UTC)", ""]
    answers = filled(form, topic="dprk -tanks", times="weekdays at 7 Seoul", title="Week")
    shown = await server.administrator.submit_modal(form, answers)
    assert "North Korea but not tanks in" in reply_text(shown)
    assert "every weekday at 07:00 (Asia/Seoul)" in reply_text(shown)
    assert "1 quote is ready for the next summary." in reply_text(shown)
    schedule = await only_schedule(server)
    assert (schedule.topic, schedule.exclude) == ("north-korea", "tanks")
    assert (schedule.titled, schedule.title) == (True, "Week")


@pytest.mark.parametrize("changed", [{"topic": "prc"}, {"topic": "China", "times": "daily at 9"}])
async def test_a_change_into_another_of_the_schedules_is_pointed_out(
    server: Server, changed: dict[str, str]
) -> None:
    await server.schedule(topic="dprk")
    before, form = await only_schedule(server), await form_of(server)
    await server.schedule()
    refused = await server.administrator.submit_modal(form, filled(form, **changed))
    assert "This summary is already scheduled; /schedule list shows it." in reply_text(refused)
    assert before in await server.client.store.schedules.list(server.env.guild.id)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"times": "soonish"}, "“soonish”"),
        ({"topic": "?!"}, "has no word to search for"),
        ({"topic": "word " * 30}, "Use up to 100 characters each"),
    ],
)
async def test_a_form_that_cannot_be_is_a_sentence_and_changes_nothing(
    server: Server, answers: dict[str, str], sentence: str
) -> None:
    await server.schedule()
    before, form = await only_schedule(server), await form_of(server)
    refused = await server.administrator.submit_modal(form, filled(form, **answers))
    assert last_reply(refused).ephemeral
    assert sentence in reply_text(refused)
    assert await only_schedule(server) == before


async def test_of_two_managers_at_once_neither_loses_anything(server: Server) -> None:
    await server.schedule()
    first, second, third = [await form_of(server) for _ in range(3)]
    ann = server.administrator
    await ann.submit_modal(first, filled(first, topic="dprk"))
    await ann.submit_modal(second, filled(second, times="10am"))
    schedule = await only_schedule(server)
    assert (schedule.topic, schedule.timetable.times[0].hour) == ("north-korea", 10)
    refused = await ann.submit_modal(third, filled(third, times="11am"))
    assert "Someone else changed this summary in the meantime" in reply_text(refused)
    assert await only_schedule(server) == schedule


@pytest.mark.parametrize("action", ["now", "edit", "words", "undo"])
async def test_a_button_is_for_those_who_may_schedule(server: Server, action: str) -> None:
    await server.schedule()
    before = await only_schedule(server)
    button = await server.put_button(f"v1:schedule:{action}:{before.id}")
    refused = await server.member.click(button, label="Press")
    assert reply_text(refused) == "You need the Manage Server permission for this."
    assert await only_schedule(server) == before
