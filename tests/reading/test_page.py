"""The page reader: the five seeds, each general sign on a small page of its own, and any text."""

from __future__ import annotations

import json
import textwrap
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pages import main, score
from bot.model import Paragraph, Span, merge_spans
from bot.reading.pages.body import MAX_PARAGRAPH, split_long
from bot.reading.pages.page import Story, read_page
from bot.text.sentences import MAX_SENTENCE, split_sentences
from tests.support.long_texts import PATTERNS, repeat

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))

TITLE = "Government to raise steel tariff to 40 percent"
BODY = (
    "The government said on Monday that it would raise the tax on imported steel to 40 percent "
    "from next month, a step that trading partners had long feared.",
    "“We have no choice,” Trade Minister Ann Kowalski told reporters in the capital. “Our mills "
    "are closing one after another.”",
    "Opposition lawmakers called the plan reckless. They warned that carmakers would pay more for "
    "every ton they buy and pass the cost on to families.",
    "Economists at the central bank expect prices to rise by half a percent over the year. The "
    "bank will publish its new forecast in June.",
)
ORCHARDS = "Orchards bloom again in the northern valley"
ORCHARDS_BODY = (
    "Farmers in the northern valley have begun to replant their orchards after the floods of last "
    "autumn. Aid arrived late, and many are in debt."
)
STORM = "Storm closes ports along the coast"
STORM_BODY = (
    "The storm reached the coast before dawn and closed three ports. No one was hurt, the harbour "
    "master said."
)


def seed(number: int) -> list[Story]:
    return read_page(SEEDS[number].read_bytes().decode())


def texts(story: Story) -> list[str]:
    return [paragraph.text for paragraph in story.paragraphs]


def only(page: str) -> Story:
    (story,) = read_page(page)
    return story


def page(*lines: str) -> str:
    return "\n".join(lines)


def quotable(story: Story) -> list[str]:
    """What is left of each paragraph outside its asides."""
    left = []
    for paragraph in story.paragraphs:
        start = 0
        for aside in paragraph.asides:
            left.append(paragraph.text[start : aside.start].strip())
            start = aside.end
        left.append(paragraph.text[start:].strip())
    return [text for text in left if text]


# The seeds


def test_the_seeds_hold_26_stories() -> None:
    stories = [seed(n) for n in range(5)]
    assert [len(page_stories) for page_stories in stories] == [1, 19, 1, 4, 1]
    assert all(page_stories[0].kind == "main" for page_stories in stories)
    assert all(story.kind == "related" for page_stories in stories for story in page_stories[1:])


def test_the_seeds_are_titled_by_their_headlines() -> None:
    assert [seed(n)[0].title for n in range(5)] == [
        "South Korea's Lee Jae-myung outlines a bridged approach to U.S. and China in TIME "
        "interview",
        "South Korea's Lee Jae-myung Faces Potential Clash with Trump Administration",
        "Chatham House: South Korea rethinks its foreign policy: Is it ditching the US for China?",
        "Korean leader Lee likely on a collision course with Trump",
        "'Relying for security on US, economically on China' no longer viable: South Korean "
        "President Lee",
    ]


def test_the_seeds_state_these_outlets_and_authors_and_no_others() -> None:
    stated = [(story.outlet, story.author) for n in range(5) for story in seed(n)]
    assert [pair for pair in stated if pair != (None, None)] == [
        ("Wez G Official Website", None),
        ("Asia Times", "Christoph Bluth"),
        ("South China Morning Post", None),
        ("RTHK", None),
        ("South China Morning Post", None),
    ]
    assert all(story.published is None for n in range(5) for story in seed(n))


@pytest.mark.parametrize("number", range(5))
def test_the_seeds_paragraphs_hold_no_furniture(number: int) -> None:
    said = [text for story in seed(number) for text in texts(story)]
    for furniture in (
        *("Logo", "Leave a Reply", "DOWNLOAD THE APP", "Try Our AI", "Subscribe to get"),
        *("No comments yet", "app-store", "Download our app", "Orange background", "ISTANBUL"),
        *("Discover more", "is professor of", "republished", "Related Articles", "hours ago"),
    ):
        assert not [text for text in said if furniture.casefold() in text.casefold()[:60]]


