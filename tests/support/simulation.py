"""The bot at work in a simulated Discord server, with a small library of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import ui
from simcord import Env, InteractionResult
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.app import Services, open_services
from bot.chat.client import VerbatimClient
from bot.library import Library, View
from bot.library.writer import LibraryWriter
from bot.model import SHARED, Article, Limits, Paragraph, Preferences, Topic
from bot.reading.desk import Desk
from bot.reading.sandbox import Sandbox
from bot.reading.worker import Worker
from bot.settings import read_settings
from bot.store import Store
from bot.text.names import Name
from tests.support.discord_rules import broken_rules, walk
from tests.support.site import Site, open_site

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

SEOUL = Article(
    "seoul",
    "Seoul weighs its *balance* <@1> @everyone",
    (
        Paragraph("President Lee said that Seoul will not choose between Washington and Beijing."),
        Paragraph("North Korea fired two missiles into the sea on Friday, the army said."),
        Paragraph("Exports of semiconductors to China fell by nine percent in the first quarter."),
    ),
    "seoul.txt",
    outlet="The Example",
    url="https://example.com/seoul",
    published=date(2026, 2, 20),
    added_at=MONDAY,
)
TEASERS = tuple(
    Article(
        f"teaser{number}",
        f"Short piece number {number}",
        (Paragraph(f"Harbour number {number} reopened after the typhoon, the mayor said."),),
        "seoul.txt",
        kind="related",
        added_at=MONDAY,
    )
    for number in range(8)
)
TOPICS = (
    Topic("north-korea", "North Korea", ("dprk",)),
    Topic("china", "China", ("prc", "beijing")),
)
NAMES = (Name("North Korea", "place", ("North Korea", "DPRK")),)


TALKS_FILE = """\
Talks in Geneva

President Lee met the envoy of Pyongyang in Geneva on June 4. He spoke of peace for an hour.
"""
# What a person is told while the database is busy or lost.
BUSY_REPLY = "My database is not responding right now; please try again shortly."
SMALL_LIMITS = Limits(articles=8, feeds=2, page_bytes=100_000)


def small_library(articles: Sequence[Article] = (SEOUL, *TEASERS)) -> Library:
    """A library of these articles, with two topics and one name."""
    return Library(Desk(tuple(articles), TOPICS, NAMES))


class FixedLibrary(Library):
    """A library that shows everybody the view given."""

    def __init__(self, view: View) -> None:
        self.topics = view.topics
        self.newly_indexed = 0
        self._view = view

    def view(self, collection: int = SHARED) -> View:
        """Return the one view, whatever the collection."""
        return self._view


@dataclass
class Clock:
    """A clock that moves when told."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now


def reading_client(
    library: Library,
    store: Store,
    now: Callable[[], datetime],
    kind: type[VerbatimClient] = VerbatimClient,
) -> VerbatimClient:
    """A client that only reads its library and can add nothing to it."""
    nowhere = Path(__file__, "saved")  # nothing can be saved below a file
    library_writer = LibraryWriter(Desk((), (), ()), library, store, 0, saved_at=nowhere)
    nobody: Any = None
    return growing_client(Services(store, library_writer, nobody, nobody, nobody), now, kind)


def growing_client(
    services: Services,
    now: Callable[[], datetime],
    kind: type[VerbatimClient] = VerbatimClient,
) -> VerbatimClient:
    """A client whose library can grow; a test module makes it its `simcord_bot`."""
    return kind(
        services.library_writer,
        services.ingester,
        services.store,
        limits=SMALL_LIMITS,
        now=now,
        zone="UTC",
        owner="test",
    )


@dataclass
class Server:
    """`administrator` has Manage Server, `member` has nothing beyond everyone's permissions."""

    env: Env
    client: VerbatimClient
    clock: Clock
    channel: ChannelHandle
    administrator: MemberActor
    member: MemberActor
    faults: int = 0  # that were expected

    async def restart(self, client: VerbatimClient | None = None) -> None:
        """End the bot and start it anew on the same store, or `client` in its place."""
        old = self.client
        self.client = client or reading_client(old.library, old.store, self.clock)
        await self.env.restart_bot(self.client)

    async def prefer(self, **chosen: Any) -> None:
        """Let the server have chosen this, and for the rest what is usual."""
        assert self.channel.guild
        await self.client.store.preferences.put(self.channel.guild.id, Preferences(**chosen))

    async def schedule(self, **options: Any) -> InteractionResult:
        """Give `/schedule add` as the administrator, with usual options but for those given."""
        asked = {"channel": self.channel, "topic": "china", "time": "9am", **options}
        return await self.administrator.slash(self.channel, "schedule add", **asked)

    async def put_button(
        self, custom_id: str, channel: ChannelHandle | None = None
    ) -> discord.Message:
        """A message with a button of that id, such as an earlier Verbatim may have left."""
        row: ui.ActionRow[Any] = ui.ActionRow(ui.Button(label="Press", custom_id=custom_id))
        place = self.client.get_partial_messageable((channel or self.channel).id)
        return await place.send(view=ui.LayoutView(timeout=None).add_item(row))

    def registered(self, name: str) -> dict[str, Any]:
        """A command as the simulated Discord holds it."""
        return next(c for c in self.env.backend.commands[None].values() if c["name"] == name)

    def expect_fault(self, kind: type[Exception]) -> None:
        """That the bot met one fault of `kind` and no other since the last one expected; one that
        is not expected fails the test."""
        errors = self.env.errors[self.faults :]
        met = [getattr(error, "original", error) for error in errors]
        assert len(met) == 1, met
        assert isinstance(met[0], kind), met
        self.faults += 1


