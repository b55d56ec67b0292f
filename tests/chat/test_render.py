"""What a reader sees in Discord: quotes verbatim, limits kept, nobody pinged, for any text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, time
from functools import reduce
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from simcord.preview._markdown import markdown_tokens

from bot.chat.answers.ask import answer_page
from bot.chat.answers.digest import digest_page, source_mix, summary_page
from bot.chat.answers.sources import behind_page, sources_page
from bot.chat.answers.topics import topics_page
from bot.chat.answers.verify import verification_page
from bot.chat.components.layout import BLUE, framed
from bot.chat.components.markdown import block_quote, escape, link, one_line, size
from bot.chat.components.story_names import StoryNames
from bot.chat.interaction.selections import ArticleFilter
from bot.chat.posts.schedule_entries import ScheduleEntry, schedules_page
from bot.model import (
    Answer,
    Article,
    Comparison,
    Digest,
    Paragraph,
    Quote,
    Schedule,
    SourceCount,
    Span,
    Timetable,
    Topic,
    Verification,
)
from tests.support.discord_rules import text_size, walk
from tests.support.layouts import (
    ARTICLE,
    QUOTE,
    assert_sendable,
    checked,
    components,
    read_block_quote,
    seen_in,
    texts_of,
)
from tests.support.simulation import MONDAY
from tests.support.strategies import (
    FEWER_EXAMPLES,
    TRAPS,
    articles,
    long_texts,
    quotes,
    texts,
    topics,
    verifications,
)


def shown_as_it_is(line: str) -> bool:
    """Whether simcord can show `line`; it takes an escaped `-#` for small print, as Discord does
    not, and white space at the ends or of other kinds is beyond it."""
    return line == " ".join(line.split()) != "" and not line.startswith("-#")


def with_examples(values: Iterable[Any]) -> Callable[[Any], Any]:
    """Hypothesis's `example`, for each of several values."""
    return lambda test: reduce(lambda tried, value: example(value)(tried), values, test)


def plain(tokens: list[dict[str, Any]]) -> str:
    """The text that simcord's renderer shows for these tokens; fails on any markup but bold."""
    shown = ""
    for token in tokens:
        kind = token["type"]
        assert kind in {
            *("text", "inline", "blockquote", "paragraph", "break", "strong_open", "strong_close")
        }, token
        shown += "\n" if kind == "break" else token.get("content", "")
        shown += plain(token.get("children", []))
    return shown


@given(quotes(), long_texts)
@example(Quote(Article("a", "t", (Paragraph("x" * 9000),), "a"), 1, 0, 9000, "x" * 9000), "q")
def test_a_quote_is_shown_character_for_character_or_plainly_shortened(
    quote: Quote, asked: str
) -> None:
    _, *shown, _ = texts_of(answer_page(checked(Answer(asked, "answer", (quote,)))))
    accounts = [quote, *(comparison.quote for comparison in quote.differs)]
    for account, text, below in zip(accounts, shown[::2], shown[1::2], strict=True):
        read = read_block_quote(text)
        if below.startswith("-# Shortened for Discord"):
            assert account.text.startswith(read)
            assert size(block_quote(account.text)) > (200 if quote.differs else 2000)
        else:
            assert read == account.text


@given(st.text("ab1 \\`*_~|<>[]()#-+.:@&=!\"'/한é", min_size=1).filter(shown_as_it_is))
@with_examples(line for trap in TRAPS for line in trap.split("\n") if shown_as_it_is(line))
def test_an_independent_renderer_shows_a_quote_as_it_is(text: str) -> None:
    marks = [Span(*found.span()) for found in re.finditer(r"\w+", text)]
    assert plain(markdown_tokens(block_quote(text, marks), "text_display")) == text
    assert plain(markdown_tokens(escape(text), "text_display")) == text


@given(texts, st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))))
def test_bold_is_balanced_whatever_the_marks(text: str, marks: list[tuple[int, int]]) -> None:
    rendered = block_quote(text, [Span(*mark) for mark in marks])
    bold = re.sub(r"\\.", "", rendered, flags=re.DOTALL).count("**")
    assert bold % 2 == 0
    assert read_block_quote(rendered) == text


def test_matched_words_are_bold() -> None:
    marks = [Span(0, 3), Span(3, 6), Span(12, 17)]
    assert (
        block_quote("LeeJae said China's *all*", marks) == "> **LeeJae** said **China**'s \\*all\\*"
    )


