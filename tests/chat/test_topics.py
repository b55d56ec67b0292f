"""/topics: named in a form, tried at once, undone by a button, by those who manage the server."""

from __future__ import annotations

from typing import Any

import pytest
from discord import app_commands
from simcord import InteractionResult, ResponseMessage

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.errors import TopicError
from bot.model import Topic
from tests.support.simulation import Clock, Server, button_labels, growing_client, reply_text
from tests.support.site import Site
from tests.support.stories import FERRY

pytestmark = pytest.mark.simcord(settle_timeout=30)


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


async def submit(server: Server, form: InteractionResult, *values: str) -> InteractionResult:
    """What the form is answered whose fields hold these values, in order."""
    assert form.modal is not None
    fields = [label["component"]["custom_id"] for label in form.modal["components"]]
    filled = {field: value for field, value in zip(fields, values, strict=False) if value}
    return await server.administrator.submit_modal(form, filled)


async def give(server: Server, command: str, **options: Any) -> InteractionResult:
    return await server.administrator.slash(server.channel, command, **options)


async def name(server: Server, *values: str) -> InteractionResult:
    return await submit(server, await give(server, "topics add"), *values)


def answer(result: InteractionResult) -> ResponseMessage:
    assert result.response is not None
    return result.response


async def suggested(server: Server, command: str, option: str, typed: str = "") -> list[str]:
    choices = await server.administrator.autocomplete(server.channel, command, option, typed)
    return [choice["name"] for choice in choices]


async def add_ferries(server: Server, site: Site) -> None:
    link = site.page("/ferries", "Ferries to Tessel stop", *FERRY)
    assert FERRY[0] in reply_text(await give(server, "library add link", url=link))


async def test_a_topic_is_named_tried_known_everywhere_and_undone(
    server: Server, site: Site
) -> None:
    await add_ferries(server, site)
    reply = await name(server, "The Landing", "quayside", "harbour of Tessel", "tide pods")
    shown = reply_text(reply)
    assert shown.startswith("### Topic added\nThe Landing\nwithout tide pods\n1 article mentions")
    assert FERRY[0] in shown
    assert FERRY[0] in reply_text(await give(server, "digest", topic="quayside"))
    listed = reply_text(await give(server, "topics list"))
    assert "The Landing · quayside · without tide pods · added by this server" in listed
    assert (await suggested(server, "digest", "topic"))[:2] == ["Everything", "The Landing"]
    undone = await server.administrator.click(answer(reply), label="Undo")
    assert "The topic no longer exists." in reply_text(undone)
    assert "Landing" not in reply_text(await give(server, "topics list"))


async def test_a_topic_is_changed_and_removed_and_either_is_undone(server: Server) -> None:
    await name(server, "Harbours", "", "ferries, quays")
    open_before = await give(server, "topics edit", topic="harbours")
    form = await give(server, "topics edit", topic="harbours")
    assert form.modal is not None
    stands = [label["component"].get("value") for label in form.modal["components"]]
    assert (stands[0], stands[2]) == ("Harbours", "ferries, quays")
    changed = await submit(server, form, "Ports", "docks", "ferries", "ports of computers")
    assert "### Topic changed\nPorts\nwithout ports of computers" in reply_text(changed)
    late = await submit(server, open_before, "Late", "", "")
    assert "in the meantime" in reply_text(late)
    again = await server.administrator.click(answer(changed), label="Undo")
    assert "“Harbours” is back to how it was." in reply_text(again)
    removed = await give(server, "topics remove", topic="Harbours")
    assert "### Topic removed\nHarbours" in reply_text(removed)
    back = await server.administrator.click(answer(removed), label="Undo")
    assert "“Harbours” is back to how it was." in reply_text(back)
    assert "Harbours" in reply_text(await give(server, "topics list"))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (("the of and",), "has no word to search for"),
        (("!!!",), "Give the topic a title"),
        (("News",), "means everything new"),
        (("Fish", "everything"), "means everything new"),
        (("Fish", "", ", ".join(f"kind{number}" for number in range(60))), "at most 50"),
    ],
)
async def test_what_is_no_topic_is_refused_in_a_sentence(
    server: Server, values: tuple[str, ...], says: str
) -> None:
    assert says in reply_text(await name(server, *values))
    assert await server.client.store.topics.list(server.env.guild.id) == []


