"""Export and Cite: quotes with their references, as Markdown, as CSL-JSON, and in one line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord import InteractionResult

from bot.chat.components.references import cite, to_csl_json, to_markdown
from bot.language import use_language
from bot.model import Article, Paragraph, Quote
from tests.support.discord_rules import walk
from tests.support.layouts import QUOTE
from tests.support.simulation import SEOUL, TEASERS, Server, choose, reply_text, small_library
from tests.support.strategies import quotes

TODAY = date(2026, 3, 2)
BARE = Article("b1", "제목", (Paragraph("부산항이 다시 열렸다."),), "b.txt", author="A and B")
KOREAN_QUOTE = Quote(BARE, 1, 0, 12, "부산항이 다시 열렸다.")

# The properties of https://github.com/citation-style-language/schema (csl-data.json) that are
# written, and the shape of each; a reference manager may refuse any other.
CSL_TYPES = {"webpage", "document", "article-newspaper"}
CSL_TEXTS = {"id", "type", "title", "container-title", "URL", "note"}
CSL_DATES = {"issued", "accessed"}


def assert_csl(item: dict[str, Any]) -> None:
    assert item.keys() <= CSL_TEXTS | CSL_DATES | {"author"}
    assert item["id"]
    assert item["type"] in CSL_TYPES
    assert all(isinstance(item[name], str) for name in CSL_TEXTS & item.keys())
    for name in CSL_DATES & item.keys():
        assert item[name].keys() == {"date-parts"}
        [parts] = item[name]["date-parts"]
        assert all(isinstance(part, int) for part in parts)
        assert date(*parts)
    for author in item.get("author", [{"literal": "x"}]):
        assert author.keys() == {"literal"}
        assert author["literal"]


@given(st.lists(quotes(also=False), min_size=1, max_size=4))
@settings(max_examples=40)
def test_files_hold_every_character_of_the_quotes_and_each_source_once(
    exported: Sequence[Quote],
) -> None:
    markdown = to_markdown("Any", exported, TODAY)
    for quote in exported:
        lines = quote.text.splitlines(keepends=True)
        assert "".join(f"> {line}" for line in lines) + "\n\n[" in markdown
    items = json.loads(to_csl_json(exported, TODAY))
    assert [item["id"] for item in items] == [*dict.fromkeys(q.article.id for q in exported)]
    for item in items:
        assert_csl(item)


def test_a_reference_says_what_the_article_states_and_nothing_else() -> None:
    [stated, bare] = json.loads(to_csl_json([QUOTE, KOREAN_QUOTE], TODAY))
    assert stated == {
        "id": "a1",
        "type": "webpage",
        "title": "Seoul's balance",
        "accessed": {"date-parts": [[2026, 3, 2]]},
        "note": "paragraph 1",
        "container-title": "The Example",
        "issued": {"date-parts": [[2026, 3, 1]]},
        "URL": "https://example.com/a",
    }
    assert bare.keys() == {"id", "type", "title", "accessed", "note", "author"}
    assert (bare["type"], bare["author"]) == ("document", [{"literal": "A and B"}])


@pytest.mark.parametrize(
    ("quote", "language", "reference"),
    [
        (
            QUOTE,
            "en",
            "“Seoul's balance”, The Example, 1 March 2026, paragraph 1, https://example.com/a, "
            "read on 2 March 2026.",
        ),
        (KOREAN_QUOTE, "en", "A and B, “제목”, paragraph 1, read on 2 March 2026."),
        (
            replace(QUOTE, article=replace(QUOTE.article, title="A\n b", outlet=None, url=None)),
            "en",
            "“A b”, 1 March 2026, paragraph 1, read on 2 March 2026.",
        ),
        (KOREAN_QUOTE, "ko", "A and B, “제목”, 1번째 문단, 2026년 3월 2일 확인."),
    ],
    ids=["all stated", "little stated", "without outlet", "in Korean"],
)
def test_a_reference_in_one_line(quote: Quote, language: str, reference: str) -> None:
    with use_language(language):
        assert cite(quote, TODAY) == reference


def test_the_markdown_of_two_quotes_of_one_article() -> None:
    first = replace(QUOTE, end=3, text="Lee", marks=())
    markdown = to_markdown("Will Lee choose?", [first, QUOTE], TODAY)
    assert markdown == (
        "# Will Lee choose?\n\n> Lee\n\n[1]\n\n> Lee will not choose between the two.\n\n[1]\n\n"
        "## Sources\n\n1. Seoul's balance, The Example, 1 March 2026, paragraph 1, "
        "<https://example.com/a>\n\n"
        "Exported by Verbatim on 2 March 2026. Every quote is word for word from its source.\n"
    )


async def export(server: Server, answered: InteractionResult) -> tuple[str, list[str]]:
    """The text of an export, and its files."""
    exported = await choose(server.member, answered, "Export")
    assert exported.ephemeral
    message = exported.followups[-1] if exported.followups else exported.response
    assert message is not None
    return reply_text(exported), [(await file.read()).decode() for file in message.attachments]


async def test_what_was_edited_since_is_left_out_of_the_files(server: Server) -> None:
    toll = "Seoul raised the toll of its northern bridges, and drivers complained at once."
    second = replace(SEOUL, id="second", title="Again", paragraphs=(Paragraph(toll),))
    server.client.library = small_library([SEOUL, second, *TEASERS])
    answered = await server.member.slash(server.channel, "digest", topic="Seoul", private=True)
    text, [markdown, csl] = await export(server, answered)
    assert "left out" not in text
    assert SEOUL.paragraphs[0].text in markdown
    assert "second" in {item["id"] for item in json.loads(csl)}
    edited = replace(second, paragraphs=(Paragraph(toll.replace("raised", "halved")),))
    server.client.library = small_library([SEOUL, edited, *TEASERS])
    text, [markdown, csl] = await export(server, answered)
    assert "1 quote was left out because its article has changed or was removed." in text
    assert "bridges" not in markdown
    assert "second" not in {item["id"] for item in json.loads(csl)}


async def test_cite_gives_the_reference_of_the_quote(server: Server) -> None:
    answered = await server.member.slash(server.channel, "ask", question="Will Seoul choose?")
    context = await choose(server.member, answered, "Context")
    assert context.response is not None
    [cite_id] = [
        item["custom_id"]
        for item in walk(context.response.components)
        if item.get("label") == "Cite"
    ]
    cited = await server.member.click(context.response, custom_id=cite_id)
    assert cited.ephemeral
    assert f"“{SEOUL.title}”" in reply_text(cited)
    assert "paragraph 1, https://example.com/seoul, read on" in reply_text(cited)
