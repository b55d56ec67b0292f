"""Every desk of a folder is measured by its own score.py, in counts, beside the release before."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bench.__main__ import main
from bench.desks import (
    RELEASE_BEFORE,
    Answerer,
    Count,
    Outputs,
    SampleSet,
    answer_plainly,
    answer_with,
    desk_tables,
    find_sets,
    gained_and_lost,
    mark,
)
from bench.model import WITHOUT_MODEL
from bot.errors import VerbatimError

MILL = """The mill at Oststad grinds again

The wheel of the old mill turned on Monday for the first time in forty years.

Volunteers had replaced ninety oak paddles over two winters of work by the river.

The town council gave a hundred thousand crowns for the repairs last spring.
"""
FERRY = """A slower ferry to Nordholm

The night ferry to Nordholm will leave at ten because its engine is being rebuilt.

Captain Ilse Varga said that passengers could keep their tickets for the whole season.
"""

WHEEL = "The wheel of the old mill turned on Monday for the first time in forty years."
PADDLES = "Volunteers had replaced ninety oak paddles over two winters of work by the river."
CROWNS = "The town council gave a hundred thousand crowns for the repairs last spring."
ENGINE = "The night ferry to Nordholm will leave at ten because its engine is being rebuilt."

SAMPLES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "ask": [
        {"question": "when did the wheel turn", "gold": [{"text": WHEEL}], "key": ["Monday"]},
        {"question": "who gave crowns", "gold": [{"text": CROWNS}], "key": ["council"]},
        {"question": "why is the ferry late", "gold": [{"text": ENGINE}], "key": ["engine"]},
    ],
    "none": [
        {"question": "zebra gpu", "kind": "off-topic"},
        {"question": "who is the miller", "kind": "near-miss"},
        {"question": "what does the ferry weigh", "kind": "near-miss"},
    ],
    "digest": [
        {
            "topic": "mill",
            "points": [
                {"required": 1, "sentences": [{"text": WHEEL}]},
                {"required": 1, "sentences": [{"text": CROWNS}]},
                {"required": 0, "sentences": [{"text": PADDLES}]},
            ],
        }
    ],
}

SCORER = """
import json, sys
from pathlib import Path

def hit(quote, gold, keys=()):
    return gold in quote

def share(outcomes):
    return round(sum(outcomes) / len(outcomes), 3)

if __name__ == "__main__":
    kind, file = sys.argv[1:]
    gold = [json.loads(l) for l in (Path(__file__).parent / f"{kind}.jsonl").open()]
    said = [json.loads(l) for l in open(file)]
    pairs = list(zip(gold, said))
    if kind == "ask":
        hits = [[hit(q["text"], g["gold"][0]["text"]) for q in s["quotes"]] for g, s in pairs]
        print(json.dumps({
            "n": len(gold), "hit1": share([any(h[:1]) for h in hits]),
            "hit3": share([any(h) for h in hits]), "wrong_first": 1,
            "answered": share([s["status"] == "answer" for s in said]), "miss": ["q2"],
        }))
    elif kind == "none":
        print(json.dumps({
            name: share([s["status"] != "answer" for g, s in pairs if g["kind"] == name])
            for name in ("off-topic", "near-miss")
        }))
    else:
        lines = [p["text"] for s in said for p in s["points"]]
        points = [p for g in gold for p in g["points"]]
        made = [any(p["sentences"][0]["text"] in l for l in lines) for p in points if p["required"]]
        on = [any(p["sentences"][0]["text"] in l for p in points) for l in lines]
        print(json.dumps({
            "required": share(made), "points": len(lines), "on_point": share(on or [0]),
            "duplicates": 2, "wrong": 0,
        }))