@FEWER_EXAMPLES
@given(
    st.sampled_from(["answer", "related", "none"]),
    st.lists(quotes(), max_size=4),
    st.lists(topics, max_size=8),
    long_texts,
    st.lists(texts),
)
def test_any_answer_keeps_every_limit(
    status: Any, quoted: list[Quote], near: list[Topic], question: str, words: list[str]
) -> None:
    answer = Answer(question, status, tuple(quoted), tuple(words), tuple(words), tuple(near))
    assert_sendable(answer_page(checked(answer)))


LONG = [
    Quote(Article(f"{number:012}", "t", (Paragraph("x" * 9000),), "a"), 1, 0, 9000, "x" * 9000)
    for number in range(14)
]


@FEWER_EXAMPLES
@given(st.lists(quotes(), max_size=14), st.lists(topics, max_size=3), long_texts)
@example(LONG, [], "t" * 900)
@example([replace(LONG[0], differs=(Comparison(LONG[1]),), repeats=tuple(LONG[2:]))], [], "t")
def test_any_digest_keeps_every_limit(points: list[Quote], near: list[Topic], title: str) -> None:
    digest = checked(Digest("slug", title, tuple(points), tuple(near)))
    for layout in (
        digest_page(digest, chosen=ArticleFilter(period="past week")),
        summary_page(digest, title),
    ):
        assert_sendable(layout)
        shown = sum(bool(re.search("^> ", text, re.MULTILINE)) for text in texts_of(layout))
        left_out = re.search(
            r"^-# (\d+) more quotes? do", "\n".join(texts_of(layout)), re.MULTILINE
        )
        whole = points[: len(points) - (int(left_out[1]) if left_out else 0)]
        assert shown == sum(1 + len(point.differs) for point in whole)


@FEWER_EXAMPLES
@given(st.lists(articles(), max_size=20), st.lists(topics), st.integers(-3, 9))
def test_any_list_keeps_every_limit(held: list[Article], known: list[Topic], page: int) -> None:
    assert_sendable(sources_page(held, page))
    assert_sendable(behind_page([SourceCount(article, 12) for article in held], stale_count=3))
    assert_sendable(topics_page(known))
    paused = replace(SCHEDULE, paused=True)
    entries = [
        ScheduleEntry(replace(paused, topic=topic.slug, pause_reason=topic.title), topic.title)
        for topic in known
    ]
    assert_sendable(schedules_page("Scheduled", entries, MONDAY))