@pytest.mark.parametrize("number", range(5))
def test_the_seeds_read_alike_however_their_lines_are_broken(number: int) -> None:
    plain = SEEDS[number].read_bytes().decode()
    expected = [(story.title, texts(story)) for story in read_page(plain)]
    for other in (
        plain.replace("\n", "\r\n"),
        plain.replace("\n", "\n\n"),
        "\n".join(line for line in plain.split("\n") if line.strip()),
        textwrap.indent(plain, "    "),
    ):
        assert [(story.title, texts(story)) for story in read_page(other)] == expected


def test_a_summary_between_two_prints_of_the_headline_is_part_of_the_story() -> None:
    main_story = seed(1)[0]
    assert texts(main_story)[0].startswith("South Korean President Lee Jae-myung seeks to")
    assert [paragraph.heading for paragraph in main_story.paragraphs[:3]] == [
        *(None, "Introduction", "Balancing Relations Between Washington and Beijing")
    ]


def test_notes_and_list_items_stay_verbatim() -> None:
    story_texts = texts(seed(2)[0])
    assert len(story_texts) == 21
    assert "What are the principal drivers of South Korea’s foreign policy?" in story_texts
    assert any("What is its global role?There is growing awareness" in text for text in story_texts)
    assert story_texts[-1].endswith("is at the heart. of it all.")


def test_what_is_no_sentence_of_the_story_is_no_paragraph() -> None:
    assert texts(seed(0)[0])[0].startswith("Seoul — South Korean President")
    assert texts(seed(4)[0])[0].startswith("South Korean President Lee Jae Myung has said")


def test_captions_and_agency_marks_inside_a_paragraph_are_asides() -> None:
    _, deported, tesla, _ = seed(3)
    (paragraph,) = deported.paragraphs
    assert [paragraph.text[start:end] for start, end in paragraph.asides] == [
        "Jennifer Vasquez Sura (centre), wife of Kilmar Abrego Garcia, joins supporters rallying "
        "for her husband's return from El Salvador in Greenbelt, Maryland, in May. Photo: EPA-EFE"
    ]
    before, after = quotable(deported)
    assert before.endswith("to return Abrego Garcia to the US.")
    assert after.startswith("Trump later said in an NBC interview")
    (said,) = quotable(tesla)
    assert said.startswith("Donald Trump may now offload a Tesla")
    assert said.endswith('policy mega-bill as an "abomination."')


# Plain articles


def test_a_title_and_paragraphs() -> None:
    story = only("\n\n".join((TITLE, *BODY)))
    assert (story.title, texts(story)) == (TITLE, list(BODY))


def test_without_a_title_the_opening_words_stand_for_it() -> None:
    story = only("\n\n".join(BODY))
    assert BODY[0].startswith(story.title + " ")
    assert 60 < len(story.title) <= 80
    assert texts(story) == list(BODY)


def test_a_body_in_a_single_line() -> None:
    assert texts(only(page(TITLE, " ".join(BODY)))) == [" ".join(BODY)]


def test_one_sentence_is_a_story() -> None:
    assert texts(only(STORM_BODY)) == [STORM_BODY]


@pytest.mark.parametrize("empty", ["", " \n\t\n", "\ufeff", "Home\nWorld\nSign in\n", "•\n*\n—\n"])
def test_a_page_that_tells_nothing_has_no_story(empty: str) -> None:
    assert read_page(empty) == []


def test_missing_full_stops_lose_nothing() -> None:
    unstopped = [text.rstrip(".”") for text in BODY]
    story = only("\n\n".join((TITLE, BODY[0], unstopped[1], unstopped[2], BODY[3])))
    assert texts(story) == [BODY[0], unstopped[1], unstopped[2], BODY[3]]
    last = "The ministry has not answered letters from any of the mills in the north"
    assert texts(only("\n\n".join((TITLE, *BODY, last))))[-1] == last


def test_a_short_last_sentence_is_kept() -> None:
    assert texts(only("\n\n".join((TITLE, *BODY, "Nobody objected."))))[-1] == "Nobody objected."


def test_lines_broken_at_a_fixed_width_are_one_paragraph() -> None:
    wrapped = [textwrap.fill(text, 72) for text in BODY]
    assert texts(only("\n\n".join((TITLE, *wrapped)))) == wrapped


