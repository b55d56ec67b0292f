"""The steps by which managers set a server up: each a button or a form, and each can be left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from simcord import InteractionResult

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.chat.guide.setup import SetupButton, TakeTopicButton
from bot.reading.feeds.opml import FeedAddress, write_opml
from tests.support.discord_rules import walk
from tests.support.korean import in_korean
from tests.support.simulation import Clock, Server, button_labels, growing_client, reply_text
from tests.support.site import FERRIES, FeedItem, Site
from tests.support.stories import FLOOD

pytestmark = pytest.mark.simcord(settle_timeout=30)

RAIN = FeedItem("/rain", "Rain closes roads", FLOOD, day=2)


@pytest.fixture
def simcord_bot(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


async def press(server: Server, step: str, actor: Any = None) -> InteractionResult:
    """What the button of a step does for the administrator, on a message of its own."""
    message = await server.put_button(SetupButton.id_for(step))
    result: InteractionResult = await (actor or server.administrator).click(message, label="Press")
    return result


async def submit(server: Server, form: InteractionResult, **values: Any) -> InteractionResult:
    """What the form is answered, with `values` in the fields of these labels and in the others what
    stands there already."""
    assert form.modal is not None
    filled = {}
    for label in form.modal["components"]:
        name, field = label["label"].casefold().replace(" ", "_"), label["component"]
        value = values.get(name, standing(server, field))
        if value:
            filled[field["custom_id"]] = value
    return await server.administrator.submit_modal(form, filled)


def standing(server: Server, field: dict[str, Any]) -> Any:
    """What stands in a field before anybody fills it in."""
    if "options" in field:
        return [option["value"] for option in field["options"] if option.get("default")]
    return [server.channel] if "default_values" in field else field.get("value")


def texts(result: InteractionResult) -> list[str]:
    """What each message of the reply shows."""
    replies = [result.response, *result.followups]
    return [
        "\n".join(c["content"] for c in walk(reply.components) if c["type"] == 10)
        for reply in replies
        if reply is not None
    ]


async def test_the_welcome_and_the_help_of_managers_lead_to_the_steps(server: Server) -> None:
    helped = await server.administrator.slash(server.channel, "help")
    assert button_labels(helped)[-1] == "Set up"
    assert helped.response is not None
    steps = await server.administrator.click(helped.response, label="Set up")
    assert steps.ephemeral
    assert reply_text(steps).startswith("### Set up Verbatim\n")
    assert button_labels(await server.member.slash(server.channel, "help"))[-1] == "Try /sources"


async def test_only_managers_may_set_up(server: Server) -> None:
    for step in ("steps", "hidden", "feeds", "came", "schedule", "post"):
        pressed = await press(server, step, server.member)
        assert pressed.ephemeral
        assert reply_text(pressed) == "You need the Manage Server permission for this."


async def test_the_shared_articles_are_hidden_and_shown_again(server: Server) -> None:
    hidden = await press(server, "hidden")
    assert "The shared articles are hidden" in reply_text(hidden)
    preferences = await server.client.store.preferences.get(server.env.guild.id)
    assert preferences.shared == "hidden"
    shown = await press(server, "shown")
    assert "1 article shared by all servers is shown here" in reply_text(shown)


async def test_feeds_are_followed_by_their_addresses_or_as_a_list(
    server: Server, site: Site
) -> None:
    ferries = site.feed("/ferry-feed", "The Tessel Post", FERRIES)
    rain = site.feed("/rain-feed", "Rain Weekly", RAIN)
    both = await submit(
        server, await press(server, "feeds"), addresses=f"{ferries}\n\n {site.url('/none')} "
    )
    told, steps = texts(both)
    assert told.startswith("### Following 1 more feed\n-# 1 article added\n-# Not added: ")
    assert "1 feed · 1 article" in steps
    assert "-# Ferries stop" in steps
    opml = write_opml([FeedAddress(rain)], "Mine").encode()
    form = await press(server, "feeds")
    listed = await submit(server, form, or_an_opml_file=("mine.opml", opml))
    assert "2 feeds · 2 articles" in texts(listed)[-1]
    came = await press(server, "came")
    assert reply_text(came).startswith("### Sources\n")


async def test_a_form_without_a_feed_says_what_to_give(server: Server) -> None:
    empty = await submit(server, await press(server, "feeds"), addresses="  \n ")
    assert (
        reply_text(empty)
        == "Enter the address of a feed, or attach an OPML file from a feed reader."
    )


async def test_a_summary_is_scheduled_and_posted(server: Server, site: Site) -> None:
    await submit(
        server,
        await press(server, "feeds"),
        addresses=site.feed("/ferry-feed", "The Tessel Post", FERRIES),
    )
    assert reply_text(await press(server, "post")) == (
        "No summary is scheduled here any more; schedule one first."
    )
    form = await press(server, "schedule")
    made = await submit(server, form, at_what_time="18:30", time_zone="Berlin")
    told, steps = texts(made)
    assert "every day at 18\\:30 (Europe/Berlin)" in told
    assert "every day at 18:30" in steps
    posted = await press(server, "post")
    assert reply_text(posted).startswith("### Posted\n")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("at_what_time", "soonish"), ("on_which_days", "doomsday"), ("time_zone", "Atlantis")],
)
async def test_a_time_that_is_not_understood_is_one_sentence(
    server: Server, field: str, typed: str
) -> None:
    refused = await submit(server, await press(server, "schedule"), **{field: typed})
    assert typed in reply_text(refused)
    assert await server.client.store.schedules.list(server.env.guild.id) == []


async def test_the_steps_speak_korean(server: Server, site: Site) -> None:
    await server.prefer(language="ko")
    in_korean(await press(server, "steps"))
    form = await press(server, "feeds")
    assert form.modal is not None
    assert "피드" in form.modal["title"]


async def test_a_topic_that_the_articles_suggest_is_taken_at_once(
    server: Server, site: Site
) -> None:
    news = {
        "/tail": ("A second tail", "Comet Halvard has grown a second tail of ionised gas."),
        "/dawn": ("Before dawn", "Look for Comet Halvard an hour before sunrise this week."),
        "/near": ("Nearest in December", "In December Comet Halvard comes nearest to the Earth."),
    }
    for path, (title, text) in news.items():
        site.page(path, title, text)
    items = (FeedItem(path, title) for path, (title, _) in news.items())
    feed = site.feed("/feed", "The Tessel Post", *items)
    followed = await submit(server, await press(server, "feeds"), addresses=feed)
    labels = [c["label"] for c in walk(followed.followups[-1].components) if c["type"] == 2]
    assert "+ Comet Halvard" in labels
    message = await server.put_button(TakeTopicButton.id_for("Comet Halvard"))
    taken = await server.administrator.click(message, label="Press")
    told, steps = texts(taken)
    assert told.startswith("### Topic added\n**Comet Halvard**\n3 articles mention it.")
    assert "✅ **Topics**\nComet Halvard" in steps
    form = await press(server, "schedule")
    assert form.modal is not None
    assert "Comet Halvard" in [
        option["label"]
        for label in form.modal["components"]
        for option in label["component"].get("options", ())
        if option.get("default")
    ]
    again = await server.administrator.click(message, label="Press")
    assert "This server already has a topic “Comet Halvard”." in reply_text(again)
    refused = await server.member.click(message, label="Press")
    assert reply_text(refused) == "You need the Manage Server permission for this."


async def test_no_command_is_explained_by_the_subject_of_one_desk(server: Server) -> None:
    subject = re.compile(r"korea|seoul|pyongyang|beijing|washington", re.IGNORECASE)
    for command in server.client.tree.get_commands():
        assert not subject.findall(str(command.to_dict(server.client.tree)))