@given(long_texts, st.integers(2, 500))
def test_one_line_is_one_line_within_its_limit(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert size(line) <= limit
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/a?b=1&c=2#d", "[open](<https://example.com/a?b=1&c=2#d>)"),
        ("https://en.example.org/Lee_(a)", "[open](<https://en.example.org/Lee_%28a%29>)"),
        ("https://example.com/a b>c", "[open](<https://example.com/a%20b%3Ec>)"),
        ("https://example.com/" + "a" * 300, None),
        ("javascript:alert(1)", None),
        ("http://", None),
        ("http://[broken", None),
        ("not a link", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, shown: str | None) -> None:
    assert link("open", url) == shown


SCHEDULE = Schedule(
    id=1,
    guild_id=1,
    channel_id=7,
    topic="china",
    timetable=Timetable((time(9),), tuple(range(7)), "UTC"),
    announce_empty=False,
    created_by=1,
    created_at=MONDAY,
    due_after=MONDAY,
)
OTHER = Article(
    "a2", "Elsewhere", (Paragraph("Lee has chosen the first of the two, aides say."),), "b.txt"
)
OTHER_QUOTE = Quote(OTHER, 1, 0, 47, OTHER.paragraphs[0].text)


def test_an_answer_names_the_question_the_source_and_who_else_says_it() -> None:
    quote = replace(QUOTE, repeats=(OTHER_QUOTE,))
    assert texts_of(answer_page(checked(Answer("Will Lee choose?", "answer", (quote,))))) == [
        "### Will Lee choose?",
        "> Lee will **not choose** between the two.",
        "-# [1] **The Example** · 1 Mar 2026 · also in Elsewhere",
        "-# [1] [Seoul's balance](<https://example.com/a>) · ¶1",
    ]


@pytest.mark.parametrize("title", ["Ferries [update]", "What http://a.example says", "Ask @mayor"])
def test_a_title_that_cannot_be_a_link_has_one_behind_it(title: str) -> None:
    quote = replace(QUOTE, article=replace(ARTICLE, title=title))
    source = texts_of(answer_page(checked(Answer("Q", "answer", (quote,)))))[-1]
    assert source == f"-# [1] {escape(title)} · [open](<https://example.com/a>) · ¶1"


def test_who_tells_the_same_is_named_by_number_where_it_is_quoted_too() -> None:
    quote = replace(QUOTE, repeats=(OTHER_QUOTE,))
    texts = texts_of(digest_page(checked(Digest("t", "T", (quote, OTHER_QUOTE)))))
    assert texts[2] == "-# [1] **The Example** · 1 Mar 2026 · also in [2]"


def test_each_of_many_sources_fits_a_line_of_a_phone() -> None:
    articles = [replace(OTHER, id=f"b{number}", title="A long title " * 9) for number in range(4)]
    quotes = [replace(OTHER_QUOTE, article=article, repeats=(QUOTE,)) for article in articles]
    *_, mark, sources = texts_of(digest_page(checked(Digest("t", "T", tuple(quotes)))))
    lines = [mark, *sources.splitlines()]
    assert len(lines) == 5
    assert all(len(line.removeprefix("-# ")) <= 36 for line in lines)


LONG_TITLES = (
    "Harbour master Ilse Tannen wants a second crane for the eastern quay of the old town",
    "Harbour master Ilse Tannen warns of ice on the roads to the lighthouse and the mill",
    "Ferries to Tessel sail again after the ice",
    "Ferries to Tessel sail again after the ice, and the island's bakers cheer",
)


def texts_of_titled(titles: Sequence[str], *repeats: Quote) -> list[str]:
    """The marks of a digest of one quote from each of the articles so titled, and the sources."""
    quotes = tuple(
        replace(OTHER_QUOTE, article=replace(OTHER, id=f"b{number}", title=title), repeats=repeats)
        for number, title in enumerate(titles)
    )
    texts = texts_of(digest_page(checked(Digest("t", "T", quotes))))
    return [text for text in texts if text.startswith("-# [")]


def test_titles_are_cut_after_whole_words_and_told_apart_within_a_message() -> None:
    *marks, sources = texts_of_titled(LONG_TITLES)
    assert marks == [
        "-# [1] …Tannen wants a second crane…",
        "-# [2] …Tannen warns of ice on the…",
        "-# [3] Ferries to Tessel sail again…",
        "-# [4] …and the island's bakers cheer",
    ]
    names = [line.split(" · ")[0] for line in sources.splitlines()]
    assert names == [
        "-# [1] …Tannen wants a second…",
        "-# [2] …Tannen warns of ice on…",
        "-# [3] Ferries to Tessel sail…",
        "-# [4] …and the island's bakers…",
    ]


def test_a_title_that_is_alone_in_its_opening_keeps_it() -> None:
    [mark, sources] = texts_of_titled(LONG_TITLES[:1])
    assert mark == "-# [1] Harbour master Ilse Tannen…"
    assert sources.startswith("-# [1] Harbour master Ilse Tannen wants a second crane for… · ")


@pytest.mark.parametrize(
    "titles",
    [
        ("Ferries to Tessel sail again after the ice",) * 2,
        ("Unforeseenlylongwordswithoutanyspaceinthem of old", "Unforeseen"),
        (
            "외교부는 한국과 일본이 새로운 협정을 맺을 것이라고 밝혔다고 전했다",
            "외교부는 한국과 일본이 협정을",
        ),
        ("The mayor of Tessel opened the ice rink", "The mayor of Tessel opened the ice bar"),
    ],
    ids=["same", "long-word", "korean", "last-word"],
)
def test_what_cannot_be_told_apart_is_cut_all_the_same(titles: Sequence[str]) -> None:
    *marks, _ = texts_of_titled(titles)
    names = [mark.split("] ", 1)[1] for mark in marks]
    assert all(10 <= len(name) <= 30 for name in names)
    assert len(set(names)) == len(set(titles))


def test_where_a_line_has_no_room_for_a_title_the_number_alone_names_the_story() -> None:
    elsewhere = replace(QUOTE, article=replace(ARTICLE, id="c", title=LONG_TITLES[3], outlet=None))
    *marks, sources = texts_of_titled(LONG_TITLES[:3], elsewhere)
    assert marks[0] == "-# [1] also in …and the island's bakers cheer"
    assert sources.startswith("-# [1] Harbour master Ilse Tannen wants a second crane for… · ")


@given(st.lists(long_texts, min_size=1, max_size=5))
@FEWER_EXAMPLES
def test_a_short_name_is_one_line_and_what_was_not_cut_is_the_title(titles: list[str]) -> None:
    quotes = [
        replace(OTHER_QUOTE, article=replace(OTHER, id=str(number), title=title))
        for number, title in enumerate(titles)
    ]
    names = StoryNames(quotes)
    for quote in quotes:
        name = names.shorten(quote.article, 20)
        assert len(name.splitlines()) == 1
        if "…" not in name:
            assert name == (one_line(quote.article.title, 60) or "untitled")


def test_who_carries_the_same_text_is_told_from_who_tells_it_too() -> None:
    copy = replace(QUOTE, article=replace(ARTICLE, id="a3", title="A copy", outlet=None))
    said = texts_of(
        answer_page(checked(Answer("Q", "answer", (replace(QUOTE, repeats=(copy, OTHER_QUOTE)),))))
    )
    assert said[2].endswith(" · also in Elsewhere · same text in A copy")


def test_accounts_that_differ_stand_side_by_side_each_with_its_source() -> None:
    differs = Comparison(OTHER_QUOTE, (Span(4, 19),), (Span(4, 14),))
    quote = replace(QUOTE, differs=(differs,))
    assert texts_of(answer_page(checked(Answer("Q", "answer", (quote,))))) == [
        "### Q",
        "> Lee will **not choose** between the two.",
        "-# [1] **The Example** · 1 Mar 2026\n"
        "**Accounts differ:** “will not choose” or “has chosen”",
        "> Lee **has chosen** the first of the two, aides say.",
        "-# [2] Elsewhere",
        "-# [1] [Seoul's balance](<https://example.com/a>) · ¶1\n-# [2] Elsewhere · ¶1",
    ]


def test_long_accounts_that_differ_are_both_shortened_never_one_left_out() -> None:
    text = "word " * 1500
    long = Quote(Article("a", "t", (Paragraph(text),), "a.txt"), 1, 0, len(text), text)
    quote = replace(long, differs=(Comparison(long), Comparison(long)), repeats=(long,) * 9)
    layout = answer_page(checked(Answer("*" * 500, "answer", (quote, quote))))
    assert_sendable(layout)
    shown = texts_of(layout)
    assert sum(block.startswith("> word word") for block in shown) == 3
    assert shown[-1] == "-# 1 more quote does not fit here."


@given(verifications)
@FEWER_EXAMPLES
def test_any_verification_can_be_sent(said: Verification) -> None:
    layout = verification_page(checked(said))
    assert_sendable(layout)
    for text in texts_of(layout):
        if text.startswith("> "):
            assert any(
                place.quote.text.startswith(read_block_quote(text)) for place in said.matches
            )


def test_a_verification_says_in_words_how_the_text_stands() -> None:
    place = Comparison(QUOTE, (Span(4, 7),), (Span(4, 12),))
    verifications = {
        "exact": Verification("T", "exact", (Comparison(QUOTE),)),
        "same": Verification("T", "near", (Comparison(QUOTE),)),
        "near": Verification("Lee may choose", "near", (place,)),
        "none": Verification("T", "none"),
    }
    shown = {
        name: texts_of(verification_page(checked(verification)))
        for name, verification in verifications.items()
    }
    assert shown["exact"][0] == "### T\nThis is in the articles, word for word."
    assert "punctuation, spaces or capitals differ" in shown["same"][0]
    assert shown["near"][0].endswith("You entered:\n> Lee **may** choose")
    assert shown["near"][1] == "> Lee **will not** choose between the two."
    assert shown["none"][0] == "### T\nThis is not in the articles."


@pytest.mark.parametrize(
    ("heading", "parts"),
    [("Heading", "Heading | a / b | c"), ("", "a / b | c")],
)
def test_a_line_sets_a_heading_apart_and_each_block(heading: str, parts: str) -> None:
    [frame] = components(framed(BLUE, heading, [["a", "b"], ["c"]]))
    shown = "/".join(part.get("content", "|") for part in frame["components"])
    assert shown.replace("/|/", " | ").replace("/", " / ") == parts


def test_related_and_none_differ_from_an_answer_in_words_and_colour() -> None:
    near = (Topic("china", "China"),)
    layouts = {
        "answer": answer_page(checked(Answer("Q", "answer", (QUOTE,)))),
        "related": answer_page(checked(Answer("Q", "related", (QUOTE,)))),
        "none": answer_page(checked(Answer("Q", "none", (), ("lee",), ("bananas",), near))),
    }
    colours = {components(layout)[0]["accent_color"] for layout in layouts.values()}
    words = {status: "\n".join(texts_of(layout)) for status, layout in layouts.items()}
    assert len(colours) == 3
    assert "No article answers this directly. These passages come closest." in words["related"]
    assert "No article answers" not in words["answer"]
    assert words["none"].splitlines()[1:] == [
        "No article here answers this.",
        "-# Words found: lee · Words not found: bananas",
    ]
    buttons = [c for c in walk(components(layouts["none"])) if c["type"] == 2]
    assert [(b["label"], b["custom_id"]) for b in buttons] == [("China", "v1:digest:china")]


def test_the_words_that_no_quote_holds_are_named_with_the_quotes() -> None:
    line = "Not in these quotes: salary, pension."
    words = ("salary", "pension")
    for status in ("answer", "related"):
        answer = Answer("Q", status, (QUOTE,), unquoted_words=words)
        assert line in "\n".join(texts_of(answer_page(checked(answer))))
    shown = "\n".join(texts_of(answer_page(checked(Answer("Q", "answer", (QUOTE,))))))
    assert "Not in these quotes" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (":smile: at 9:00", "\\:smile\\: at 9\\:00"),
        ("@everyone <@1> <#2> <t:3:R>", "\\@everyone \\<\\@1\\> \\<#2\\> \\<t\\:3\\:R\\>"),
        ("https://example.com/a_b", "https\\://example.com/a\\_b"),
        ("1. one\n2) two", "1\\. one\n2\\) two"),
        ("-# small - not", "\\-# small \\- not"),
        ("well-known, 3.5 percent (a+b)", "well-known, 3.5 percent (a+b)"),
    ],
)
def test_what_discord_would_read_as_markup_is_escaped(text: str, shown: str) -> None:
    assert escape(text) == shown


