"""The command `verbatim` as people and programs use it: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import main

SEEDS = Path(__file__).parents[2] / "seeds"
QUOTE_KEYS = (
    *("text", "article", "title", "outlet", "author", "url", "published", "source", "kind"),
    *("paragraph", "start", "end", "score"),
)


def verbatim(*arguments: str, stdin: str | None = None, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(main, arguments, input=stdin)


def objects(result: Result) -> list[Any]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def articles() -> dict[str, Any]:
    return {article["id"]: article for article in objects(verbatim("articles", "--json"))[0]}


def check_quote(quote: dict[str, Any], articles: dict[str, Any]) -> None:
    article = articles[quote["article"]]
    paragraph = article["paragraphs"][quote["paragraph"] - 1]
    assert quote["text"] == paragraph[quote["start"] : quote["end"]]
    for key in ("title", "outlet", "author", "url", "published", "source", "kind"):
        assert quote[key] == article[key]


def test_articles_are_one_list_of_the_agreed_shape(articles: dict[str, Any]) -> None:
    assert len(articles) == 26
    for article in articles.values():
        assert tuple(article) == (
            *("id", "title", "outlet", "author", "url", "published", "source", "kind"),
            "paragraphs",
        )


def test_an_answer_has_the_agreed_shape(articles: dict[str, Any]) -> None:
    (answer,) = objects(verbatim("ask", "--json", "eggs in one basket"))
    assert tuple(answer) == (
        *("question", "status", "quotes", "matched", "missed", "unquoted", "took_ms"),
    )
    assert answer["status"] == "answer"
    assert answer["matched"] == ["eggs", "one", "basket"]
    for quote in answer["quotes"]:
        assert tuple(quote) == (*QUOTE_KEYS, "also", "differs")
        check_quote(quote, articles)
        for repeat in quote["also"]:
            assert tuple(repeat) == QUOTE_KEYS
            check_quote(repeat, articles)
    assert any(quote["also"] for quote in answer["quotes"])


def test_accounts_that_differ_have_the_agreed_shape(articles: dict[str, Any]) -> None:
    (answer,) = objects(verbatim("ask", "--json", "chief of the National Intelligence Service"))
    (differs,) = [each for quote in answer["quotes"] for each in quote["differs"]]
    assert tuple(differs) == ("quote", "words", "other_words")
    assert tuple(differs["quote"]) == QUOTE_KEYS
    check_quote(differs["quote"], articles)
    assert {*differs["words"], *differs["other_words"]} == {"appointed", "nominated"}


def test_a_verification_has_the_agreed_shape(articles: dict[str, Any]) -> None:
    sentence = "We should put all our eggs in one basket."
    lines = f'{sentence}\n{{"text": "royal marines"}}\n!\n'
    result = verbatim("verify", "--batch", "-", "--json", stdin=lines)
    near_match, same, nothing = objects(result)
    assert "no word" in result.stderr
    for verification in (near_match, same, nothing):
        assert tuple(verification) == ("text", "status", "places", "took_ms", "apart", "missing")
    assert [verification["status"] for verification in (near_match, same, nothing)] == [
        "near",
        "near",
        "none",
    ]
    assert near_match["text"] == sentence
    for match in near_match["places"]:
        assert tuple(match) == ("quote", "words", "other_words")
        assert (match["words"], match["other_words"]) == ([], ["not"])
        check_quote(match["quote"], articles)


def test_a_verification_for_people_says_where_and_what_differs() -> None:
    output = " ".join(
        verbatim("verify", "This is a strategy the Lee government will pursue").output.split()
    )
    assert "The words in bold differ" in output
    assert "you entered nothing, the article has “not”" in output
    assert "Asia Times, “Korean leader Lee likely on a collision course with Trump”" in output
    assert "word for word" in verbatim("verify", "Peace is always cheaper than war").output
    assert "capitals differ" in verbatim("verify", "peace is always cheaper than war").output
    assert "is not in the articles" in verbatim("verify", "eleven green bottles").output


def test_accounts_that_differ_are_shown_to_people_side_by_side() -> None:
    output = " ".join(verbatim("ask", "chief of the National Intelligence Service").output.split())
    assert "Accounts differ: “appointed” or “nominated”" in output or (
        "Accounts differ: “nominated” or “appointed”" in output
    )
    assert output.index("Faces Potential Clash") != output.index("collision course") != -1


def test_a_digest_has_the_agreed_shape(articles: dict[str, Any]) -> None:
    (digest,) = objects(verbatim("digest", "--json", "north-korea"))
    assert tuple(digest) == ("topic", "title", "status", "points", "sources", "took_ms")
    assert (digest["topic"], digest["title"]) == ("north-korea", "North Korea")
    assert digest["status"] == "digest"
    for point in digest["points"]:
        check_quote(point, articles)
    for source in digest["sources"]:
        assert tuple(source) == ("article", "title", "outlet", "quotes")
        assert articles[source["article"]]["title"] == source["title"]
    assert sum(source["quotes"] for source in digest["sources"]) == len(digest["points"])


def test_a_batch_is_answered_line_by_line_in_order(tmp_path: Path) -> None:
    lines = ["royal marines", '{"question": "bitcoin"}', "", '{"question": "북한", "id": 7}']
    answers = objects(verbatim("ask", "--batch", "-", "--json", stdin="\n".join(lines)))
    assert [answer["question"] for answer in answers] == ["royal marines", "bitcoin", "북한"]
    assert [answer["status"] for answer in answers] == ["answer", "none", "answer"]
    file = tmp_path / "topics"
    file.write_text('japan\n{"topic": "bitcoin"}\n', encoding="utf-8")
    digests = objects(verbatim("digest", "--batch", str(file), "--json"))
    assert [(each["topic"], each["status"]) for each in digests] == [
        ("japan", "digest"),
        ("bitcoin", "none"),
    ]


def test_a_line_that_cannot_be_searched_for_keeps_its_place_in_a_batch() -> None:
    result = verbatim("ask", "--batch", "-", "--json", stdin="the\nroyal marines\n")
    assert [answer["status"] for answer in objects(result)] == ["none", "answer"]
    assert "no word to search for" in result.stderr


def test_an_answer_for_people_shows_quote_source_and_what_else_says_so() -> None:
    output = " ".join(verbatim("ask", "eggs in one basket").output.split())
    assert "'We should not put all our eggs in one basket.'" in output
    assert "Asia Times, “Korean leader Lee likely on a collision course with Trump”" in output
    assert "also in: “" in output


def test_a_refusal_for_people_says_so_plainly() -> None:
    output = verbatim("ask", "best ramen in tokyo").output
    assert "No article here answers this." in output
    assert "Not found: best, ramen" in output
    assert "Nearest topics: japan" in output
    assert "No article here covers this topic." in verbatim("digest", "bitcoin").output


def test_what_looks_like_markup_is_printed_as_it_stands(tmp_path: Path) -> None:
    story = "A [bold]claim[/bold] :smile:\n\nThe minister wrote [red]stop[/red] on the wall in May."
    (tmp_path / "a.txt").write_text(story, encoding="utf-8")
    output = verbatim("ask", "--desk", str(tmp_path), "minister wall").output
    assert "[red]stop[/red]" in output
    assert "A [bold]claim[/bold] :smile:" in output


def test_articles_for_people_are_named_with_what_is_known_of_them() -> None:
    output = verbatim("articles").output
    assert output.count(" story of ") == 26
    assert "RTHK · related story of" in output


@pytest.mark.parametrize(
    ("arguments", "environment", "sentence"),
    [
        (["ask", ""], {}, "The question is empty"),
        (["ask", "the of"], {}, "no word to search for"),
        (["ask", "w " * 3000], {}, "characters"),
        (["digest", "the"], {}, "no word to search for"),
        (["verify", ""], {}, "The quote is empty"),
        (["verify", "?!"], {}, "no word"),
        (["verify", "w " * 3000], {}, "characters"),
        (["ask", "x", "--desk", "/nowhere/at/all"], {}, "is not a folder"),
        (["ask", "x"], {"VERBATIM_DESK": "/nowhere/at/all"}, "is not a folder"),
        (["run"], {"DISCORD_TOKEN": ""}, "DISCORD_TOKEN is not set"),
        (["run"], {"VERBATIM_TIMEZONE": "Mars"}, "VERBATIM_TIMEZONE is “Mars”"),
        (["ask", "x"], {"VERBATIM_DEMO_PORT": "0", "VERBATIM_LOG_LEVEL": "x"}, "not a log level"),
    ],
)
def test_what_cannot_be_done_ends_in_one_sentence_and_exit_code_2(
    arguments: list[str], environment: dict[str, str], sentence: str
) -> None:
    result = verbatim(*arguments, **environment)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("stdin", "sentence"),
    [('{"question": 3}\n', "Line 1"), ("royal marines\n{broken\n", "Line 2")],
)
def test_a_batch_that_is_not_what_it_should_be_names_the_line(stdin: str, sentence: str) -> None:
    result = verbatim("ask", "--batch", "-", "--json", stdin=stdin)
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_a_batch_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "questions"
    file.write_bytes("Präsident\n".encode("latin-1"))
    result = verbatim("ask", "--batch", str(file))
    assert (result.exit_code, "not UTF-8" in result.stderr) == (2, True)


def test_a_question_and_a_batch_at_once_are_refused() -> None:
    assert verbatim("ask").exit_code == 2
    assert verbatim("ask", "x", "--batch", "-", stdin="y").exit_code == 2


def test_an_answer_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    code = (
        "import sys; from bot.cli import main; main(('ask', '--json', 'Xi'), None, None, False)\n"
        "print({'wordfreq', 'asyncio', 'rich', 'discord', 'dotenv'} & set(sys.modules))"
    )
    nothing = {"VERBATIM_SEMANTIC": "off", "VERBATIM_DATABASE": str(tmp_path / "none.sqlite3")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **nothing},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines()[-1] == "set()"


FERRIES = """\
["harbour.txt"]
outlet = "Vell Post"
published = 2025-03-04T22:30:00-05:00

