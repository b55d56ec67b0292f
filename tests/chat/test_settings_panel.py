"""/settings: the panel shows what a server prefers, and what is chosen on it counts at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

import discord
import pytest
from discord import app_commands
from simcord import InteractionResult
from simcord.results import ResponseMessage

from bot.chat.server.settings import panel
from bot.errors import StoreBusyError
from bot.language import use_language
from bot.model import Preferences, QuietHours
from tests.support.discord_rules import text_size, walk
from tests.support.simulation import BUSY_REPLY, Server, reply_text

NIGHT = QuietHours(time(22), time(7), "Asia/Seoul")
EVERYTHING = Preferences(True, "ko", "teal", 2**60, NIGHT, "post", keeps_gaps=False)


async def opened(server: Server) -> InteractionResult:
    return await server.administrator.slash(server.channel, "settings")


async def chosen(server: Server) -> Preferences:
    return await server.client.store.preferences.get(server.env.guild.id)


def page(result: InteractionResult) -> ResponseMessage:
    assert result.response is not None
    return result.response


def menus(result: InteractionResult) -> Mapping[str, list[str]]:
    """The value that each menu shows as chosen, by the menu's id."""
    found = {}
    for component in walk(page(result).components):
        if component["type"] == 3:
            options = [each["value"] for each in component["options"] if each.get("default")]
            found[component["custom_id"]] = options
    return found


USUAL = {
    "v1:setting:private": ["everyone"],
    "v1:setting:public_failures": ["asker"],
    "v1:setting:language": ["own"],
    "v1:setting:colours": ["kinds"],
    "v1:setting:shared": ["usual"],
    "v1:setting:talks": ["answered"],
    "v1:setting:form": ["channel"],
    "v1:setting:keeps_gaps": ["kept"],
}


async def test_the_panel_shows_what_is_usual_to_the_administrator_alone(server: Server) -> None:
    result = await opened(server)
    assert result.ephemeral
    assert menus(result) == USUAL
    assert "Quiet hours: none." in reply_text(result)


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("private", "asker", Preferences(private=True)),
        ("language", "ko", Preferences(language="ko")),
        ("language", "en", Preferences(language="en")),
        ("colours", "none", Preferences(colours="none")),
        ("shared", "hidden", Preferences(shared="hidden")),
        ("talks", "unanswered", Preferences(talks=False)),
        ("form", "thread", Preferences(form="thread")),
        ("keeps_gaps", "dropped", Preferences(keeps_gaps=False)),
    ],
)
async def test_a_menu_is_kept_at_once_and_after_a_restart(
    server: Server, setting: str, value: str, expected: Preferences
) -> None:
    result = await opened(server)
    await server.restart()
    menu = f"v1:setting:{setting}"
    changed = await server.administrator.select(page(result), [value], custom_id=menu)
    assert await chosen(server) == expected
    assert menus(changed) == USUAL | {menu: [value]}
    assert menus(await opened(server)) == USUAL | {menu: [value]}


async def test_a_role_may_be_let_schedule_and_then_nobody_else(server: Server) -> None:
    role = server.env.guild.create_role("Desk")
    result = await opened(server)
    await server.administrator.select(page(result), [role], custom_id="v1:schedulers:role")
    assert await chosen(server) == Preferences(scheduler_role=role.id)
    result = await opened(server)
    assert f"people with Manage Server and members of <@&{role.id}>." in reply_text(result)
    shown = await server.administrator.click(page(result), label="Nobody else can schedule")
    assert await chosen(server) == Preferences()
    assert "only people with Manage Server." in reply_text(shown)