def test_a_list_keeps_its_items_and_loses_its_glyphs() -> None:
    items = ["Steel costs more for carmakers.", "Mills in the north stay open", "Jobs are safe"]
    lines = [
        TITLE,
        *BODY[:2],
        "To the minister the plan means:",
        *(f"  • {item}" for item in items),
        *BODY[2:],
    ]
    assert texts(only(page(*lines))) == [
        *BODY[:2],
        "To the minister the plan means:",
        *items,
        *BODY[2:],
    ]


def test_a_section_heading_stands_over_its_paragraphs() -> None:
    story = only(page(TITLE, *BODY[:2], "What the bank expects", *BODY[2:]))
    assert [paragraph.heading for paragraph in story.paragraphs] == [
        *(None, None, "What the bank expects", "What the bank expects")
    ]


# Furniture


NAVIGATION = ("Skip to content", "Menu", "Home", "World", "Politics", "Sign in", "Subscribe")
COOKIES = "We use cookies to improve your visit. By clicking accept you agree to all of them."
FOOTER = (
    *("Newsletter", "Sign up for our daily newsletter and get the news in your inbox."),
    *("© 2025 The Example. All rights reserved.", "Privacy policy", "Contact us"),
)


def test_navigation_cookies_and_footer_are_left_out() -> None:
    story = only(page(*NAVIGATION, COOKIES, "Accept all", TITLE, *BODY, *FOOTER))
    assert (story.title, texts(story)) == (TITLE, list(BODY))


@pytest.mark.parametrize(
    "furniture",
    [
        *("Advertisement", "Read more: Carmakers brace for higher prices", "Share this article"),
        *("Photograph: Sam Dee/AFP", "Follow us on Facebook and Twitter", "(Image: GETTY )"),
        *("Facebook LinkedIn Twitter", "https://example.org/steel?id=40", "(1,204)"),
        *("Subscribe to our newsletter for more stories like this one.", "Click to share"),
    ],
)
def test_furniture_between_paragraphs_is_left_out(furniture: str) -> None:
    story = only(page(TITLE, *BODY[:2], furniture, *BODY[2:]))
    assert texts(story) == list(BODY)
    assert all(paragraph.heading is None for paragraph in story.paragraphs)


def test_links_between_paragraphs_are_left_out() -> None:
    links = ("Related articles", "  * Carmakers brace for higher prices", f"  * {STORM}")
    assert texts(only(page(TITLE, *BODY[:2], *links, *BODY[2:]))) == list(BODY)


def test_a_story_about_furniture_is_a_story() -> None:
    said = (
        "The regulator fined the app maker on Friday for changing its privacy policy without "
        "telling users.",
        "The company leaked the personal data of 40,000 people, who had never subscribed to it.",
        "It has now restored its old privacy policy.",
        "More in the trade expect to be fined.",
    )
    assert texts(only(page("Regulator fines app maker", *said))) == list(said)
    long = " ".join((*BODY[:2], "“We use cookies like everyone else,” Ms Kowalski said."))
    assert texts(only(page(TITLE, long))) == [long]


def test_comments_are_not_the_story() -> None:
    comments = (
        *("3 comments", "Bob says:", "March 4, 2025 at 9:12 am"),
        "I do not agree with this at all. The mills need help now, and nobody gives it to them.",
        *("Reply", "carol77 says:", "March 4, 2025 at 10:40 am"),
        "Great article, thank you for writing it. I have shared it with all of my friends.",
        *("Reply", "Leave a Reply", "Your email address will not be published."),
    )
    assert texts(only(page(TITLE, *BODY, "Share this:", "Twitter", *comments))) == list(BODY)


def test_a_standfirst_that_breaks_off_is_not_quoted() -> None:
    standfirst = "The tax on imported steel rises from next month as trading partners threaten to …"
    story = only(page(TITLE, standfirst, "", *BODY))
    assert (story.title, texts(story)) == (TITLE, list(BODY))


def test_a_caption_set_apart_with_its_credit_is_left_out() -> None:
    caption = "A steel worker stands at the Lakeside mill, which closed in January."
    lines = [TITLE, "", BODY[0], "", caption, "Photo: Sam Dee", "", BODY[1], "", BODY[2]]
    assert texts(only(page(*lines))) == list(BODY[:3])