"""


def write_set(folder: Path, name: str = "harbour") -> SampleSet:
    """Write a sample set of invented stories into a folder of that name."""
    home = folder / name
    (home / "desk").mkdir(parents=True)
    for file, text in (("mill.txt", MILL), ("ferry.txt", FERRY)):
        (home / "desk" / file).write_text(text, "utf-8")
    for kind, samples in SAMPLES.items():
        (home / f"{kind}.jsonl").write_text("".join(f"{json.dumps(s)}\n" for s in samples), "utf-8")
    (home / "score.py").write_text(SCORER, "utf-8")
    return SampleSet(name, home, home / "desk")


def quotes(*texts: str) -> Mapping[str, Any]:
    return {"status": "answer", "quotes": [{"text": text} for text in texts]}


def points(*texts: str) -> Mapping[str, Any]:
    return {"points": [{"text": text} for text in texts]}


NOTHING: Mapping[str, Any] = {"status": "none", "quotes": []}


def answerer(ask: Outputs, none: Outputs, digest: Outputs) -> Answerer:
    outputs = {"ask": ask, "none": none, "digest": digest}
    return lambda _, kind: outputs[kind]


EARLIER = answerer(
    ask=[quotes(PADDLES, WHEEL), NOTHING, quotes(ENGINE)],
    none=[NOTHING, quotes(WHEEL), NOTHING],
    digest=[points(WHEEL, PADDLES)],
)
LATER = answerer(
    ask=[quotes(WHEEL), quotes(PADDLES, WHEEL, CROWNS), quotes(WHEEL)],
    none=[NOTHING, NOTHING, quotes(ENGINE)],
    digest=[points(CROWNS, ENGINE, WHEEL)],
)


def test_the_sets_of_a_folder_are_those_with_samples_and_a_desk(tmp_path: Path) -> None:
    seeds = tmp_path / "elsewhere"
    seeds.mkdir()
    for name in ("zoo", "harbour", "seeds", "no desk", "no questions", "no scorer"):
        write_set(tmp_path, name)
    (tmp_path / "no desk" / "desk").rename(tmp_path / "moved")
    (tmp_path / "no questions" / "ask.jsonl").unlink()
    (tmp_path / "no scorer" / "score.py").unlink()
    desks = {samples.name: samples.desk for samples in find_sets(tmp_path, seeds)}
    assert list(desks) == ["harbour", "seeds", "zoo"]
    assert desks["zoo"] == tmp_path / "zoo" / "desk"
    assert desks["seeds"] == seeds


def test_shares_are_printed_as_counts_and_samples_judged_alone(tmp_path: Path) -> None:
    marks = mark(write_set(tmp_path), EARLIER)
    assert [str(count) for count in marks.questions] == [
        *("1 of 3", "2 of 3", "2 of 3", "1"),
        *("1 of 1", "1 of 2", "1 of 1"),
    ]
    assert [str(count) for count in marks.digests] == ["1 of 2", "2 of 2", "2", "0"]
    assert marks.outcomes == {
        "First": (False, False, True),
        "Among three": (True, False, True),
        "Refused": (True, False, True),
        "Required": (True, False),
    }


def test_counts_add_up_and_faults_have_no_total() -> None:
    assert str(Count(2, 5) + Count(1, 7)) == "3 of 12"
    assert str(Count(2, None) + Count(1, None)) == "3"


def test_gains_and_losses_are_paired_with_the_release_before(tmp_path: Path) -> None:
    sets = [write_set(tmp_path, "harbour"), write_set(tmp_path, "inland")]
    announced: list[str] = []
    answerers = {WITHOUT_MODEL: LATER, RELEASE_BEFORE: EARLIER}
    questions, digests, pairs = desk_tables(sets, answerers, announced.append)
    rows = {row[:2]: row[2:] for row in questions.rows}
    assert rows["inland", WITHOUT_MODEL][:3] == ("1 of 3", "2 of 3", "3 of 3")
    assert rows["all", RELEASE_BEFORE] == (
        *("2 of 6", "4 of 6", "4 of 6", "2", "2 of 2", "2 of 4", "2 of 2"),
    )
    assert {row[:2]: row[2:] for row in digests.rows}["all", WITHOUT_MODEL][0] == "4 of 4"
    assert pairs.rows == (
        ("harbour", WITHOUT_MODEL, "+1 −1", "+1 −1", "+1 −1", "+1 −0"),
        ("inland", WITHOUT_MODEL, "+1 −1", "+1 −1", "+1 −1", "+1 −0"),
        ("all", WITHOUT_MODEL, "+2 −2", "+2 −2", "+2 −2", "+2 −0"),
    )
    assert announced[0] == f"harbour: {WITHOUT_MODEL}"


def test_without_a_release_before_nothing_is_paired(tmp_path: Path) -> None:
    tables = list(desk_tables([write_set(tmp_path)], {WITHOUT_MODEL: LATER}))
    assert [len(table.rows) for table in tables] == [1, 1]


def test_samples_that_are_not_the_same_cannot_be_paired() -> None:
    assert gained_and_lost([True, True, False], [False, True, True]) == (1, 1)
    with pytest.raises(ValueError, match="longer"):
        gained_and_lost([True], [True, False])


def test_plain_bm25_quotes_the_sentence_with_the_words_and_refuses_none_it_shares(
    tmp_path: Path,
) -> None:
    samples = write_set(tmp_path)
    first, second, third = answer_plainly(samples, "ask")
    assert first["quotes"][0]["text"] == WHEEL
    assert second["quotes"][0]["text"] == CROWNS
    assert third["quotes"][0]["source"] == "ferry.txt"
    assert [answer["status"] for answer in answer_plainly(samples, "none")] == [
        *("none", "answer", "answer")
    ]
    (digest,) = answer_plainly(samples, "digest")
    assert [point["text"] for point in digest["points"]] == [WHEEL]
    assert mark(samples, answer_plainly).questions[0] == Count(3, 3)


CHECKOUT = """
import json, os, sys
from pathlib import Path
batch = Path(sys.argv[sys.argv.index("--batch") + 1])
for line in batch.open():
    print(json.dumps({
        "command": sys.argv[1], "asked": json.loads(line).get("question"),
        "here": str(Path.cwd()), "model": os.environ.get("VERBATIM_SEMANTIC"),
    }))
"""


def test_a_checkout_answers_with_its_own_code_and_the_variables_given(tmp_path: Path) -> None:
    checkout = tmp_path / "before"
    (checkout / "bot").mkdir(parents=True)
    (checkout / "bot" / "__init__.py").touch()
    (checkout / "bot" / "__main__.py").write_text(CHECKOUT, "utf-8")
    samples = write_set(tmp_path)
    outputs = answer_with(checkout, {"VERBATIM_SEMANTIC": "off"})(samples, "none")
    assert [output["asked"] for output in outputs] == [s["question"] for s in SAMPLES["none"]]
    assert {(output["command"], output["here"], output["model"]) for output in outputs} == {
        ("ask", str(checkout), "off")
    }
    assert answer_with(checkout)(samples, "digest")[0]["command"] == "digest"


def test_a_folder_without_verbatim_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(VerbatimError, match="no checkout of Verbatim"):
        answer_with(tmp_path)


def test_a_folder_that_holds_no_samples_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["--data", str(tmp_path), "--sizes", ""])
    assert result.exit_code == 1
    assert "holds no samples" in result.output