async def test_quiet_hours_are_asked_for_in_a_form_and_ended_by_a_button(server: Server) -> None:
    ann = server.administrator
    await server.prefer(private=True)
    result = await opened(server)
    form = await ann.click(page(result), label="Set quiet hours")
    assert form.modal is not None
    shown = await ann.submit_modal(form, given(form, "10pm", "7:30", "seoul"))
    quiet = QuietHours(time(22), time(7, 30), "Asia/Seoul")
    assert await chosen(server) == Preferences(private=True, quiet_hours=quiet)
    assert "Quiet hours: 22:00 to 07:30 (Asia/Seoul)." in reply_text(shown)
    result = await opened(server)
    form = await ann.click(page(result), label="Change quiet hours")
    assert [field["value"] for field in fields(form)] == ["22:00", "07:30", "Asia/Seoul"]
    await ann.click(page(result), label="No quiet hours")
    assert await chosen(server) == Preferences(private=True)


async def test_the_time_zone_of_a_server_is_asked_for_by_city(server: Server) -> None:
    ann, result = server.administrator, await opened(server)
    assert "Time zone: not chosen." in reply_text(result)
    form = await ann.click(page(result), label="Set time zone")
    shown = await ann.submit_modal(form, given(form, "California"))
    assert (await chosen(server)).zone == "America/Los_Angeles"
    assert "Time zone: America/Los_Angeles, for new" in reply_text(shown)
    form = await ann.click(page(await opened(server)), label="Change time zone")
    refused = await ann.submit_modal(form, given(form, "Narnia"))
    assert "There is no time zone “Narnia”. Type a city, such as Tokyo" in reply_text(refused)
    assert (await chosen(server)).zone == "America/Los_Angeles"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (("soonish", "7am", "seoul"), "“soonish” is not a time."),
        (("9am, 10am", "7am", "seoul"), "Quiet hours have one start and one end"),
        (("7:00", "7am", "seoul"), "Quiet hours must start and end at different times."),
        (("22:00", "7am", "Middle-earth"), "There is no time zone “Middle-earth”"),
    ],
)
async def test_a_form_that_cannot_be_gets_one_private_sentence(
    server: Server, answers: tuple[str, str, str], sentence: str
) -> None:
    result = await opened(server)
    form = await server.administrator.click(page(result), label="Set quiet hours")
    refused = await server.administrator.submit_modal(form, given(form, *answers))
    assert refused.ephemeral
    assert sentence in reply_text(refused)
    assert await chosen(server) == Preferences()


async def test_everything_goes_back_to_the_usual(server: Server) -> None:
    await server.prefer(private=True, colours="blue", quiet_hours=NIGHT, form="thread")
    result = await opened(server)
    shown = await server.administrator.click(page(result), label="Restore the defaults")
    assert await chosen(server) == Preferences()
    assert menus(shown) == USUAL


async def test_the_panel_speaks_the_language_chosen_on_it(server: Server) -> None:
    result = await opened(server)
    menu = "v1:setting:language"
    shown = await server.administrator.select(page(result), ["ko"], custom_id=menu)
    assert not reply_text(shown).startswith("### Settings")
    shown = await server.administrator.select(page(shown), ["en"], custom_id=menu)
    assert reply_text(shown).startswith("### Settings")


async def test_a_form_says_which_channels_are_closed_to_it(server: Server) -> None:
    assert server.client.user is not None
    denied = discord.PermissionOverwrite(create_public_threads=False)
    no_threads = server.env.guild.create_text_channel(
        "no-threads", overwrites={server.client.user: denied}
    )
    await server.schedule(channel=no_threads)
    result = await opened(server)
    assert "I cannot post in" not in reply_text(result)
    menu = "v1:setting:form"
    shown = await server.administrator.select(page(result), ["thread"], custom_id=menu)
    assert "I cannot post in #no-threads: I need Create Public Threads there." in reply_text(shown)


