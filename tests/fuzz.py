"""Give hostile texts to every reader and every command's computation for some minutes.

`python -m tests.fuzz --seconds 600` prints how often each was called and how long the slowest call
took. It fails where one raises what it does not declare or logs an error, or takes more processor
time than allowed. With `--texts FOLDER` real texts, whole and in pieces, are given among the
hostile ones: they have words that nobody would think of.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.errors import VerbatimError
from bot.library.library import Library
from bot.library.view import View
from bot.model import Article, PostedQuote
from bot.reading.desk import Desk
from bot.reading.feeds.feed import find_feeds, read_feed
from bot.reading.feeds.opml import read_opml
from bot.reading.files import read_file
from bot.reading.html.story import read_html
from bot.reading.pages.page import Story
from bot.reading.web.address import canonicalise, normalise
from bot.reading.web.reply import Reply
from bot.schedule.times.phrases import parse_times
from tests.support.long_texts import hostile_texts

MAX_SECONDS = 2.0  # of processor time, for one call
EXAMPLES_A_ROUND = 10
MAX_ARTICLES = 3  # of one text in a library: what is measured is a long line, not a large library
ADDRESS = "https://news.example/story"
OPENING = (
    "Harbour opens\n\nMayor Ann Oak said that the harbour opens on Monday after nine years.\n\n"
)


@dataclass
class Report:
    """What was called: how often, the slowest time in seconds, and what went wrong."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    faults: dict[str, str] = field(default_factory=dict)

    def call(self, name: str, compute: Callable[[], Any], text: str) -> Any:
        """Return what `compute` returns, None where it refuses in a sentence or fails."""
        self.counts[name] += 1
        start = time.process_time()
        try:
            return compute()
        except VerbatimError:
            return None
        except Exception:  # noqa: BLE001 - what is not declared is what this looks for
            self.faults.setdefault(f"{name} raised", f"{traceback.format_exc()}{text[:300]!r}")
            return None
        finally:
            seconds = time.process_time() - start
            self.slowest[name] = max(self.slowest[name], seconds)
            if seconds > MAX_SECONDS:
                self.faults.setdefault(
                    f"{name} took {seconds:.1f} s", f"{len(text)} {text[:300]!r}"
                )

    def table(self) -> str:
        """Return a line for each thing that was called, the slowest first."""
        names = sorted(self.counts, key=lambda name: -self.slowest[name])
        lines = (f"{name:20} {self.counts[name]:6} {self.slowest[name]:7.2f} s" for name in names)
        return "\n".join(lines)


def read_everything(text: str, report: Report) -> list[Story]:
    """Give a text to every reader; return the stories that came of it."""
    data = text.encode(errors="replace")
    page = f"<html><head><title>{text[:200]}</title></head><body><article><p>{text}</p>".encode(
        errors="replace"
    )
    story = {"@type": "NewsArticle", "headline": text[:300], "author": {"name": text[:100]}}
    head = f'<script type="application/ld+json">{json.dumps(story)}</script>'
    item = {"id": text[:50], "url": text[:3_000], "title": text[:500], "content_html": text}
    version = "https://jsonfeed.org/version/1.1"
    json_feed = json.dumps({"version": version, "title": text[:99], "items": [item]}).encode()
    xml_feed = (
        f"<rss version='2.0'><channel><title>{text[:99]}</title><item><link>{text[:3_000]}</link>"
        f"<title>{text[:500]}</title><description><![CDATA[{text}]]></description></item>"
        "</channel></rss>"
    ).encode(errors="replace")
    opml = f"<opml><body><outline xmlUrl='{text[:500]}' text='{text[:99]}'/></body></opml>"
    readers: dict[str, Callable[[], Any]] = {
        "read text": lambda: read_file(OPENING.encode() + data, name="a.txt"),
        "read Markdown": lambda: read_file(data, name="a.md"),
        "read PDF": lambda: read_file(b"%PDF-1.7" + data + b"%%EOF", name="a.pdf"),
        "read page": lambda: [read_html(page, url=ADDRESS)],
        "read metadata": lambda: [read_html(head.encode() + page, url=ADDRESS)],
        "read plain page": lambda: [read_html(data, url=ADDRESS, content_type="text/plain")],
        "read JSON feed": lambda: [
            entry.story or entry.excerpt for entry in read_feed(json_feed, url=ADDRESS).entries
        ],
        "read XML feed": lambda: [
            entry.story or entry.excerpt for entry in read_feed(xml_feed, url=ADDRESS).entries
        ],
    }
    others: dict[str, Callable[[], Any]] = {
        "find feeds": lambda: find_feeds(page, url=ADDRESS),
        "read OPML": lambda: read_opml(opml.encode(errors="replace")),
        "read address": lambda: canonicalise(normalise(text)),
        "read header": lambda: Reply(URL(ADDRESS), 200, {"Content-Type": text[:500]}).content_type,
        "read times": lambda: parse_times(text[:200]),
    }
    for name, compute in others.items():
        report.call(name, compute, text)
    results = [report.call(name, compute, text) or () for name, compute in readers.items()]
    return [story for stories in results for story in stories if story is not None]