def test_indented_prose_elsewhere_does_not_outweigh_the_body() -> None:
    teasers = [f"      {ORCHARDS}", "        Jane Miller", f"      {ORCHARDS_BODY}"] * 4
    body = [f"  {text}" for text in BODY]
    assert texts(read_page(page(f"  {TITLE}", *body, "  Opinion", *teasers))[0]) == list(BODY)


# Headlines and what stands around them


@pytest.mark.parametrize(
    "prints",
    [
        (TITLE, TITLE, TITLE),
        (f"{TITLE} - The Daily Example", "Logo", TITLE),
        (f"{TITLE} | Example", TITLE.upper(), TITLE),
        (TITLE, "", TITLE.upper()),
    ],
)
def test_a_headline_may_be_printed_more_than_once(prints: tuple[str, ...]) -> None:
    story = only(page(*prints, *BODY))
    assert (story.title, texts(story)) == (TITLE, list(BODY))


def test_a_headline_may_be_a_question() -> None:
    story = only(page(*NAVIGATION, "Will the government raise the steel tariff?", *BODY))
    assert story.title == "Will the government raise the steel tariff?"
    assert texts(story) == list(BODY)


def test_a_headline_outdoes_the_short_lines_between_it_and_its_body() -> None:
    promotion = "Hear the weekly podcast of our steel desk"
    story = only(page(f"{TITLE} - Example", *NAVIGATION, TITLE, "Share", promotion, *BODY))
    assert story.title == TITLE
    assert only(page(TITLE, "Share", "Jane Ann Miller", *BODY)).title == TITLE


def test_byline_and_date_belong_to_the_story_below_them() -> None:
    story = only(page(TITLE, "By Jane Miller and Tom Brook", "Published 3 March 2025", *BODY))
    assert (story.author, story.published) == ("Jane Miller and Tom Brook", date(2025, 3, 3))
    assert texts(story) == list(BODY)


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Nov. 19, 2019 8:03 am ET", date(2019, 11, 19)),
        ("입력 2025.09.19 10:30", date(2025, 9, 19)),
        ("Updated 2025-02-30", None),
        ("Posted 03/04/2025", None),
    ],
)
def test_a_date_counts_only_if_it_is_plain(stamp: str, day: date | None) -> None:
    assert only(page(TITLE, stamp, *BODY)).published == day


def test_a_biography_gives_the_author_and_is_not_quoted() -> None:
    biography = "Jane Miller is a reporter at The Daily Example, based in the capital."
    story = only(page(TITLE, *BODY, biography))
    assert (story.author, texts(story)) == ("Jane Miller", list(BODY))


def test_the_subject_of_a_story_is_not_its_outlet() -> None:
    story = only(page("TIME magazine names its person of the year", "LONDON", *BODY))
    assert story.outlet is None


@pytest.mark.parametrize(
    "label",
    [
        *(("Asia Times17 hours ago",), ("Asia Times · 17 hours ago",)),
        *(("Asia Times", "  • Asia Times"), ("Asia Times", "", "time2 hours ago")),
        ("Asia Times", "5h ago", "  • Asia Times"),
    ],
)
def test_an_outlet_stands_with_how_long_ago_it_told_the_story(label: tuple[str, ...]) -> None:
    story = only(page(TITLE, *label, *BODY))
    assert (story.outlet, texts(story)) == ("Asia Times", list(BODY))


@pytest.mark.parametrize(
    "label", [("Jane Miller", "2 hours ago"), ("Updated 2 hours ago",), ("World News", "1h ago")]
)
def test_a_person_or_a_section_is_no_outlet(label: tuple[str, ...]) -> None:
    assert only(page(TITLE, *label, *BODY)).outlet is None


def test_the_end_of_a_site_may_name_it() -> None:
    assert only(page(TITLE, *BODY, "Discover more from Steel Notes")).outlet == "Steel Notes"


# Several stories


def test_a_doubled_headline_starts_a_related_story() -> None:
    doubled = (ORCHARDS, ORCHARDS, ORCHARDS_BODY, STORM, STORM.upper(), STORM, STORM_BODY)
    stories = read_page(page(TITLE, *BODY, "Share", *doubled, *FOOTER))
    assert [(story.title, story.kind, texts(story)) for story in stories] == [
        (TITLE, "main", list(BODY)),
        (ORCHARDS, "related", [ORCHARDS_BODY]),
        (STORM, "related", [STORM_BODY]),
    ]