def test_the_longest_of_everything_keeps_every_limit() -> None:
    long = Article(
        "a",
        "*" * 5000,
        (Paragraph("* " * 5000),),
        "a.txt",
        outlet="_" * 5000,
        url="https://example.com/" + "a" * 280,
        published=date(2026, 9, 30),
    )
    quote = Quote(long, 1, 0, 10_000, long.paragraphs[0].text)
    quote = replace(quote, repeats=(quote,) * 9)
    topics = (Topic("a" * 90, "*" * 80),) * 40
    for status in ("answer", "related", "none"):
        words = ("*" * 500,) * 50
        answer = Answer("*" * 5000, status, (quote,) * 9, words, words, topics)
        assert_sendable(answer_page(checked(answer)))
    assert_sendable(digest_page(checked(Digest("a", "*" * 5000, (quote,) * 9))))
    above = f"<@&{2**63}>\n## {'wide ' * 40}\n"
    for digest in (Digest("a", "*" * 5000, (quote,) * 9), Digest("a", "A", (QUOTE,) * 6)):
        assert_sendable(summary_page(checked(digest), "*" * 5000, is_first=True, above=above))
    assert_sendable(sources_page((long,) * 30, 1))
    assert_sendable(behind_page([SourceCount(long, 9)] * 30, stale_count=9))


