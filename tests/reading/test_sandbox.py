"""The reader's own process: what it reads, and what it survives."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.errors import ReadingError
from bot.reading.sandbox import Sandbox
from bot.reading.worker import EndedError, Worker
from bot.threads import Threads
from tests.support.pages import BODY, RSS_2, TITLE, URL, entry_texts, only_entry, page, paragraphs
from tests.support.processes import wait_until

PAGE = page(paragraphs(*BODY)).encode()
# feedparser takes minutes for this.
BOMB = b'<rss version="2.0"><channel><item><description>' + b"<b>" * 2_600_000


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    opened = Sandbox(seconds=20)
    yield opened
    await opened.close()


# The reading processes of other tests, whose sandbox lives as long as their module.
foreign_processes: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def _note_foreign_processes() -> None:
    foreign_processes.clear()
    foreign_processes.update(processes())


def processes() -> list[psutil.Process]:
    """The reading processes of this one that the test has started."""
    children = psutil.Process().children(recursive=True)
    spawned = (child for child in children if "spawn_main" in " ".join(child.cmdline()))
    return [child for child in spawned if child not in foreign_processes]


async def wait_until_working(process: psutil.Process) -> None:
    """Wait until the process has spent processor time on a job it was just given."""
    seconds = process.cpu_times().user

    async def has_worked() -> bool:
        return bool(process.cpu_times().user > seconds + 0.1)

    await wait_until(has_worked)


async def test_pages_feeds_and_files_are_read_in_one_other_process(sandbox: Sandbox) -> None:
    assert processes() == []
    read = await sandbox.read_html(PAGE, url=URL)
    assert tuple(paragraph.text for paragraph in read.paragraphs) == BODY
    (process,) = processes()
    assert entry_texts(only_entry(await sandbox.read_feed(RSS_2.encode(), url=URL))) == BODY
    assert await sandbox.find_feeds(
        b'<link rel=alternate type="application/rss+xml" href=/f>', url=URL
    )
    assert (await sandbox.read_file(PAGE, name="saved.html"))[0].title == TITLE
    assert processes() == [process]
    await sandbox.close()
    assert not process.is_running()


async def test_several_may_ask_at_once(sandbox: Sandbox) -> None:
    reads = await asyncio.gather(*(sandbox.read_html(PAGE, url=f"{URL}/{n}") for n in range(5)))
    assert [read.url for read in reads] == [f"{URL}/{n}" for n in range(5)]


async def test_what_cannot_be_read_says_so(sandbox: Sandbox) -> None:
    with pytest.raises(ReadingError, match="has no text"):
        await sandbox.read_html(b"", url=URL)
    with pytest.raises(ReadingError, match="There is no feed"):
        await sandbox.read_feed(PAGE, url=URL, content_type="text/html")


async def test_what_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    sandbox = Sandbox(seconds=2)
    with pytest.raises(ReadingError, match="takes more than 2 seconds"):
        await sandbox.read_feed(BOMB, url=URL)
    assert (await sandbox.read_html(PAGE, url=URL)).title == TITLE
    await sandbox.close()


async def test_what_takes_too_much_memory_is_given_up_and_the_next_is_read() -> None:
    sandbox = Sandbox(memory=120 << 20)
    text = " ".join(BODY) * 10_000
    with pytest.raises(ReadingError, match="takes too much memory"):
        await sandbox.read_html(text.encode(), url=URL)
    assert (await sandbox.read_html(PAGE, url=URL)).title == TITLE
    await sandbox.close()


@pytest.mark.parametrize("busy", [True, False])
async def test_a_process_that_dies_is_replaced(sandbox: Sandbox, busy: bool) -> None:
    await sandbox.read_html(PAGE, url=URL)
    (process,) = processes()
    job = asyncio.create_task(sandbox.read_feed(BOMB, url=URL)) if busy else None
    if job:
        await wait_until_working(process)
    process.kill()
    if job:
        with pytest.raises(ReadingError, match="takes too much memory"):
            await job
    assert (await sandbox.read_html(PAGE, url=URL)).title == TITLE


async def test_a_job_that_nobody_waits_for_is_given_up(sandbox: Sandbox) -> None:
    await sandbox.read_html(PAGE, url=URL)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sandbox.read_feed(BOMB, url=URL), 0.5)
    assert (await sandbox.read_html(PAGE, url=URL)).title == TITLE


def held_by_this_process() -> tuple[int, int]:
    """How many descriptors are open, and how many threads of readers run."""
    names = [thread.name for thread in threading.enumerate()]
    return psutil.Process().num_fds(), sum(name.startswith("reading") for name in names)


@pytest.mark.parametrize("job", [None, partial(time.sleep, 60), partial(bytes, 1 << 28)])
async def test_twenty_killed_processes_leave_nothing_behind(job: Callable[[], Any] | None) -> None:
    threads = Threads("reading", 1)

    async def kill_one() -> None:
        worker = await threads.run(Worker, str)  # which prepares nothing
        if job:
            await threads.run(worker.begin, job)
            waiting = asyncio.create_task(threads.run(worker.finish))
            await asyncio.sleep(0)
            worker.kill()
            with pytest.raises(EndedError):
                await waiting
        await threads.run(worker.close)

    await kill_one()
    before = held_by_this_process()
    for _ in range(20 if job is None else 5):
        await kill_one()
    descriptors, running = held_by_this_process()
    assert descriptors <= before[0]
    assert running <= before[1]
    threads.close()


async def test_reading_that_is_given_up_leaves_nothing_behind() -> None:
    sandbox = Sandbox(seconds=0.05)
    await asyncio.to_thread(lambda: None)
    with pytest.raises(ReadingError, match="takes more than"):
        await sandbox.read_feed(BOMB, url=URL)
    before = held_by_this_process()
    with pytest.raises(ReadingError, match="takes more than"):
        await sandbox.read_feed(BOMB, url=URL)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(sandbox.read_feed(BOMB, url=URL), 0.02)
    descriptors, running = held_by_this_process()
    assert descriptors <= before[0]
    assert running <= before[1]
    assert processes() == []
    await sandbox.close()


@pytest.mark.parametrize("delay", [0, 0.002])
async def test_a_process_killed_as_it_gets_a_job_ends_every_job(
    sandbox: Sandbox, delay: float
) -> None:
    await sandbox.read_html(PAGE, url=URL)
    (process,) = processes()
    jobs = [asyncio.create_task(sandbox.read_html(PAGE, url=URL)) for _ in range(3)]
    await asyncio.sleep(delay)
    process.kill()
    async with asyncio.timeout(60):
        results = await asyncio.gather(*jobs, return_exceptions=True)
    stories = [result for result in results if not isinstance(result, BaseException)]
    errors = {type(result) for result in results if isinstance(result, BaseException)}
    assert {story.title for story in stories} == {TITLE}
    assert len(stories) >= 2
    assert errors <= {ReadingError}  # of the one that it was reading


async def test_a_process_that_cannot_be_started_ends_in_a_sentence(sandbox: Sandbox) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    await asyncio.to_thread(lambda: None)
    lowest = os.dup(0)
    os.close(lowest)
    for spare in (0, 1, 3):  # the connection to it fails, or what starts it
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest + spare, limits[1]))
        try:
            with pytest.raises(ReadingError, match="cannot be read right now; try again later"):
                await sandbox.read_html(PAGE, url=URL)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert (await sandbox.read_html(PAGE, url=URL)).title == TITLE


# Turns

SLOW_FILES = {"brackets": b"[" * 1_400_000, "marks": b"`a``" * 350_000}


@pytest.mark.parametrize("kind", SLOW_FILES)
async def test_one_servers_slow_files_keep_another_waiting_for_one_of_them_at_most(
    kind: str,
) -> None:
    sandbox = Sandbox(seconds=60, file_seconds=0.5)
    data, name = SLOW_FILES[kind], "list.md"
    ended: list[str] = []

    async def read(data: bytes, name: str, server: int) -> None:
        with suppress(ReadingError):
            await sandbox.read_file(data, name=name, server=server)
        ended.append(name)

    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(read(data, name, 1))
        await asyncio.sleep(0.1)
        group.create_task(read(PAGE, "saved.html", 2))
    assert ended.index("saved.html") <= 1
    with pytest.raises(ReadingError, match=r"more than 0\.5 seconds"):  # a page has sixty
        await sandbox.read_file(data, name=name)
    await sandbox.close()


# The program around it: in a terminal Ctrl-C reaches the reading process as well.

PROGRAM = f"""
import asyncio, sys
from bot.reading.sandbox import Sandbox
from bot.reading.worker import EndedError, Worker
from bot.threads import Threads