def test_a_headline_with_an_outlet_starts_a_related_story_once_the_main_one_is_over() -> None:
    related = (
        *(ORCHARDS, "Valley Times", "5 hours ago", ORCHARDS_BODY),
        *(STORM, "Coast Herald · 6 hours ago", STORM_BODY),
    )
    stories = read_page(page(TITLE, "Asia Times · 2h ago", *BODY, "Related Articles", *related))
    assert [(story.title, story.outlet, texts(story)) for story in stories] == [
        (TITLE, "Asia Times", list(BODY)),
        (ORCHARDS, "Valley Times", [ORCHARDS_BODY]),
        (STORM, "Coast Herald", [STORM_BODY]),
    ]


def test_a_summary_does_not_part_a_story_from_its_doubled_headline() -> None:
    summary = f"{ORCHARDS_BODY} {STORM_BODY}"
    story = only(page(TITLE, summary, TITLE, TITLE, *BODY))
    assert (story.title, texts(story)) == (TITLE, [summary, *BODY])


def test_a_card_of_another_outlet_does_not_end_a_story() -> None:
    card = (STORM, "Coast Herald · 6 hours ago")
    assert texts(only(page(TITLE, *BODY[:2], *card, *BODY[2:]))) == list(BODY)


def test_teasers_are_not_credited_to_the_page() -> None:
    teasers = ("Related stories", ORCHARDS, ORCHARDS_BODY, STORM, STORM_BODY)
    assert texts(read_page(page(TITLE, *BODY, *teasers))[0]) == list(BODY)


# Asides


@pytest.mark.parametrize(
    ("paragraph", "said"),
    [
        (f"SEOUL (Reuters) - {BODY[0]}", [BODY[0]]),
        (f"{BODY[0]} (AFP)", [BODY[0]]),
        (f"{BODY[0]} A worker at the mill. Photo: Sam Dee/AFP {BODY[2]}", [BODY[0], BODY[2]]),
        (f"{BODY[0]} A mill in May. (Photo by Sam Dee/Getty Images) {BODY[2]}", [BODY[0], BODY[2]]),
        (f"{TITLE} {BODY[0]}", [BODY[0]]),
        (f"{TITLE.upper()} {BODY[0]}", [BODY[0]]),
        ("The mural (a picture of the mills) went in May. It was old, he said.", None),
        ("They worry about their image: Kowalski calls it the ministry’s first care.", None),
        (f"The Associated Press (AP) reported it. {BODY[0]}", None),
        ("It was first told by a reporter of the Associated Press (AP).", None),
    ],
)
def test_asides_leave_whole_sentences(paragraph: str, said: list[str] | None) -> None:
    story = only(page(TITLE, BODY[3], paragraph))
    assert texts(story)[1] == paragraph
    assert quotable(story)[1:] == (said or [paragraph])


def test_korean() -> None:
    first = "이재명 대통령은 인터뷰에서 한미동맹을 외교의 기반으로 삼겠다고 밝혔다."
    second = "대통령실은 북한과의 대화 재개를 위해 단계적 접근을 추진할 것이라고 설명했다."
    story = only(
        page(
            *("로그인", "정치", "이 대통령 “한미동맹 기반으로 중국과 관계 관리”", "홍길동 기자"),
            *("입력 2025.09.19 10:30", f"(서울=연합뉴스) 홍길동 기자 = {first}", "[사진=연합뉴스]"),
            *(second, "저작권자 ⓒ 연합뉴스 무단 전재 및 재배포 금지", "관련기사", "태풍 북상"),
        )
    )
    assert story.title == "이 대통령 “한미동맹 기반으로 중국과 관계 관리”"
    assert story.author == "홍길동"
    assert quotable(story) == [first, second]


def test_a_script_without_spaces() -> None:
    first = "韩国总统表示，韩国不会在美国和中国之间选边站队。"
    second = "他说，两国关系对韩国的未来都非常重要。"
    story = only(page("韩国总统谈韩美同盟与对华关系", first, second))
    assert (story.title, texts(story)) == ("韩国总统谈韩美同盟与对华关系", [first, second])


# Any text


LINES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            *(TITLE, ORCHARDS, STORM, *BODY, ORCHARDS_BODY, STORM_BODY, *NAVIGATION, *FOOTER),
            *("", "By Jane Miller", "time2 hours ago", "• Asia Times", "Related Articles"),
            *(
                f"{BODY[0]} Photo: AFP {BODY[1]}",
                f"  \u00a0{BODY[2]}\u00a0",
                "It broke off …",
            ),
        ]
    ),
)