def test_more_quotes_than_components_are_counted_not_sent() -> None:
    layout = digest_page(checked(Digest("t", "T", (QUOTE,) * 14)))
    assert_sendable(layout)
    assert texts_of(layout)[-1].startswith("-# 7 more quotes do not fit here.\n")


def test_quotes_that_do_not_fit_are_counted_not_cut() -> None:
    text = "word " * 300
    article = Article("a", "t", (Paragraph(text),), "a.txt")
    quote = Quote(article, 1, 0, len(text), text)
    shown = texts_of(answer_page(checked(Answer("T", "answer", (quote,) * 5))))
    assert [read_block_quote(block) for block in (shown[1], shown[3])] == [text, text]
    assert shown[5:] == ["-# [1] t · ¶1", "-# 3 more quotes do not fit here."]


def test_what_does_not_fit_is_offered_with_the_next_press() -> None:
    text = "word " * 300
    articles = [Article(f"{n:012x}", "t", (Paragraph(text),), "a.txt") for n in range(5)]
    quotes = tuple(Quote(article, 1, 0, len(text), text) for article in articles)
    layouts = {
        "v1:more:2": answer_page(checked(Answer("Q", "answer", quotes))),
        "v1:points:~a.b@o1f:1": digest_page(
            checked(Digest("t", "T", quotes)), chosen=ArticleFilter(token="~a.b@o1f")
        ),
        "v1:points:since-last:1": summary_page(checked(Digest("t", "T", quotes)), "daily"),
    }
    for custom_id, layout in layouts.items():
        buttons = {c["custom_id"]: c["label"] for c in walk(components(layout)) if c["type"] == 2}
        assert buttons.get(custom_id) == "More"


