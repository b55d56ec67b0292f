"""The library in the terminal: what goes in, what it says of it, and how it ends."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from bot.cli import main, rendering
from tests.support.newspaper import FEED_PATH, NEWSPAPER, STORIES, publish
from tests.support.site import Site, open_site

ROOT = Path(__file__).parents[2]
BRIDGE, MEASLES, RATE = STORIES[:3]
GULLS = "Gulls on the roof\n\nThe gulls of the bay nest on the roof of the fish hall in March."
NOTE = "Lamps along the quay\n\nThe council will put up forty lamps along the old quay in May."


@pytest.fixture
async def paper() -> AsyncIterator[Site]:
    """A site with two pieces; more would take longer, as a host is asked one thing a second."""
    async with open_site() as site:
        publish(site, 2)
        yield site


class Terminal:
    """Gives commands in a folder and on a database of their own."""

    def __init__(self, folder: Path, allow: str) -> None:
        self.database = folder / "verbatim.sqlite3"
        self.environment = {
            "VERBATIM_DATABASE": str(self.database),
            "VERBATIM_FETCH_ALLOW": allow,
            "VERBATIM_DESK": str(folder / "desk"),
        }
        (folder / "desk").mkdir()
        (folder / "desk" / "gulls.txt").write_text(GULLS, encoding="utf-8")

    async def __call__(self, *arguments: str | Path) -> Result:
        runner = CliRunner(env=self.environment)
        return await asyncio.to_thread(runner.invoke, main, list(map(str, arguments)))


@pytest.fixture
def verbatim(tmp_path: Path, paper: Site) -> Terminal:
    return Terminal(tmp_path, paper.host)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "lamps.txt"
    file.write_text(NOTE, encoding="utf-8")
    return file


def objects(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


async def titles(verbatim: Terminal) -> list[str]:
    """Of the articles that the terminal sees."""
    (listed,) = objects(await verbatim("articles", "--json"))
    return [article["title"] for article in listed]


def files_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def flat(text: str) -> str:
    return " ".join(text.split())


async def test_pages_files_and_feeds_go_in_at_once_and_are_answered_from(
    verbatim: Terminal, paper: Site, note: Path
) -> None:
    added = await verbatim("add", note, paper.url(FEED_PATH))
    assert (added.exit_code, added.stderr) == (0, "")
    output = flat(added.stdout)
    assert f"Following {NEWSPAPER}: 2 articles, 2 new" in output
    assert f"{BRIDGE.title} {NEWSPAPER} (from the page's metadata)" in output
    assert "3 paragraphs" in output
    assert flat(BRIDGE.paragraphs[0]) in output
    assert "Lamps along the quay no date · 1 paragraph" in output
    assert "The council will put up forty lamps" in output

    answered = await verbatim("ask", "What did the harbour bridge repairs cost?")
    assert "62 million crowns" in answered.stdout
    assert "forty lamps" in (await verbatim("digest", "quay")).stdout
    added_titles = ["Lamps along the quay", BRIDGE.title, MEASLES.title]
    assert sorted(await titles(verbatim)) == sorted(["Gulls on the roof", *added_titles])


async def test_what_was_taken_has_the_agreed_shape(
    verbatim: Terminal, paper: Site, note: Path
) -> None:
    address = paper.url(BRIDGE.path)
    added = objects(await verbatim("add", "--json", address, note))
    file, page = sorted(added, key=lambda article: article["title"] == BRIDGE.title)
    for article in (page, file):
        assert tuple(article) == (
            *("outcome", "id", "title", "outlet", "author", "url", "published", "source", "kind"),
            *("paragraphs", "origins", "also_at", "has_next_page"),
        )
        assert tuple(article["origins"]) == ("outlet", "author", "published")
        assert article["outcome"] == "added"
    assert (page["title"], page["author"], page["url"]) == (BRIDGE.title, BRIDGE.author, address)
    assert page["origins"]["author"] == "the page's metadata"
    assert page["paragraphs"] == list(BRIDGE.paragraphs)
    assert (file["author"], file["origins"]["author"], file["source"]) == (None, None, "lamps.txt")


async def test_that_a_page_continues_on_a_further_one_is_said(
    verbatim: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "lamps.html"
    link = "<p>Page 1 of 3</p>"
    file.write_text(f"<h1>Lamps along the quay</h1><p>{NOTE[-65:]}</p>{link}", encoding="utf-8")
    assert "continues on another page" in flat((await verbatim("add", file)).stdout)
    (article,) = objects(await verbatim("add", "--json", file))
    assert article["has_next_page"] is True


async def test_what_is_held_already_is_said_and_no_fault(verbatim: Terminal, note: Path) -> None:
    await verbatim("add", note)
    again = await verbatim("add", note)
    assert again.exit_code == 0
    assert "already in the library" in flat(again.stdout)
    assert await titles(verbatim) == ["Gulls on the roof", "Lamps along the quay"]


async def test_what_fails_is_a_sentence_each_and_the_rest_goes_in(
    verbatim: Terminal, paper: Site, note: Path, tmp_path: Path
) -> None:
    empty, folder, picture = tmp_path / "empty.txt", tmp_path / "folder", tmp_path / "x.png"
    empty.touch()
    folder.mkdir()
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    wrong = {
        "gone.txt": "No such file",
        str(folder): "Is a directory",
        str(empty): "empty",
        str(picture): "x.png",
        paper.url("/nothing-here"): "nothing at this address (404)",
        "http://10.0.0.7/": "not on the public internet",
        "file:///etc/passwd": "file: addresses cannot be fetched",
        "http://": "not a web address",
    }
    result = await verbatim("add", *wrong, note)
    assert result.exit_code == 1
    assert "Lamps along the quay" in result.stdout
    sentences = result.stderr.splitlines()
    assert len(sentences) == len(wrong)
    for argument, message in wrong.items():
        (sentence,) = (each for each in sentences if each.startswith(f"{argument}: "))
        assert message in sentence
        assert sentence.endswith(".")


async def test_a_file_that_is_too_large_is_refused(verbatim: Terminal, tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    large.write_text(NOTE + " More of it." * 200_000, encoding="utf-8")
    result = await verbatim("add", large)
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "more than 1.5 MB" in result.stderr


async def test_an_article_is_removed_by_its_id(verbatim: Terminal, note: Path) -> None:
    (article,) = objects(await verbatim("add", "--json", note))
    assert (await verbatim("remove", article["id"])).stdout == "Removed “Lamps along the quay”.\n"
    assert await titles(verbatim) == ["Gulls on the roof"]
    again = await verbatim("remove", article["id"])
    assert (again.exit_code, len(again.stderr.splitlines())) == (2, 1)


async def test_feeds_are_listed_refreshed_and_left(verbatim: Terminal, paper: Site) -> None:
    await verbatim("add", paper.url(BRIDGE.path), paper.url(FEED_PATH))
    publish(paper, 3)
    refreshed = await verbatim("refresh")
    assert (refreshed.exit_code, refreshed.stderr) == (0, "")
    assert RATE.title in refreshed.stdout
    assert BRIDGE.title not in refreshed.stdout
    assert (await verbatim("refresh")).stdout == "Nothing new.\n"

    ((feed,),) = objects(await verbatim("feeds", "--json"))
    assert tuple(feed) == ("feed", "url", "title", "last_read", "next", "failures", "error")
    assert (feed["url"], feed["title"], feed["failures"]) == (paper.url(FEED_PATH), NEWSPAPER, 0)
    removed = await verbatim("remove", str(feed["feed"]), "--with-articles")
    assert removed.stdout == f"No longer following {NEWSPAPER}.\n"
    assert objects(await verbatim("feeds", "--json")) == [[]]
    assert "No feeds are followed" in (await verbatim("feeds")).stdout
    assert (await verbatim("remove", str(feed["feed"]))).exit_code == 2


async def test_a_feed_that_fails_is_told_of(verbatim: Terminal, paper: Site) -> None:
    await verbatim("add", paper.url(FEED_PATH))
    await verbatim("refresh")
    paper.is_down = True
    refreshed = await verbatim("refresh")
    assert refreshed.exit_code == 1
    assert refreshed.stderr.startswith(f"{paper.url(FEED_PATH)}: ")
    assert len(refreshed.stderr.splitlines()) == 1
    listed = flat((await verbatim("feeds")).stdout)
    assert NEWSPAPER in listed
    assert re.search(r"last read 20\d\d-\d\d-\d\d \d\d:\d\d UTC", listed)
    assert "failed 1 time in a row: 127.0.0.1 has a problem of its own" in listed


async def test_feeds_go_out_as_opml_and_come_back(
    verbatim: Terminal, paper: Site, tmp_path: Path
) -> None:
    await verbatim("add", paper.url(FEED_PATH))
    file = tmp_path / "feeds.opml"
    assert (await verbatim("export", "--opml", "-o", file)).exit_code == 0
    assert (await verbatim("export", "--opml")).stdout == file.read_text(encoding="utf-8")
    again = await verbatim("import", file)
    assert (again.exit_code, again.stderr) == (0, "")
    assert "is already followed" in flat(again.stdout)

    await verbatim("remove", "1")
    text = file.read_text(encoding="utf-8").replace(
        "</body>", '<outline type="rss" text="Gone" xmlUrl="http://10.0.0.7/feed"/></body>'
    )
    file.write_text(text, encoding="utf-8")
    imported = await verbatim("import", file)
    assert imported.exit_code == 1
    assert f"Following {NEWSPAPER}: 2 articles" in imported.stdout
    (refused,) = imported.stderr.splitlines()
    assert refused.startswith("http://10.0.0.7/feed: ")


@pytest.mark.parametrize("text", ["", "<opml", "<html><body>Hello</body></html>"])
async def test_what_is_no_opml_is_one_sentence(
    verbatim: Terminal, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text(text, encoding="utf-8")
    result = await verbatim("import", file)
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


async def test_to_read_creates_nothing(verbatim: Terminal, tmp_path: Path) -> None:
    files = files_in(tmp_path)
    for command in ("ask gulls", "digest gulls", "verify gulls_of_the_bay", "articles"):
        result = await verbatim(*(word.replace("_", " ") for word in command.split()))
        assert (result.exit_code, "Gulls on the roof" in result.stdout) == (0, True)
    assert files_in(tmp_path) == files


@pytest.mark.parametrize(
    "command", [("ask", "lamps"), ("articles",), ("feeds",), ("add", "https://example.com/")]
)
async def test_a_database_that_is_none_is_one_sentence(
    verbatim: Terminal, command: tuple[str, ...]
) -> None:
    verbatim.database.write_text("This is a letter to my aunt, and no database." * 20)
    result = await verbatim(*command)
    assert result.exit_code == 2
    assert re.fullmatch(r"The database \S+ is not a database\. [^\n]*\n", result.stderr)


async def test_ctrl_c_keeps_what_went_in_and_shows_no_traceback(
    verbatim: Terminal, note: Path
) -> None:
    started = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        started.set()
        await reader.read()  # until the other side hangs up
        writer.close()

    async with await asyncio.start_server(say_nothing, "127.0.0.1", 0) as silent:
        host = "127.0.0.1:{1}".format(*silent.sockets[0].getsockname())
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "bot", "add", str(note), f"http://{host}/"),
            cwd=ROOT,
            env={**os.environ, **verbatim.environment, "VERBATIM_FETCH_ALLOW": host},
            stdout=PIPE,
            stderr=PIPE,
        )
        assert process.stdout is not None
        await asyncio.wait_for(asyncio.gather(process.stdout.readline(), started.wait()), 60)
        process.send_signal(signal.SIGINT)
        _, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 1
    assert errors.decode() == (
        "Stopped. What was added stays. Run the command again for the rest.\n"
    )
    assert await titles(verbatim) == ["Gulls on the roof", "Lamps along the quay"]


@pytest.mark.parametrize(
    ("is_terminal", "visible"), [(True, True), (True, False), (False, True), (False, False)]
)
def test_a_person_at_a_terminal_sees_a_bar_and_a_pipe_sees_none(
    is_terminal: bool, visible: bool
) -> None:
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=80)
    with rendering.show_progress(console, 2, visible=visible) as begin, begin("[a] feed") as move:
        move(3, 7)
        console.print("an article")
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert ("[a] feed" in printed) == (is_terminal and visible)
    assert is_terminal or printed == "an article\n"