async def main():
    sandbox = Sandbox()
    await sandbox.read_html({PAGE!r}, url=None)
    print("ready", flush=True)
    await sandbox.read_feed({BOMB[:60]!r} + b"<b>" * 2_600_000, url="x")

if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGKILL])
def test_the_process_ends_with_the_program(tmp_path: Path, ended_by: signal.Signals) -> None:
    script = tmp_path / "program.py"
    script.write_text(PROGRAM, "utf-8")
    program = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    assert program.stdout
    assert program.stdout.readline() == "ready\n"
    children = psutil.Process(program.pid).children(recursive=True)
    os.killpg(program.pid, ended_by)
    _, said = program.communicate(timeout=30)
    assert "spawn" not in said  # but a traceback of the program's own
    psutil.wait_procs(children, timeout=30)
    assert not [child for child in children if child.is_running()]


def test_the_main_process_loads_no_reading_library() -> None:
    code = (
        "import sys, bot.reading.sandbox; "
        "print({'trafilatura', 'feedparser', 'pypdfium2'} & set(sys.modules))"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout == "set()\n"


# Files

TEXT = "\n\n".join((TITLE, TITLE, *BODY))
MARKDOWN = f"# {TITLE}\n\n{BODY[0]}\n\n## The boats\n\n- {BODY[1]}\n- {BODY[2]}\n\n{BODY[3]}\n"


async def test_a_text_is_read_as_it_was_copied(sandbox: Sandbox) -> None:
    for data in (TEXT.encode(), TEXT.encode("utf-16"), TEXT.encode("utf-8-sig")):
        (story,) = await sandbox.read_file(data, name="ferry.TXT")
        assert (story.title, story.outlet, story.url) == (TITLE, None, None)
        assert tuple(paragraph.text for paragraph in story.paragraphs) == BODY


async def test_markdown_is_read_as_it_shows(sandbox: Sandbox) -> None:
    (story,) = await sandbox.read_file(
        MARKDOWN.replace("shop", "**shop**").encode(), name="ferry.md"
    )
    assert story.title == TITLE
    assert tuple(paragraph.text for paragraph in story.paragraphs) == BODY
    assert [p.heading for p in story.paragraphs] == [None, *["The boats"] * 3]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("notes.doc", b"text", r"notes.doc cannot be read; use a .txt, .md, .html or .pdf file"),
        ("notes.pdf", b"%PDF", r"notes.pdf is not a PDF"),
        ("notes", b"text", "cannot be read"),
        ("a.txt", b" \n", "a.txt is empty"),
        ("a.txt", "Zoë".encode("cp1252"), "a.txt is not UTF-8 text"),
        ("a.md", b"\0\1\2" * 100, "a.md is not UTF-8 text"),
        ("a.txt", b"Home\nMenu\n", "a.txt has no article"),
        ("a.md", b"# \n", "a.md has no article"),
        ("a.html", b"<p>", "has no text"),
    ],
)
async def test_a_file_that_holds_no_article_is_refused(
    sandbox: Sandbox, name: str, data: bytes, says: str
) -> None:
    with pytest.raises(ReadingError, match=says):
        await sandbox.read_file(data, name=name)