@pytest.mark.parametrize(
    "custom_id", ["v1:setting:private", "v1:schedulers:role", "v1:settings:quiet"]
)
async def test_who_does_not_manage_the_server_chooses_nothing(
    server: Server, custom_id: str
) -> None:
    message = await put_panel(server)
    if custom_id.startswith("v1:settings:"):
        refused = await server.member.click(message, custom_id=custom_id)
    elif custom_id.startswith("v1:schedulers"):
        role = server.env.guild.create_role("Desk")
        refused = await server.member.select(message, [role], custom_id=custom_id)
    else:
        refused = await server.member.select(message, ["asker"], custom_id=custom_id)
    assert refused.ephemeral
    assert "You need the Manage Server permission for this." in reply_text(refused)
    assert await chosen(server) == Preferences()


async def test_the_panel_is_offered_to_those_who_manage_the_server_alone(server: Server) -> None:
    assert "settings" in server.administrator.available_commands(server.channel)
    assert "settings" not in server.member.available_commands(server.channel)
    # A server may open the command to others; the bot still asks for the permission itself.
    command = server.registered("settings")
    assert (command["contexts"], command["integration_types"]) == ([0], [0])
    command["default_member_permissions"] = None
    refused = await server.member.slash(server.channel, "settings")
    assert refused.ephemeral
    assert reply_text(refused) == "You need the Manage Server permission for this."
    server.expect_fault(app_commands.MissingPermissions)


async def test_a_busy_database_is_one_sentence(server: Server) -> None:
    result = await opened(server)
    server.client.store = Busy()  # type: ignore[assignment]
    chosen = await server.administrator.select(
        page(result), ["asker"], custom_id="v1:setting:private"
    )
    assert reply_text(chosen) == BUSY_REPLY
    assert reply_text(await opened(server)) == BUSY_REPLY
    server.expect_fault(StoreBusyError)


class Busy:
    """A store that is always locked."""

    @property
    def preferences(self) -> Busy:
        return self

    async def get(self, guild_id: int) -> None:
        raise StoreBusyError("The database is busy; try again.")


async def test_an_entry_that_is_no_more_says_so(server: Server) -> None:
    menu: discord.ui.Select[Any] = discord.ui.Select(custom_id="v1:setting:colours")
    menu.add_option(label="Gold", value="gold")
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(menu)
    place = server.client.get_partial_messageable(server.channel.id)
    message = await place.send(view=discord.ui.LayoutView(timeout=None).add_item(row))
    refused = await server.administrator.select(message, ["gold"])
    assert "This menu is out of date; use /settings for a new one." in reply_text(refused)
    assert await chosen(server) == Preferences()


async def test_a_menu_of_another_version_says_so(server: Server) -> None:
    menu: discord.ui.Select[Any] = discord.ui.Select(custom_id="v9:setting:colours")
    menu.add_option(label="Gold", value="gold")
    row: discord.ui.ActionRow[Any] = discord.ui.ActionRow(menu)
    place = server.client.get_partial_messageable(server.channel.id)
    message = await place.send(view=discord.ui.LayoutView(timeout=None).add_item(row))
    refused = await server.administrator.select(message, ["gold"])
    assert refused.ephemeral
    assert "out of date" in reply_text(refused)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("preferences", [Preferences(), EVERYTHING])
def test_the_panel_keeps_discords_limits(language: str, preferences: Preferences) -> None:
    with use_language(language):
        layout = panel(preferences, ["x" * 200] * 3)
    components = [item.to_component_dict() for item in layout.children]
    assert len(list(walk(components))) <= 40
    assert text_size(components) <= 4000


async def put_panel(server: Server) -> discord.Message:
    """The panel where everybody sees it, as it would be if Discord showed it to the wrong one."""
    place = server.client.get_partial_messageable(server.channel.id)
    return await place.send(view=panel(Preferences()))


def fields(form: InteractionResult) -> list[Any]:
    assert form.modal is not None
    return [label["component"] for label in form.modal["components"]]


def given(form: InteractionResult, *answers: str) -> dict[str, Any]:
    return {field["custom_id"]: text for field, text in zip(fields(form), answers, strict=True)}