def test_a_quote_longer_than_a_message_ends_at_a_word_and_says_so() -> None:
    text = "wörter " * 900
    article = Article("a", "t", (Paragraph(text),), "a.txt")
    layout = answer_page(checked(Answer("Q", "answer", (Quote(article, 1, 0, len(text), text),))))
    _, shown, mark, _ = texts_of(layout)
    assert mark.startswith("-# Shortened for Discord; the whole quote has 6,300 characters.")
    assert read_block_quote(shown).endswith("wörter")
    assert 3000 < text_size(components(layout)) <= 4000


def test_a_summary_says_when_it_comes_and_when_there_is_nothing_new() -> None:
    when = "every weekday at 09:00 (Asia/Seoul)"
    full = seen_in(summary_page(checked(Digest("china", "China", (QUOTE,))), when))
    assert full[:2] == [
        "### China",
        f"-# New since the last summary\n-# Scheduled {when}",
    ]
    assert full[-1] == "-# All quotes are from one outlet, **The Example**."
    empty = seen_in(summary_page(checked(Digest("china", "China")), when))
    assert empty == [
        "### China",
        f"Nothing new since the last summary.\n-# Scheduled {when}",
    ]


def from_outlets(*outlets: str | None) -> Digest:
    """A digest of one point from each, of a story of its own."""
    return Digest(
        "china",
        "China",
        tuple(
            replace(QUOTE, article=replace(ARTICLE, id=f"{number:012x}", outlet=outlet))
            for number, outlet in enumerate(outlets)
        ),
    )


@pytest.mark.parametrize(
    ("outlets", "mix"),
    [
        ("A", "All quotes are from one outlet, A."),
        ("AA", "All quotes are from one outlet, A."),
        ("AB", ""),
        ("ABB", "Most quotes are from one outlet, B: 2 of 3."),
        ("AABB", ""),
        ("ABCAAA", "Most quotes are from one outlet, A: 4 of 6."),
        ("-", ""),
        ("A-", ""),
        ("AA-", "Most quotes are from one outlet, A: 2 of 3."),
    ],
)
def test_a_digest_says_which_outlet_most_of_it_is_from(outlets: str, mix: str) -> None:
    said = from_outlets(*(None if outlet == "-" else outlet for outlet in outlets))
    assert source_mix(said).replace("**", "") == mix
    assert not mix or f"-# {mix}" in "\n".join(seen_in(digest_page(checked(said)))).replace(
        "**", ""
    )


def test_schedules_show_their_next_time_or_why_they_are_paused() -> None:
    paused = replace(SCHEDULE, paused=True, pause_reason="The channel no longer exists.")
    entries = [ScheduleEntry(SCHEDULE, "China"), ScheduleEntry(paused, "Japan")]
    assert seen_in(schedules_page("Scheduled", entries, MONDAY))[1] == (
        "**China** in <#7> · every day at 09:00 (UTC)\n"
        "-# next Monday, 2 March 2026 at 09:00 (UTC), <t:1772442000:R>\n"
        "**Japan** in <#7> · every day at 09:00 (UTC)\n"
        "-# paused: The channel no longer exists."
    )