async def test_a_topic_may_be_called_like_a_command_or_exclude_in_its_title(
    server: Server,
) -> None:
    await name(server, "ask")
    await name(server, "Samsung but not Galaxy, Fold")
    topics = [each.topic for each in await server.client.store.topics.list(server.env.guild.id)]
    assert topics == [
        Topic("ask", "ask"),
        Topic("samsung", "Samsung", excluded=("Galaxy", "Fold")),
    ]
    assert "has a topic “samsung”" in reply_text(await name(server, "samsung"))
    unknown = await give(server, "topics remove", topic="No such")
    server.expect_fault(TopicError)
    assert "This server has not added a topic “No such”" in reply_text(unknown)


async def test_only_those_who_manage_the_server_name_topics(server: Server) -> None:
    await name(server, "Harbours")
    for command, options in (
        ("topics add", {}),
        ("topics edit", {"topic": "harbours"}),
        ("topics remove", {"topic": "harbours"}),
    ):
        refused = await server.member.slash(server.channel, command, **options)
        assert "Manage Server" in reply_text(refused)
        server.expect_fault(app_commands.MissingPermissions)
    assert await server.member.autocomplete(server.channel, "topics edit", "topic", "") == []
    listed = await server.member.slash(server.channel, "topics list")
    assert "Harbours" in reply_text(listed)
    assert "Add a topic" not in button_labels(listed)
    for custom_id in ("v1:name:", "v1:unname:1:1"):
        button = await server.put_button(custom_id)
        pressed = await server.member.click(button, label="Press")
        assert "Manage Server" in reply_text(pressed)


async def test_a_topic_that_a_schedule_posts_about_stays(server: Server) -> None:
    await name(server, "Harbours")
    await give(server, "schedule add", channel=server.channel, topic="Harbours", time="9am")
    refused = await give(server, "topics remove", topic="harbours")
    assert "uses the topic “Harbours”, so it cannot be removed" in reply_text(refused)
    server.expect_fault(TopicError)


async def test_where_nothing_has_a_name_the_articles_suggest_some(
    server: Server, site: Site
) -> None:
    await server.prefer(shared="hidden")
    await server.client.library_writer.sync()
    await add_ferries(server, site)
    await server.client.library_writer.read_speech()
    offered = await suggested(server, "digest", "topic")
    assert offered[0] == "Everything"
    assert {"Tessel", "Anna Brandt"} <= set(offered)
    assert "China" not in offered
    assert await suggested(server, "timeline", "topic", "tess") == ["Tessel"]
    listed = await give(server, "topics list")
    assert "Tessel" in button_labels(listed)
    form = await server.administrator.click(answer(listed), label="Tessel")
    assert form.modal is not None
    assert form.modal["components"][0]["component"]["value"] == "Tessel"
    await submit(server, form, "Tessel")
    assert await suggested(server, "digest", "topic") == ["Everything", "Tessel"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("ask", {"question": "When will the harbour close?"}),
        ("digest", {"topic": "everything"}),
        ("verify", {"quote": FERRY[0]}),
        ("said", {"person": "Anna Brandt"}),
        ("timeline", {"topic": "Tessel"}),
        ("sources", {}),
        ("topics list", {}),
        ("watch list", {}),
        ("schedule list", {}),
    ],
)
async def test_where_nothing_is_held_every_command_says_how_to_begin(
    server: Server, command: str, options: dict[str, str]
) -> None:
    await server.prefer(shared="hidden")
    await server.client.library_writer.sync()
    result = await give(server, command, **options)
    said = reply_text(result) + "".join(str(message.content) for message in result.followups)
    assert "There are no articles here yet. Add the first feed with /library add feed" in said
