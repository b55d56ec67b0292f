"""Posts over real sockets: an earlier attempt is found again, and every fault gets a name."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.client import VerbatimClient
from bot.chat.interaction.threads import thread_name
from bot.chat.posts.posting import DiscordPoster
from bot.model import (
    Brief,
    BriefPoint,
    Digest,
    Notice,
    PostedQuote,
    PostForm,
    PostLook,
    Preferences,
    Schedule,
    SentMessage,
    Timetable,
)
from bot.schedule.poster import Attempt, ChannelLostError, PostFailedError, PostRefusedError
from bot.store import Store
from tests.support.discord_rules import walk
from tests.support.discord_server import (
    SERVER,
    SYSTEM_CHANNEL,
    DiscordServer,
    PostFault,
    accept,
    cut_kept,
    cut_unkept,
    direct_channel,
    discord_server,
    rate_limit,
    refuse,
    refuse_with_page,
)
from tests.support.simulation import MONDAY, SEOUL, Clock, reading_client, small_library

CHANNEL, ANN = 10, 9
FIRST = Attempt("n1", MONDAY)
AGAIN = Attempt("n1", MONDAY, is_retry=True)
Send: TypeAlias = Callable[[DiscordPoster, Attempt], Awaitable[SentMessage]]


def notice(kind: Any, *, channel: int | None = CHANNEL) -> Notice:
    text = SEOUL.paragraphs[1].text
    return Notice(
        key="n",
        kind=kind,
        happened_at=MONDAY,
        guild_id=0 if channel is None else SERVER,
        channel_id=channel,
        user_id=ANN,
        reply_to=77,
        reason="The channel no longer exists.",
        brief=Brief("x", "X", (BriefPoint(PostedQuote("seoul", 2, 0, len(text), text)),)),
    )


FOUND: Digest = small_library().view().digest("china", already_posted=())
SENDS: dict[str, tuple[int, Send]] = {
    "a watch": (CHANNEL, lambda to, a: to.post_watch_quotes(notice("watch"), FOUND, 0, a)),
    "a private watch": (
        direct_channel(ANN),
        lambda to, a: to.post_watch_quotes(notice("watch", channel=None), FOUND, 0, a),
    ),
    "a flag": (CHANNEL, lambda to, a: to.post_flag(notice("edited"), a)),
    "word of a refusal": (direct_channel(ANN), lambda to, a: to.tell_maker(notice("refused"), a)),
    "word of a pause": (direct_channel(ANN), lambda to, a: to.tell_maker(notice("paused"), a)),
}


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with discord_server() as served:
        served.now = Clock()
        yield served
        assert served.broken == []


@pytest.fixture
async def client(
    server: DiscordServer, tmp_path: Path, empty_database: Path
) -> AsyncIterator[VerbatimClient]:
    store = await Store.open(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))
    client = reading_client(small_library(), store, Clock())
    await client.login("t")
    yield client
    await client.close()
    await store.close()


@pytest.fixture
def poster(client: VerbatimClient) -> DiscordPoster:
    return DiscordPoster(client)


@pytest.mark.parametrize("what", SENDS)
async def test_whatever_is_sent_an_earlier_attempt_is_found(
    what: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    channel, send = SENDS[what]
    server.remembers_nonces = False
    server.troubles = [cut_kept]
    with pytest.raises(PostFailedError):
        await send(poster, FIRST)
    server.chatter(channel, 120)
    [post] = server.posts(channel)
    assert await send(poster, AGAIN) == SentMessage(int(post["id"]))
    assert await send(poster, Attempt("n2", MONDAY, is_retry=True)) != SentMessage(int(post["id"]))
    assert len(server.posts(channel)) == 2


@pytest.mark.parametrize("ahead", [timedelta(hours=2), timedelta(days=400), -timedelta(days=3)])
@pytest.mark.parametrize("what", SENDS)
async def test_an_attempt_is_looked_for_by_discords_clock(
    what: str, ahead: timedelta, server: DiscordServer, poster: DiscordPoster
) -> None:
    channel, send = SENDS[what]
    server.remembers_nonces = False
    server.troubles = [cut_kept]
    since = MONDAY + timedelta(hours=1)
    server.now = Clock(since)
    server.chatter(channel, 5)
    first = Attempt("n1", since + ahead, sent_after=since)
    with pytest.raises(PostFailedError):
        await send(poster, first)
    server.chatter(channel, 5)
    await send(poster, replace(first, is_retry=True))
    assert len(server.posts(channel)) == 1


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(0), None),
        (timedelta(seconds=50), None),
        (timedelta(minutes=5), "0:05:00 ahead of"),
        (-timedelta(hours=3), "3:00:00 behind"),
        (timedelta(days=365), "365 days, 0:00:00 ahead of"),
    ],
)
async def test_a_clock_that_differs_from_discords_is_said_once(
    ahead: timedelta,
    words: str | None,
    server: DiscordServer,
    poster: DiscordPoster,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.now = Clock(MONDAY - ahead)
    for attempt in ("n1", "n2"):
        await SENDS["a watch"][1](poster, Attempt(attempt, MONDAY))
    assert abs(poster.discord_time() - (MONDAY - ahead)) < timedelta(seconds=2)
    lines = [r.getMessage() for r in caplog.records if "clock is wrong" in r.getMessage()]
    assert len(lines) == (words is not None)
    assert all(f"it is {words} Discord's" in line for line in lines)


async def test_a_first_attempt_looks_at_nothing(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    _, send = SENDS["a watch"]
    await send(poster, FIRST)
    assert server.looks(CHANNEL) == 0


async def test_what_was_said_before_the_slot_is_not_read(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.chatter(CHANNEL, 300)
    _, send = SENDS["a watch"]
    await send(poster, Attempt("n1", MONDAY + timedelta(hours=1), is_retry=True))
    assert server.looks(CHANNEL) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(cut_unkept, id="cut"),
        pytest.param(refuse(503), id="503"),
        pytest.param(refuse(400), id="400"),
        pytest.param(rate_limit(3600), id="429 for an hour"),
    ],
)
async def test_a_passing_fault_is_one_that_is_tried_again(
    trouble: PostFault, server: DiscordServer, poster: DiscordPoster
) -> None:
    _, send = SENDS["a watch"]
    server.troubles = [trouble]
    with pytest.raises(PostFailedError, match="Discord did not accept the post"):
        await send(poster, FIRST)
    await send(poster, AGAIN)
    assert len(server.posts(CHANNEL)) == 1


# What does not speak of the channel, a permission or the person, with any of the statuses that do.
UNSPECIFIC: dict[str, PostFault] = {
    "a page of a proxy with 403": refuse_with_page(403),
    "a page of a proxy with 404": refuse_with_page(404),
    "403 without a code": refuse(403),
    "404 without a code": refuse(404),
    "an address that is blocked": refuse(403, 40333),
    "an application under review": refuse(403, 20026),
    "an account to be verified": refuse(403, 40002),
    "an owner without a second factor": refuse(403, 60003),
    "an action for other channels": refuse(403, 50024),
    "an unknown message": refuse(404, 10008),
}


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        *((answer, "a watch") for answer in UNSPECIFIC),
        *(
            (answer, what)
            for what in [*SENDS][1:]
            for answer in ("404 without a code", *UNSPECIFIC)[:2]
        ),
    ],
)
async def test_a_refusal_that_does_not_speak_of_the_channel_is_a_passing_fault(
    answer: str, what: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    channel, send = SENDS[what]
    server.troubles = [UNSPECIFIC[answer]]
    with pytest.raises(PostFailedError) as fault:
        await send(poster, FIRST)
    assert len(str(fault.value)) < 300
    assert "\n" not in str(fault.value)
    await send(poster, AGAIN)
    assert len(server.posts(channel)) == 1


@pytest.mark.parametrize("what", SENDS)
@pytest.mark.parametrize(
    ("status", "code"), [(404, 10003), (404, 10004), (403, 50001), (403, 50013), (403, 50278)]
)
async def test_a_refusal_that_speaks_of_the_channel_or_person_is_for_good(
    status: int, code: int, what: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.otherwise = refuse(status, code)
    with pytest.raises(ChannelLostError):
        await SENDS[what][1](poster, FIRST)


@pytest.mark.parametrize(
    ("status", "code", "what"),
    [
        *((400, 50035, what) for what in SENDS),
        *((400, code, "a watch") for code in (240000, 160006, 200000)),
        (413, 40005, "a watch"),
    ],
)
async def test_content_that_discord_refuses_is_told_from_a_fault(
    status: int, code: int, what: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.otherwise = refuse(status, code)
    with pytest.raises(PostRefusedError, match=f"error code: {code}"):
        await SENDS[what][1](poster, FIRST)


@pytest.mark.parametrize("answer", [refuse_with_page(403), refuse(403, 40333), refuse(404)])
async def test_where_the_look_fails_for_a_passing_fault_nothing_is_posted(
    answer: PostFault, server: DiscordServer, poster: DiscordPoster
) -> None:
    _, send = SENDS["a watch"]
    server.remembers_nonces = False
    server.troubles, server.reading_troubles = [cut_kept], [answer]
    for attempt in (FIRST, AGAIN):
        with pytest.raises(PostFailedError):
            await send(poster, attempt)
    await send(poster, AGAIN)
    assert len(server.posts(CHANNEL)) == 1


async def test_where_the_bot_may_not_look_it_posts(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.reading_troubles = [refuse(403, 50001)]
    await SENDS["a watch"][1](poster, AGAIN)
    assert len(server.posts(CHANNEL)) == 1


async def test_a_discord_out_of_reach_is_a_passing_fault(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    await server.close()
    with pytest.raises(PostFailedError):
        await SENDS["a watch"][1](poster, FIRST)


@pytest.mark.parametrize("lost", ["gone", "closed"])
async def test_of_a_pause_the_server_is_told_where_its_maker_cannot_be(
    lost: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    getattr(server, lost).add(direct_channel(ANN))
    await poster.tell_maker(notice("paused"), FIRST)
    [post] = server.posts(SYSTEM_CHANNEL)
    assert "Paused: X\\nI have stopped posting it in <#10>.\\nThe channel no longer exists." in str(
        post
    )


async def test_where_nobody_can_be_told_of_a_pause_it_is_given_up(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.closed |= {direct_channel(ANN), SYSTEM_CHANNEL}
    with pytest.raises(ChannelLostError):
        await poster.tell_maker(notice("paused"), FIRST)
    server.system_channel = None
    with pytest.raises(ChannelLostError):
        await poster.tell_maker(notice("paused"), FIRST)


# The forms of a summary

FORUM = 20
NOON = Timetable((time(12),), (0, 1, 2, 3, 4, 5, 6), "Asia/Seoul")
DAY_NAME, POST_NAME = "2026-03-02", "China · 2026-03-02 17:00"
FORMS: list[tuple[PostForm, int, str]] = [
    ("thread", CHANNEL, DAY_NAME),
    ("post", CHANNEL, POST_NAME),
    ("channel", FORUM, POST_NAME),
    ("thread", FORUM, DAY_NAME),
    ("post", FORUM, POST_NAME),
]


PLAIN = PostLook()


async def summarise(
    poster: DiscordPoster,
    form: PostForm,
    channel: int,
    attempt: Attempt = FIRST,
    look: PostLook = PLAIN,
) -> SentMessage:
    schedule = Schedule(1, SERVER, channel, "china", NOON, True, ANN, MONDAY, MONDAY)
    return await poster.post_summary(schedule, FOUND, replace(look, form=form), attempt)


def messages(server: DiscordServer) -> list[tuple[str, int]]:
    """The name of every thread, and how many messages of ours stand in it."""
    return [(each["name"], len(server.posts(int(each["id"])))) for each in server.threads]


@pytest.mark.parametrize(("form", "channel", "name"), FORMS)
async def test_a_summary_goes_into_a_thread_of_its_form(
    form: PostForm, channel: int, name: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums = {FORUM}
    sent = await summarise(poster, form, channel)
    assert messages(server) == [(name, 1)]
    [thread] = server.threads
    [post] = server.posts(int(thread["id"]))
    assert sent == SentMessage(int(post["id"]), int(thread["id"]))
    assert server.posts(channel) == []


@pytest.mark.parametrize(("form", "channel", "name"), FORMS)
async def test_the_second_summary_of_a_day_joins_the_first_where_that_is_the_form(
    form: PostForm, channel: int, name: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums = {FORUM}
    await summarise(poster, form, channel)
    await summarise(poster, form, channel, Attempt("n2", MONDAY + timedelta(hours=3)))
    if form == "thread":
        assert messages(server) == [(name, 2)]
    else:
        assert messages(server) == [(POST_NAME, 1), ("China · 2026-03-02 20:00", 1)]
    await summarise(poster, form, channel, Attempt("n3", MONDAY + timedelta(days=1)))
    assert messages(server)[-1] == (name.replace("03-02", "03-03"), 1)


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("trouble", [cut_unkept, cut_kept])
@pytest.mark.parametrize(("form", "channel", "name"), FORMS)
async def test_whatever_breaks_off_a_summary_stands_in_one_thread_once(
    form: PostForm,
    channel: int,
    name: str,
    trouble: PostFault,
    number: int,
    archived: bool,
    server: DiscordServer,
    poster: DiscordPoster,
) -> None:
    """The first request that creates or posts something breaks off, or the second one."""
    server.forums = {FORUM}
    server.remembers_nonces = False
    server.troubles = [accept] * (number - 1) + [trouble]
    try:
        await summarise(poster, form, channel)
    except PostFailedError:
        if archived:
            server.archived = {int(each["id"]) for each in server.threads}
    sent = await summarise(poster, form, channel, AGAIN)
    assert messages(server) == [(name, 1)]
    assert await summarise(poster, form, channel, AGAIN) == sent
    assert messages(server) == [(name, 1)]


@pytest.mark.parametrize("channel", [CHANNEL, FORUM])
@pytest.mark.parametrize(("old", "new", "name"), [("ko", "en", "중국"), ("en", "ko", "China")])
async def test_a_thread_is_found_again_after_the_server_chose_another_language(
    channel: int,
    old: str,
    new: str,
    name: str,
    server: DiscordServer,
    client: VerbatimClient,
    poster: DiscordPoster,
) -> None:
    server.forums = {FORUM}
    server.remembers_nonces = False
    server.troubles = [cut_kept]
    summary = replace(FOUND, titles=(("ko", "중국"),))
    schedule = Schedule(1, SERVER, channel, "china", NOON, True, ANN, MONDAY, MONDAY)
    await client.store.preferences.put(SERVER, Preferences(language=old))
    with pytest.raises(PostFailedError):
        await poster.post_summary(schedule, summary, PostLook(form="post"), FIRST)
    await client.store.preferences.put(SERVER, Preferences(language=new))
    await poster.post_summary(schedule, summary, PostLook(form="post"), AGAIN)
    assert messages(server) == [(f"{name} · 2026-03-02 17:00", 1)]


async def test_a_thread_of_somebody_else_or_of_another_channel_is_not_ours(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    await summarise(poster, "thread", CHANNEL)
    server.threads[0]["owner_id"] = str(ANN)
    await summarise(poster, "thread", CHANNEL, Attempt("n2", MONDAY))
    assert messages(server) == [(DAY_NAME, 1), (DAY_NAME, 1)]
    server.threads[1]["parent_id"] = "11"
    await summarise(poster, "thread", CHANNEL, Attempt("n3", MONDAY))
    assert len(server.threads) == 3


@pytest.mark.parametrize("channel", [CHANNEL, FORUM])
async def test_the_thread_of_the_day_is_found_though_it_was_archived(
    channel: int, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums = {FORUM}
    await summarise(poster, "thread", channel)
    server.archived = {int(each["id"]) for each in server.threads}
    await summarise(poster, "thread", channel, Attempt("n2", MONDAY + timedelta(hours=3)))
    assert messages(server) == [(DAY_NAME, 2)]


async def test_a_locked_thread_is_left_alone(server: DiscordServer, poster: DiscordPoster) -> None:
    await summarise(poster, "thread", CHANNEL)
    server.threads[0]["thread_metadata"]["locked"] = True
    await summarise(poster, "thread", CHANNEL, Attempt("n2", MONDAY))
    assert messages(server) == [(DAY_NAME, 1), (DAY_NAME, 1)]


@pytest.mark.parametrize(("form", "channel", "name"), FORMS)
@pytest.mark.parametrize("lost", ["gone", "closed"])
async def test_a_channel_lost_to_threads_is_lost(
    lost: str, form: PostForm, channel: int, name: str, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums = {FORUM}
    getattr(server, lost).add(channel)
    with pytest.raises(ChannelLostError):
        await summarise(poster, form, channel)


# The look of a summary

ROLE, TAG = 555, 31
KITERS = {"id": str(ROLE), "name": "Kiters", "permissions": "0", "position": 3, "mentionable": True}
TAGS = [
    {"id": str(TAG), "name": "Weekly", "moderated": False, "emoji_id": None, "emoji_name": None},
    {"id": "32", "name": "Staff", "moderated": True, "emoji_id": None, "emoji_name": None},
]


def look_of(message: dict[str, Any]) -> tuple[list[int], str]:
    """The roles that a message pings, and the text that it begins with."""
    texts = [part["content"] for part in walk(message["components"]) if part["type"] == 10]
    return message["allowed_mentions"].get("roles", []), texts[0]


@pytest.mark.parametrize(
    ("form", "channel"), [("channel", CHANNEL), ("thread", CHANNEL), ("post", FORUM)]
)
async def test_a_summary_pings_its_one_role_and_nobody_else(
    form: PostForm, channel: int, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums, server.roles = {FORUM}, [KITERS]
    look = PostLook(role_id=ROLE, is_titled=True, title="Kite @everyone <@&777> news")
    await summarise(poster, form, channel, look=look)
    *_, (_, _, body) = server.requests
    message = body.get("message", body)
    pinged, text = look_of(message)
    assert pinged == [ROLE]
    assert message["allowed_mentions"]["parse"] == []
    assert text == (
        f"<@&{ROLE}>\n## Kite \\@everyone \\<\\@\\&777\\> news · Monday, 2 March 2026\n### China"
    )


@pytest.mark.parametrize(
    ("role", "roles"),
    [(777, [KITERS]), (SERVER, [KITERS | {"id": str(SERVER), "name": "@everyone"}]), (ROLE, [])],
    ids=["deleted", "everyone", "no roles"],
)
async def test_a_role_that_is_gone_and_everyone_are_never_mentioned(
    role: int, roles: list[Any], server: DiscordServer, poster: DiscordPoster
) -> None:
    server.roles = roles
    await summarise(poster, "channel", CHANNEL, look=PostLook(role_id=role))
    [(_, _, body)] = [request for request in server.requests if request[0] == "POST"]
    assert look_of(body) == ([], "### China")


async def test_nobody_is_pinged_to_hear_that_there_is_nothing_new(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.roles = [KITERS]
    schedule = Schedule(1, SERVER, CHANNEL, "china", NOON, True, ANN, MONDAY, MONDAY)
    nothing = replace(FOUND, points=())
    for look in (PostLook(role_id=ROLE), PostLook(is_titled=True, is_first=True)):
        await poster.post_summary(schedule, nothing, look, Attempt(str(look.is_first), MONDAY))
    first, second = [body for method, _, body in server.requests if method == "POST"]
    assert look_of(first) == ([], "### China")
    assert look_of(second) == ([], "## Monday, 2 March 2026\n### China")


@pytest.mark.parametrize(
    ("tag", "required", "given"),
    [
        (TAG, True, [TAG]),
        (TAG, False, [TAG]),
        (None, True, [TAG]),
        (None, False, []),
        (99, True, [TAG]),
        (99, False, []),
        (32, True, [TAG]),
    ],
)
async def test_a_forum_post_has_its_tag_or_one_that_the_forum_takes(
    tag: int | None, required: bool, given: list[int], server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums, server.tags, server.requires_tag = {FORUM}, TAGS, required
    await summarise(poster, "post", FORUM, look=PostLook(tag_id=tag))
    [thread] = server.threads
    assert [int(applied) for applied in thread["applied_tags"]] == given


async def test_a_forum_whose_tags_are_all_gone_pauses_with_what_to_do(
    server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums, server.requires_tag = {FORUM}, True
    with pytest.raises(ChannelLostError, match="there is none that I can use"):
        await summarise(poster, "post", FORUM, look=PostLook(tag_id=TAG))


@pytest.mark.parametrize("trouble", [cut_unkept, cut_kept])
@pytest.mark.parametrize("channel", [CHANNEL, FORUM])
async def test_a_second_attempt_without_role_and_tag_finds_the_first_with_them(
    channel: int, trouble: PostFault, server: DiscordServer, poster: DiscordPoster
) -> None:
    server.forums, server.tags, server.roles = {FORUM}, TAGS, [KITERS]
    server.remembers_nonces = False
    server.troubles = [trouble]
    look = PostLook(is_titled=True, role_id=ROLE, tag_id=TAG)
    with pytest.raises(PostFailedError):
        await summarise(poster, "channel", channel, look=look)
    server.roles, server.tags = [], []
    await summarise(poster, "channel", channel, AGAIN, look)
    places = [channel, *(int(thread["id"]) for thread in server.threads)]
    assert sum(len(server.posts(place)) for place in places) == 1


@given(st.text(min_size=1, max_size=300), st.sampled_from(["post", "thread"]))
def test_a_thread_has_a_name_that_discord_takes_as_it_is(title: str, form: PostForm) -> None:
    name = thread_name(form, title, MONDAY)
    assert 1 <= len(name.encode("utf-16-le")) // 2 <= 100
    assert name.isprintable()
    assert name.endswith("2026-03-02 08:00" if form == "post" else "2026-03-02")