@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\n\n", "\r", "\u2028"]))
def test_any_page_is_read_verbatim_and_alike_each_time(lines: list[str], newline: str) -> None:
    text = newline.join(lines)
    stories = read_page(text)
    assert stories == read_page(text)
    assert [story.kind for story in stories] == ["main", "related", *["related"] * len(stories)][
        : len(stories)
    ]
    for story in stories:
        assert story.title.strip()
        assert story.paragraphs
        for paragraph in story.paragraphs:
            assert paragraph.text in text
            assert paragraph.text == paragraph.text.strip() != ""
            ends = [0, *(end for aside in paragraph.asides for end in aside), len(paragraph.text)]
            assert ends == sorted(ends)
            assert all(start < end for start, end in paragraph.asides)


@pytest.mark.parametrize(
    "piece",
    [
        *("word ", ".", " ", "\n", "(", '"', "Lee ", "Photo: AFP ", "[(", "A.", "AFP/", "2 hours "),
        *(f"{TITLE}\n", f"{BODY[0]}\r\n", f"{STORM}\n{STORM}\n{STORM_BODY}\n", "Is it so today?\n"),
        *("Comments\n" + BODY[0] + "\n", "한국은 북한과 대화한다. ", "商品の改造", "- \n"),
    ],
)
def test_a_very_long_page_is_read(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    assert all(p.text in text for story in read_page(text)[:3] for p in story.paragraphs)


# The benchmark


def test_the_benchmark_scores_shingles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = score([("one two three four five", "one two three four"), ("a b", "c d")])
    assert (result.precision, result.recall, result.n) == (0.5, 0.25, 2)
    assert result.f1 == pytest.approx(1 / 3)
    record = {"text": page(*NAVIGATION, TITLE, *BODY, *FOOTER), "body": page(*BODY)}
    (tmp_path / "some.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    assert main([str(tmp_path)]) == 0
    assert "precision 1.000 recall 1.000 f1 1.000 n 1" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["missing", "", "bad.jsonl"])
def test_the_benchmark_says_what_is_missing(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if name:
        (tmp_path / "bad.jsonl").write_text("no page", "utf-8")
    assert main([str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_a_long_line_becomes_paragraphs_that_can_be_read(pattern: str) -> None:
    text = repeat(pattern, 30_000)
    parts = list(split_long(Paragraph(text)))
    assert all(len(part.text) <= MAX_PARAGRAPH for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    spans = [span for part in parts for span in split_sentences(part.text)]
    assert all(span.end - span.start <= MAX_SENTENCE for span in spans)


@pytest.mark.parametrize("pattern", [PATTERNS["a transcript"], PATTERNS["Korean speech"]])
def test_a_long_line_is_cut_between_sentences(pattern: str) -> None:
    parts = list(split_long(Paragraph(repeat(pattern, len(pattern) * 400).strip())))
    assert all(part.text.endswith(".") for part in parts)
    sentences = {part.text[slice(*span)] for part in parts for span in split_sentences(part.text)}
    assert sentences == {pattern[slice(*span)] for span in split_sentences(pattern)}


@given(st.lists(st.tuples(st.integers(0, 9_000), st.integers(0, 50)), max_size=5))
def test_the_asides_of_a_long_line_stay_where_they_were(places: list[tuple[int, int]]) -> None:
    text = " ".join(f"word{number}" for number in range(1_300))
    asides = merge_spans(Span(start, min(start + size, len(text))) for start, size in places)
    aside_text = "".join(text[slice(*span)] for span in asides)
    parts = split_long(Paragraph(text, asides=asides))
    kept = "".join(part.text[slice(*span)] for part in parts for span in part.asides)
    assert kept.replace(" ", "") == aside_text.replace(" ", "")


@pytest.mark.parametrize("mark", ['"', "'", "("])
def test_a_line_of_marks_is_a_headline_or_none_but_no_error(mark: str) -> None:
    sentence = "Mayor Ann Oak said that the harbour opens on Monday after nine years."
    for length in (50, 300, 1_000):
        [story] = read_page(f"{repeat(mark, length)}\n\n{sentence}")
        assert story.paragraphs[-1].text == sentence