def make_article(story: Story, number: int) -> Article:
    """Return a story as it is stored."""
    json.dumps([story.title, story.outlet, story.author], ensure_ascii=False).encode()
    return Article(
        f"{number:012x}", story.title, story.paragraphs, "a", outlet=story.outlet, url=ADDRESS
    )


def command_everything(view: View, article: Article, text: str, report: Report) -> None:
    """Run what each command computes, with a text as what a person typed."""
    typed, pasted = text[:100], text[:4_000]
    posted = [PostedQuote(article.id, 1, 0, 9, pasted[:300], datetime(2026, 1, 1, tzinfo=UTC))] * 50
    commands: dict[str, Callable[[], Any]] = {
        "ask": lambda: view.ask("What did the mayor say about the harbour?"),
        "ask typed": lambda: view.ask(pasted[:500]),
        "ask in Korean": lambda: view.ask("시장은 항구를 두고 무엇을 말했나?"),
        "digest": lambda: view.digest("harbour"),
        "digest of all": lambda: view.digest("everything", already_posted=posted),
        "digest typed": lambda: view.digest(typed),
        "timeline": lambda: view.timeline("harbour"),
        "timeline typed": lambda: view.timeline(typed),
        "verify": lambda: view.verify(pasted),
        "sources": lambda: view.find_sources(pasted),
        "said": lambda: view.find_statements("Ann Oak"),
        "said typed": lambda: view.find_statements(typed, typed),
        "suggest": lambda: view.suggest_speakers(typed),
        "watch": lambda: view.match_watches(article, ["harbour", typed]),
        "copies": lambda: view.find_copy(article.paragraphs),
    }
    for name, compute in commands.items():
        report.call(name, compute, text)


def read_texts(folder: Path) -> Sequence[str]:
    """Return the text files below a folder, and what stands in them between empty lines."""
    files = [file for pattern in ("*.txt", "*.md", "*.rst") for file in folder.rglob(pattern)]
    texts = [file.read_text("utf-8", errors="replace") for file in sorted(files)]
    pieces = [piece for text in texts for piece in text.split("\n\n") if piece.strip()]
    random.Random(0).shuffle(pieces)
    return [*texts, *pieces]


class _LoggedErrors(logging.Handler):
    """Makes an error that is only logged a fault."""

    def __init__(self, report: Report) -> None:
        super().__init__(logging.ERROR)
        self._report = report

    def emit(self, record: logging.LogRecord) -> None:
        """Add the record to the faults."""
        self._report.faults.setdefault(f"logged: {record.msg}", self.format(record))


def fuzz(seconds: float, texts: Sequence[str] = ()) -> Report:
    """Call everything with new texts, among them some of `texts`, until the time is over."""
    report, end = Report(), time.monotonic() + seconds
    logging.getLogger("bot").addHandler(_LoggedErrors(report))

    @settings(
        max_examples=EXAMPLES_A_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(hostile_texts | st.sampled_from(texts) if texts else hostile_texts)
    def try_text(text: str) -> None:
        if time.monotonic() > end:
            return
        library = Library(Desk((), (), ()))
        stories = read_everything(text, report)
        articles = [make_article(story, number) for number, story in enumerate(stories)]
        articles = articles[:MAX_ARTICLES]
        for article in articles:
            report.call("index", partial(library.put, 1, article), text)
        if articles:
            article = max(articles, key=lambda article: len(article.paragraphs))
            command_everything(library.view(1), replace(article, id="other"), text, report)

    while time.monotonic() < end:
        try_text()
    return report


def main() -> int:
    """Fuzz for some time and print what came of it; 1 where something went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--texts", type=Path, help="a folder with .txt, .md or .rst files")
    given_options = parser.parse_args()
    texts = read_texts(given_options.texts) if given_options.texts else ()
    report = fuzz(given_options.seconds, texts)
    print(f"{report.counts.total():,} calls, by name, number and the slowest:\n{report.table()}")
    for name, detail in report.faults.items():
        print(f"\n{name}\n{detail}")
    print(f"\n{len(report.faults)} faults")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
