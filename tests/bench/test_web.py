"""Invented pages are read by every reader, scored by the folder's own score.py and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.web import main, measure
from bot.errors import VerbatimError

BODY = (
    "The lighthouse keepers of Vardholm counted their geese again in the last week of October, and "
    "wrote down four hundred and twelve, which is more than in any autumn since the war."
)
COUNT = (
    "They begin at dawn, when the flocks leave the salt meadows, and each keeper counts alone so "
    "that nobody hears the number of another before all of them have handed in their slips."
)
PAGE = """<!doctype html><html><head><title>{title}</title>
<meta property="og:title" content="{title}"><meta name="author" content="Ida Moen">
<meta property="article:published_time" content="2021-03-04T08:00:00Z"></head>
<body><nav><a href="/">Home</a><a href="/birds">Birds</a></nav>
<article><h1>{title}</h1><p>{body}</p><h2>The count</h2><p>{count}</p></article>
<footer>Vardholm Gazette, all rights reserved</footer></body></html>"""
EMPTY = "<!doctype html><html><head><title>Nothing</title></head><body></body></html>"

PAGES = {
    "geese.html": PAGE.format(title="Geese counted at Vardholm", body=BODY, count=COUNT),
    "gulls.html": PAGE.format(title="Gulls return to the pier", body=BODY, count=COUNT),
    "empty.html": EMPTY,
}

SCORER = """
import json, sys
outputs = [json.loads(line) for line in open(sys.argv[1])]
read = [o for o in outputs if "lighthouse keepers" in (o.get("text") or "")]
print(json.dumps({
    "f1": len(read), "precision": sum("The count" in o["text"] for o in read),
    "title": sum(o.get("title") == "Geese counted at Vardholm" for o in outputs),
    "author": sum(o.get("author") == "Ida Moen" for o in outputs),
    "date": sum((o.get("date") or "")[:10] == "2021-03-04" for o in outputs),
    "refused": sum(not o.get("text") for o in outputs),
}))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    for name, page in PAGES.items():
        (tmp_path / "pages" / name).write_text(page, "utf-8")
    gold = [{"file": name, "url": f"https://gazette.example/{name}"} for name in PAGES]
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, gold)), "utf-8")
    (tmp_path / "score.py").write_text(SCORER, "utf-8")
    return tmp_path


def test_every_reader_reads_the_pages_and_is_scored(folder: Path) -> None:
    table = measure(folder)
    assert table.title == "3 pages"
    rows = {row[0]: dict(zip(table.columns[1:], row[1:], strict=True)) for row in table.rows}
    assert list(rows) == ["Verbatim", "Verbatim, headings counted", "trafilatura"]
    for row in rows.values():
        assert (row["F1"], row["Title"], row["Author"], row["Date"]) == ("2", "1", "2", "2")
        assert (row["Refused"], row["Recall"]) == ("1", "")
        assert float(row["s"]) >= 0
    assert rows["Verbatim"]["Precision"] == "0"
    assert rows["Verbatim, headings counted"]["Precision"] == "2"


def test_the_figures_are_put_into_the_report(folder: Path) -> None:
    report = folder / "report.md"
    report.write_text("Read\n<!-- web -->\nold\n<!-- /web -->\n", "utf-8")
    result = CliRunner().invoke(main, [str(folder), "--report", str(report)])
    assert result.exit_code == 0
    assert "trafilatura" in result.output
    written = report.read_text("utf-8")
    assert "### 3 pages" in written
    assert "old" not in written


@pytest.mark.parametrize("part", ["gold.jsonl", "score.py", "pages"])
def test_a_folder_that_lacks_a_part_is_refused(folder: Path, part: str) -> None:
    (folder / part).rename(folder / "away")
    with pytest.raises(VerbatimError, match=part):
        measure(folder)


def test_a_scorer_that_prints_no_scores_is_told(folder: Path) -> None:
    (folder / "score.py").write_text("raise SystemExit('the gold is torn')", "utf-8")
    with pytest.raises(VerbatimError, match="the gold is torn"):
        measure(folder)