["pier.txt"]
outlet = "Oster Herald"
published = 2025-03-02
"""


@pytest.fixture
def ferries(tmp_path: Path) -> Path:
    """A desk of three stories: with a time, with a day alone, and with neither."""
    for name in ("harbour", "pier", "letter"):
        text = f"The {name} is closed\n\nThe ferry left the {name} at noon, its captain said.\n"
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "sources.toml").write_text(FERRIES, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("options", "zone", "names"),
    [
        (["--period", "5 March 2025"], "UTC", ["harbour"]),
        (["--period", "4 March 2025"], "America/New_York", ["harbour"]),
        (["--period", "4 March 2025"], "UTC", []),
        (["--period", "2 to 4 March 2025"], "Asia/Seoul", ["pier"]),
        (["--source", "vell"], "UTC", ["harbour"]),
        (["--source", "Oster Herald", "--period", "since 2025"], "UTC", ["pier"]),
    ],
)
def test_a_period_and_a_source_limit_what_is_read(
    ferries: Path, options: list[str], zone: str, names: list[str]
) -> None:
    arguments = ("--json", "--desk", str(ferries), *options)
    [listed] = objects(verbatim("articles", *arguments, VERBATIM_TIMEZONE=zone))
    assert [article["source"] for article in listed] == [f"{name}.txt" for name in names]
    [digest] = objects(verbatim("digest", "ferry", *arguments, VERBATIM_TIMEZONE=zone))
    assert {point["source"] for point in digest["points"]} == {f"{name}.txt" for name in names}
    undated = 1 if "--period" in options and "--source" not in options else 0
    assert digest["filter"]["undated"] == undated
    assert digest["filter"]["articles"] == len(names)


def test_a_stated_time_is_in_utc_and_stands_only_where_there_is_one(ferries: Path) -> None:
    [listed] = objects(verbatim("articles", "--json", "--desk", str(ferries)))
    times = {article["source"]: article.get("published_at") for article in listed}
    assert times["harbour.txt"] == "2025-03-05T03:30:00+00:00"
    assert times["pier.txt"] is times["letter.txt"] is None
    answer = verbatim("ask", "ferry", "--desk", str(ferries), "--period", "5 March 2025")
    assert "Only articles 5 March 2025: 1." in " ".join(answer.output.split())


@pytest.mark.parametrize(
    "options", [("--period", "30 February"), ("--period", "soonish"), ("--source", "Narnia Times")]
)
def test_what_is_no_period_and_no_source_ends_with_one_sentence(
    ferries: Path, options: tuple[str, str]
) -> None:
    refused = verbatim("digest", "ferry", "--desk", str(ferries), *options)
    assert refused.exit_code != 0
    assert options[1] in refused.output or options[1] in str(refused.exception)
