"""No stale quote is ever sent: articles are edited between computing and sending, everywhere."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import time
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, cast

import pytest
from aiohttp import web
from discord import app_commands

from bot.app import Services
from bot.chat.client import VerbatimClient
from bot.chat.components.quote_ids import QuoteId
from bot.chat.interaction.buttons import PersistentItem
from bot.chat.interaction.checked import check_quotes, quotes_in
from bot.chat.posts.posting import DiscordPoster
from bot.chat.registry import BUTTONS
from bot.errors import LibraryError
from bot.library import Library, View
from bot.model import (
    SHARED,
    Answer,
    Brief,
    Comparison,
    Digest,
    Notice,
    Paragraph,
    PostForm,
    PostLook,
    Quote,
    Schedule,
    Timetable,
    Verification,
)
from bot.schedule.poster import Attempt
from bot.store import Store
from tests.support.commands import COMMANDS, HARBOUR, MISSILES, give
from tests.support.discord_rules import walk
from tests.support.discord_server import SERVER, DiscordServer, accept, discord_server
from tests.support.korean import ARTICLES
from tests.support.layouts import QUOTE
from tests.support.simulation import (
    MONDAY,
    Clock,
    Server,
    growing_client,
    reading_client,
    small_library,
)
from tests.support.site import FeedItem, Site
from tests.support.stories import FERRY

ROOT = Path(__file__).parents[2]
FERRIES = FeedItem("/ferries", "Ferries stop")
FILE = "\n\n".join(("Ferries to Tessel stop", *FERRY)).encode()

CHANNEL = 10
Act: TypeAlias = Callable[[], Awaitable[Any]]


class EditedLibrary(Library):
    """A library whose articles are rewritten once something was computed from them: whatever asks
    whether a quote is current finds it gone."""

    def __init__(self, library: Library) -> None:
        self.__dict__ = library.__dict__
        self.library = library

    def view(self, collection: int = SHARED) -> View:
        return EditedView(self.library.view(collection))


class EditedView(View):
    def __init__(self, view: View) -> None:
        self.__dict__ = view.__dict__

    def is_current(self, quote: Quote) -> bool:
        for article in self.own_articles:
            rewritten = [Paragraph("All of it was rewritten.") for _ in article.paragraphs]
            self.put(replace(article, paragraphs=tuple(rewritten)))
        return super().is_current(quote)


# Forms, panels and what lists feeds.
WITHOUT_QUOTES = ("library import", "schedule edit", "topics add", "topics edit", "topics remove")
FIRST_TEXT = ARTICLES[0].paragraphs[0].text
OPENING = Quote(ARTICLES[0], 1, 0, len(FIRST_TEXT), FIRST_TEXT)
ADDING = ("library add link", "library add file", "library add feed")
# For every kind of button a command whose reply has it (or a button below which it comes), and
# whether what comes of pressing it holds quotes.
BUTTON_PATHS: dict[str, tuple[str, Sequence[str], bool]] = {
    "quotes": ("ask", (), True),
    "context": ("", (), True),
    "around": ("ask of Seoul", ("quotes",), True),
    "cite": ("ask", ("quotes",), False),
    "more": ("ask", (), True),
    "points": ("digest", (), True),
    "behind": ("", (), False),
    "share": ("private ask", (), True),
    "feedback": ("ask", (), False),
    "said": ("said", (), True),
    "speaker": ("unknown speaker", (), True),
    "timeline": ("timeline", (), True),
    "digest": ("unanswered ask", (), True),
    "sources": ("sources", (), False),
    "try": ("help", (), True),
    "forget": ("privacy", (), False),
    "gaps": ("", (), False),
    "clear-gaps": ("", (), False),
    "library": ("", (), False),
    "undo": ("", (), False),
    "follow": ("", (), False),
    "add-page": ("", (), False),
    "setup": ("help", (), False),
    "schedule": ("schedule add", (), True),
    "schedule-look": ("", (), False),
    "schedule-role": ("", (), False),
    "schedule-place": ("", (), False),
    "name": ("", (), False),
    "unname": ("", (), False),
    "take": ("", (), False),
    "setting": ("", (), False),
    "schedulers": ("", (), False),
    "talk-channels": ("", (), False),
    "settings": ("settings", (), False),
    "stale": ("", (), False),
}
LITERAL_IDS = {
    "context": f"v1:context:{QuoteId.of(OPENING)}",
    "behind": "v1:behind:all",
    "gaps": "v1:gaps:0",
    "clear-gaps": "v1:clear-gaps:sure",
    "library": "v1:library:0",
    "undo": "v1:undo:article:x",
    "follow": "v1:follow:1",
    "add-page": "v1:add-page:itself",
    "take": "v1:take:x",
    "unname": "v1:unname:1:1",
    "stale": "v0:sources:1",
}


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    return reading_client(small_library(ARTICLES), simulated_store, clock)


def texts_sent(server: Server, since: int) -> str:
    """All texts sent to Discord since then, without markup."""
    payloads = [sent.json for sent in server.env.http_requests[since:] if sent.json]
    texts = "\n".join(text for payload in payloads for text in strings_in(payload))
    return re.sub(r"\\(\W)", r"\1", texts.replace("**", ""))


def strings_in(payload: Any) -> Iterator[str]:
    if isinstance(payload, str):
        yield payload
    elif isinstance(payload, dict | list):
        for part in payload.values() if isinstance(payload, dict) else payload:
            yield from strings_in(part)


def holds_old_quote(text: str) -> bool:
    paragraphs = (paragraph.text for article in ARTICLES for paragraph in article.paragraphs)
    return any(f"> {paragraph}" in text for paragraph in paragraphs)


async def sends_old_quotes(server: Server, act: Act, *, edited: bool) -> bool:
    """Whether what is sent for an act holds quotes of the articles before they were edited."""
    if edited:
        server.client.library = EditedLibrary(server.client.library)
    since = len(server.env.http_requests)
    await act()
    server.faults = len(server.env.errors)  # that a quote is gone may be told as a fault
    return holds_old_quote(texts_sent(server, since))


def commands_of(client: VerbatimClient) -> Iterator[str]:
    for command in client.tree.walk_commands():
        if not isinstance(command, app_commands.Group):
            yield command.qualified_name
    yield from (
        c.name for c in client.tree.get_commands() if isinstance(c, app_commands.ContextMenu)
    )


def test_every_command_and_every_button_is_tried(server: Server) -> None:
    assert {*commands_of(server.client)} == {
        *COMMANDS,
        *ADDING,
        *WITHOUT_QUOTES,
    }
    kinds = {button.kind for button in BUTTONS if issubclass(button, PersistentItem)}
    assert kinds == {*BUTTON_PATHS}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("edited", [False, True])
async def test_no_command_sends_a_stale_quote(server: Server, command: str, edited: bool) -> None:
    if command.startswith("schedule"):
        await server.schedule()
    quotes = await sends_old_quotes(server, lambda: give(server, command), edited=edited)
    assert quotes == (COMMANDS[command][1] and not edited)


@pytest.mark.parametrize("text", ["{question}", "digest harbour", "verify {quote}", "said Roe"])
@pytest.mark.parametrize("edited", [False, True])
async def test_no_reply_to_a_message_holds_a_stale_quote(
    server: Server, text: str, edited: bool
) -> None:
    assert server.client.user
    asked = text.format(question=HARBOUR, quote=MISSILES.replace("two", "three"))
    message = f"{server.client.user.mention} {asked}"
    quotes = await sends_old_quotes(
        server, lambda: server.member.send(server.channel, message), edited=edited
    )
    assert quotes != edited


@pytest.mark.parametrize("kind", BUTTON_PATHS)
@pytest.mark.parametrize("edited", [False, True])
async def test_no_button_sends_a_stale_quote(server: Server, kind: str, edited: bool) -> None:
    command, path, has_quotes = BUTTON_PATHS[kind]
    actor = server.administrator
    if command:
        result = await give(server, command)
        for earlier in path:
            result = await use(actor, *item_in(result, earlier))
        message, item = item_in(result, kind)
    else:
        item = {"custom_id": LITERAL_IDS.get(kind, f"v1:{kind}:x")}
        message = await server.put_button(item["custom_id"])
    act = partial(use, actor, message, item)
    assert await sends_old_quotes(server, act, edited=edited) == (has_quotes and not edited)


async def use(actor: Any, message: Any, item: Mapping[str, Any]) -> Any:
    """Press a button, or choose the first option of a menu."""
    if options := item.get("options"):
        return await actor.select(message, [options[0]["value"]], custom_id=item["custom_id"])
    return await actor.click(message, custom_id=item["custom_id"])


def item_in(result: Any, kind: str) -> tuple[Any, Mapping[str, Any]]:
    """The message of a reply, and its first button or menu of a kind."""
    message = result.followups[-1] if result.followups else result.response
    payload = [c if isinstance(c, dict) else c.to_dict() for c in message.components]
    items = (c for c in walk(payload) if c.get("custom_id", "").startswith(f"v1:{kind}:"))
    return message, next(items)


# What is added to a library


@pytest.fixture
def growing(services: Services, clock: Clock) -> VerbatimClient:
    return growing_client(services, clock)


class TestAdding:
    @pytest.fixture
    def simcord_bot(self, growing: VerbatimClient) -> VerbatimClient:
        return growing

    @pytest.mark.simcord(settle_timeout=30)
    @pytest.mark.parametrize("command", ADDING)
    @pytest.mark.parametrize("edited", [False, True])
    async def test_nothing_added_is_shown_with_a_stale_quote(
        self, server: Server, site: Site, command: str, edited: bool
    ) -> None:
        options: dict[str, dict[str, Any]] = {
            "library add link": {"url": site.page("/ferries", "Ferries stop", *FERRY)},
            "library add file": {"attachment": ("ferries.txt", FILE)},
            "library add feed": {"url": site.feed("/feed", "Post", FERRIES)},
        }
        if edited:
            server.client.library = EditedLibrary(server.client.library)
        since = len(server.env.http_requests)
        await server.administrator.slash(server.channel, command, **options[command])
        assert (f"> {FERRY[0]}" in texts_sent(server, since)) != edited


# What is posted


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    async with discord_server() as running:
        running.now = Clock()
        yield running


@pytest.fixture
async def poster(
    discord: DiscordServer, tmp_path: Path, empty_database: Path
) -> AsyncIterator[DiscordPoster]:
    store = await Store.open(str(shutil.copyfile(empty_database, tmp_path / "verbatim.db")))
    client = reading_client(small_library(ARTICLES), store, Clock())
    await client.login("t")
    yield DiscordPoster(client)
    await client.close()
    await store.close()


NOON = Timetable((time(12),), (0, 1, 2, 3, 4, 5, 6), "UTC")
SCHEDULE = Schedule(1, SERVER, CHANNEL, "harbour", NOON, True, 9, MONDAY, MONDAY)
FIRST = Attempt("n1", MONDAY)


async def post(poster: DiscordPoster, kind: str, found: Digest) -> None:
    if kind == "watch":
        brief = Brief("harbour", "Harbour", ())
        notice = Notice("n", "watch", MONDAY, SERVER, CHANNEL, brief, user_id=9)
        await poster.post_watch_quotes(notice, found, 0, FIRST)
    else:
        form: PostForm = "channel" if kind == "forum" else cast("PostForm", kind)
        await poster.post_summary(SCHEDULE, found, PostLook(form), FIRST)


@pytest.mark.parametrize("kind", ["watch", "channel", "thread", "post", "forum"])
@pytest.mark.parametrize("edited", [False, True])
async def test_no_post_holds_a_stale_quote(
    discord: DiscordServer, poster: DiscordPoster, kind: str, edited: bool
) -> None:
    discord.forums = {CHANNEL} if kind == "forum" else set()
    client = poster._client
    found = client.library.view(SERVER).digest("harbour")
    if edited:
        client.library = EditedLibrary(client.library)
    await post(poster, kind, found)
    assert holds_old_quote(posted_texts(discord)) != edited


async def test_quotes_are_checked_after_all_that_a_post_waits_for(
    discord: DiscordServer, poster: DiscordPoster
) -> None:
    client = poster._client
    view = EditedView(client.library.view(SERVER))
    found = view.digest("harbour")

    async def edit(request: web.Request, keep: Any) -> web.Response:
        view.is_current(found.points[0])  # which rewrites the articles
        return await accept(request, keep)

    discord.troubles = [edit]
    await post(poster, "thread", found)
    [thread] = discord.threads
    assert len(discord.posts(int(thread["id"]))) == 1
    assert not holds_old_quote(posted_texts(discord))


def posted_texts(discord: DiscordServer) -> str:
    texts = "\n".join(strings_in([*discord.messages.values()]))
    return re.sub(r"\\(\W)", r"\1", texts.replace("**", ""))


# How the code keeps it

SENDING = {"send_message", "edit_message", "edit_original_response", "send", "reply"}
# One for commands, buttons and posts, one for messages.
SENDERS = {"interaction/replies.py", "interaction/message_replies.py"}


def test_two_modules_send() -> None:
    """Nothing else in the chat sends to Discord, checks quotes, or makes Checked ones."""
    for module in (ROOT / "bot" / "chat").rglob("*.py"):
        name = module.relative_to(ROOT / "bot" / "chat").as_posix()
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in SENDING or (
                called == "create_thread" and any(k.arg == "view" for k in node.keywords)
            ):
                assert name in SENDERS, f"{name} sends by itself"
            if called == "check_quotes":
                assert name in SENDERS, f"{name} checks quotes by itself"
            if called == "Checked":
                assert name == "interaction/checked.py", f"{name} makes Checked quotes"
            if called == "from_message":
                assert name == "answers/reply_buttons.py", f"{name} copies a message"


def test_nothing_is_awaited_between_the_check_and_the_request() -> None:
    functions = {
        function.name: function
        for sender in SENDERS
        for function in ast.walk(ast.parse((ROOT / "bot/chat" / sender).read_text("utf-8")))
        if isinstance(function, ast.AsyncFunctionDef)
    }
    for name in (
        "reply_with_quotes",
        "post",
        "post_thread",
        "_send",
        "_edit",
        "send_sentence",
        "reply_to_message",
        "_reply",
    ):
        awaited = [
            getattr(node.value.func, "attr", getattr(node.value.func, "id", ""))
            for node in ast.walk(functions[name])
            if isinstance(node, ast.Await) and isinstance(node.value, ast.Call)
        ]
        assert {*awaited} <= {
            *SENDING,
            "create_thread",
            "run_in_thread",
            "_compute_while_typing",
            "_reply",
            "note_quotes",
            "_send",
            "_edit",
            "send_sentence",
            "_note_quotes",
            "delete_original_response",  # before a failure, which shows no quote
            "reply_with_sentence",  # in place of quotes
        }


# What the check does


def forged(quote: Quote) -> Quote:
    return replace(quote, text=quote.text.upper())


def test_what_rests_on_a_stale_quote_falls_with_it() -> None:
    stale = forged(QUOTE)
    answer = Answer("Q", "answer", (QUOTE, stale))
    assert check_quotes(answer, Quote.is_verbatim).result.quotes == (QUOTE,)
    assert check_quotes(Answer("Q", "answer", (stale,)), Quote.is_verbatim).result.status == "none"
    compared = replace(QUOTE, differs=(Comparison(stale), Comparison(QUOTE)), repeats=(stale,))
    [kept] = check_quotes([compared], Quote.is_verbatim).result
    assert kept == replace(QUOTE, differs=(Comparison(QUOTE),))
    verification = Verification("T", "exact", (Comparison(stale),))
    checked = check_quotes(verification, Quote.is_verbatim).result
    assert (checked.matches, checked.status) == ((), "none")
    with pytest.raises(LibraryError, match="is no longer in an article"):
        check_quotes(stale, Quote.is_verbatim)


def test_what_stands_is_left_as_it_is() -> None:
    answer = Answer("Q", "related", (QUOTE,))
    assert check_quotes(answer, Quote.is_verbatim).result is answer
    assert [*quotes_in(answer)] == [QUOTE]
    nothing = Answer("Q", "none")
    assert check_quotes(nothing, Quote.is_verbatim).result is nothing


def test_a_part_of_what_was_checked_can_hold_no_other_quote() -> None:
    checked = check_quotes(Answer("Q", "answer", (QUOTE,)), Quote.is_verbatim)
    assert checked.part(lambda answer: answer.quotes).result == (QUOTE,)
    with pytest.raises(ValueError, match="not checked"):
        checked.part(lambda answer: [forged(QUOTE)])