def reply_text(result: InteractionResult) -> str:
    """What the last reply shows."""
    reply = result.followups[-1] if result.followups else result.response
    assert reply is not None, "no reply"
    return message_text(reply)


def message_text(message: Any) -> str:
    """What a message shows: its texts without the backslashes and bold marks of markdown."""
    payload = [c if isinstance(c, dict) else c.to_dict() for c in message.components]
    texts = [component["content"] for component in walk(payload) if component["type"] == 10]
    visible = "\n".join([message.content, *texts]).strip().replace("**", "")
    return re.sub(r"\\(\W)", r"\1", visible)


def button_labels(result: InteractionResult) -> list[str]:
    """The labels of the reply's buttons."""
    assert result.response is not None
    return [c["label"] for c in walk(result.response.components) if c["type"] == 2]


def menu_options(result: InteractionResult) -> list[dict[str, Any]]:
    """The options of the menu below the quotes of the last reply."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    menus = [c for c in walk(message.components) if c["type"] == 3]
    return [option for menu in menus for option in menu["options"]]


async def choose(by: Any, result: InteractionResult, label: str) -> InteractionResult:
    """Choose the first option of the menu below quotes whose label begins so."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    value = next(o["value"] for o in menu_options(result) if o["label"].startswith(label))
    chosen: InteractionResult = await by.select(message, [value], custom_id="v1:quotes:all")
    return chosen


@pytest.fixture
async def simulated_store(tmp_path: Path, empty_database: Path) -> AsyncIterator[Store]:
    """A store on SQLite that the bot and the test share."""
    file = shutil.copyfile(empty_database, tmp_path / "verbatim.sqlite3")
    opened = await Store.open(str(file))
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Clock:
    """The clock that the bot reads."""
    return Clock()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A news site on the loopback."""
    async with open_site() as opened:
        yield opened


class LastingSandbox(Sandbox):
    """Leaves its process to the next one, because to start one takes most of a second."""

    worker: Worker | None = None

    def __init__(self, **limits: Any) -> None:
        super().__init__(**limits)
        self._worker, LastingSandbox.worker = LastingSandbox.worker, None

    async def close(self) -> None:
        """Leave the process as it is, unless that of another was left before."""
        if LastingSandbox.worker is not None:
            await super().close()
        LastingSandbox.worker, self._worker = LastingSandbox.worker or self._worker, None


@pytest.fixture(scope="session")
def sandbox_kind() -> Iterator[type[Sandbox]]:
    """A kind of sandbox whose process ends with the last test."""
    yield LastingSandbox
    if LastingSandbox.worker is not None:
        LastingSandbox.worker.close()


@pytest.fixture
def lasting_sandbox(sandbox_kind: type[Sandbox], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let services have a sandbox of that kind."""
    monkeypatch.setattr("bot.app.Sandbox", sandbox_kind)


@pytest.fixture
async def services(
    site: Site, clock: Clock, tmp_path: Path, empty_database: Path, lasting_sandbox: None
) -> AsyncIterator[Services]:
    """All that a library grows by, over a desk of one article; it may fetch from `site`."""
    (tmp_path / "desk").mkdir()
    (tmp_path / "desk" / "talks.txt").write_text(TALKS_FILE, encoding="utf-8")
    settings = replace(
        read_settings(tmp_path / "none.env"),
        desk=tmp_path / "desk",
        database=str(shutil.copyfile(empty_database, tmp_path / "verbatim.sqlite3")),
        limits=SMALL_LIMITS,
        fetch_allow=(site.host,),
    )
    async with open_services(settings, now=clock, pause=0) as opened:
        yield opened


@pytest.fixture
def simcord_bot(simulated_store: Store, clock: Clock) -> VerbatimClient:
    """What simcord's own fixture `simcord_env` runs."""
    return reading_client(small_library(), simulated_store, clock)


@pytest.fixture
async def server(
    simcord_env: Env, simcord_bot: VerbatimClient, clock: Clock
) -> AsyncIterator[Server]:
    """The bot in a server with an administrator and a member; every message it sent is checked."""
    guild = simcord_env.create_guild("Desk")
    editors = guild.create_role("Editors", permissions=discord.Permissions(manage_guild=True))
    yield Server(
        simcord_env,
        simcord_bot,
        clock,
        channel=guild.create_text_channel("briefing"),
        administrator=guild.add_member(simcord_env.create_user("ann"), roles=[editors]),
        member=guild.add_member(simcord_env.create_user("ben")),
    )
    broken = {
        f"{sent.method} {sent.path}": rules
        for sent in simcord_env.http_requests
        if (rules := broken_rules(sent.method, sent.path, sent.json))
    }
    assert broken == {}
