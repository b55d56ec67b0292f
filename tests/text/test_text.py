"""Words, names, sentences and spelling: what a text is taken to say before anything is searched."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.text.lexicon as lexicon
from bot.model import Span
from bot.text.lexicon import find_nearest_word, find_synonyms
from bot.text.names import Name, Names, add_general_names
from bot.text.quotations import is_balanced
from bot.text.sentences import MAX_SENTENCE, split_sentences
from bot.text.terms import Analyser
from bot.text.words import split_words

NAMES = Names(
    [
        Name(
            "North Korea",
            "place",
            ("North Korea", "DPRK", "N. Korea", "Pyongyang", "the North", "북한"),
        ),
        Name("South Korea", "place", ("South Korea", "ROK", "Korea", "the South", "한국")),
        Name("United States", "place", ("United States", "US", "U.S.", "America", "Washington")),
        Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee", "이재명")),
        Name("Lee Jong-seok", "person", ("Lee Jong-seok",)),
        Name("South China Sea", "place", ("South China Sea",)),
    ]
)

GERMANY = Name("Germany", "person", ("Germany", "Germany Kent"))


def entities(text: str, *, typed: bool = False) -> list[str]:
    return [
        mention.name.entity for mention in NAMES.find_mentions(list(split_words(text)), typed=typed)
    ]


def terms(text: str) -> list[str]:
    return [term.term for term in Analyser(Names()).terms(text)]


@given(st.text())
def test_words_stand_where_they_say_and_in_order(text: str) -> None:
    end = 0
    for word in split_words(text):
        assert end <= word.start < word.end <= len(text)
        end = word.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Seoul's talks, Seoul’s talk", ["seoul", "talk", "seoul", "talk"]),
        ("the U.S.-China rift", ["us", "china", "rift"]),
        ("28,500 troops and 49.25%", ["28500", "troop", "49.25", "percent"]),
        ("neighbours defence programme centre", terms("neighbors defense program center")),
        ("What is it that they don't", []),
        ("What dont, whats and whove they", []),
        ("He'll, hell and the wills", ["hell", "will"]),
        ("이재명 대통령은 무엇을 했나", ["이재명", "대통령"]),
        ("\x00\u200d🙂…", []),
    ],
)
def test_terms_are_stems_without_stop_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("six men", "6 man"),
        ("fifteen per cent, 15 pct", "15 percent, 15%"),
        ("4,500 people", "4500 persons"),
        ("$100bn", "$100 billion"),
        ("on Sept 4", "on September 4th"),
        ("the fourth child", "4th children"),
        ("the govt's nukes", "governments nuclear"),
        ("chose, won, rose and withdrew", "choose, win, risen and withdrawn"),
        ("북한에서는 정부가", "북한 정부를"),
        ("누가 임명됐나", "임명했다"),
    ],
)
def test_other_words_or_figures_for_the_same_are_the_same_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_a_number_is_not_another_number() -> None:
    assert len({*terms("3 13 30 300 3.5 thirteen")}) == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the DPRK and N. Korea", ["North Korea", "North Korea"]),
        ("Pyongyang's missiles", ["North Korea"]),
        ("북한의 미사일", ["North Korea"]),
        ("South Korea is not North Korea", ["South Korea", "North Korea"]),
        (
            "Lee Jae Myung named Lee Jong-seok, Lees friend",
            ["Lee Jae-myung", "Lee Jong-seok", "Lee Jae-myung"],
        ),
        ("a dispute in the South China Sea", ["South China Sea"]),
        ("the South and the North", ["South Korea", "North Korea"]),
        ("leeway in Koreatown", []),
    ],
)
def test_one_entity_has_many_names(text: str, expected: list[str]) -> None:
    assert entities(text) == expected


def test_us_is_a_country_in_capitals_and_a_pronoun_otherwise() -> None:
    assert entities("US troops and the us army") == ["United States", "United States"]
    assert entities("They told us so") == []
    assert entities("what does us policy say", typed=True) == ["United States"]
    assert entities("tell us of it", typed=True) == []


def test_a_name_in_capitals_is_no_common_word_except_where_people_type() -> None:
    names = Names(add_general_names([]))
    wild = "They polish the china; a turkey may chad."
    assert not list(names.find_mentions(split_words(wild)))
    typed = names.find_mentions(split_words("polish exports to turkey"), typed=True)
    assert [mention.name.entity for mention in typed] == ["Poland", "Turkey"]
    assert not list(names.find_mentions(split_words("who is it"), typed=True))
    small = Names([Name("New Zealand", "place", ("kiwis",))])
    assert len(list(small.find_mentions(split_words("the kiwis and the Kiwis")))) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Finnish and Finland's, Helsinki", ["Finland"] * 3),
        ("독일은 프랑스와", ["Germany", "France"]),
        ("Latin American, not American", ["Latin America", "United States"]),
        ("Papua New Guinea is not Guinea", ["Papua New Guinea", "Guinea"]),
        ("South Korea, not Korea", ["South Korea"]),
        ("the PM met at 3 p.m.", ["prime minister"]),
    ],
)
def test_every_desk_knows_the_countries(text: str, expected: list[str]) -> None:
    found = Names(add_general_names([])).find_mentions(split_words(text))
    assert [mention.name.entity for mention in found] == expected


def test_a_desk_adds_to_a_general_name_and_keeps_what_it_calls_its_own() -> None:
    own = (
        Name("Corea", "place", ("Corea", "South Korea", "the South")),
        Name("Michael Jordan", "person", ("Michael Jordan", "Jordan")),
    )
    names = {name.entity: name for name in add_general_names(own)}
    assert "South Korea" not in names
    assert {"Corea", "the South", "Seoul", "한국"} <= set(names["Corea"].forms)
    assert names["Michael Jordan"] == own[1]
    assert "Jordan" not in names["Jordan"].forms
    assert "Amman" in names["Jordan"].forms
    (germany,) = (n for n in add_general_names([GERMANY]) if n.entity == "Germany")
    assert germany == GERMANY
    assert len(add_general_names(add_general_names(own))) == len(add_general_names(own))


def test_no_form_of_a_general_name_is_given_to_two_entities() -> None:
    forms = [form for name in add_general_names([]) for form in name.forms]
    assert len({form.casefold() for form in forms}) == len(forms)


def test_words_are_synonyms_of_each_other_and_none_of_itself() -> None:
    (pact,), (deal,), (talks,) = terms("pacts"), terms("dealt"), terms("대화는")
    assert deal in find_synonyms(pact)
    assert pact in find_synonyms(deal)
    assert pact not in find_synonyms(pact)
    assert terms("dialogue")[0] in find_synonyms(talks)
    assert find_synonyms("xyzzy") == ()


def test_the_words_of_a_line_of_synonyms_are_different_words() -> None:
    data = Path(lexicon.__file__).with_name("synonyms.toml").read_text("utf-8")
    for subject, lines in tomllib.loads(data).items():
        for first, others in lines.items():
            found = [list(split_words(form)) for form in (first, *others)]
            assert all(len(each) == 1 and each[0].term for each in found), (subject, first)
            assert len({each[0].term for each in found}) == len(found), (subject, first)


def test_the_words_of_a_name_are_kept_and_said_to_be_within_it() -> None:
    found = list(Analyser(NAMES).terms("North Korea tested"))
    assert [(term.term, term.within) for term in found] == [
        ("@North Korea", False),
        ("north", True),
        ("korea", True),
        ("test", False),
    ]
    assert (found[0].start, found[0].end) == (0, 11)


def split(text: str, asides: tuple[Span, ...] = ()) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text, asides)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. agreed.", "It was Dr. Howell who said so."],
        ['"We agree. We do," he said.', "Nobody else did."],
        ['Both should uphold "the aspiration... and be partners," Wang said.', "Cho nodded."],
        ["Was it so?", "No."],
        ["It grew by 3.5 percent to No. 1.", "Good."],
    ],
)
def test_sentences_end_where_they_end(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_sentences_are_found_where_the_space_is_missing() -> None:
    assert split("What is its global role?There is growing awareness.") == [
        "What is its global role?",
        "There is growing awareness.",
    ]


def test_a_slip_of_the_pen_is_no_sentence() -> None:
    assert split("Korea is at the heart. of it all.") == ["Korea is at the heart. of it all."]


@pytest.mark.parametrize(
    "sentence",
    [
        "The ferry of the U.S. Navy sailed at 5 p.m. on Monday.",
        "“We go on. All of us,” said Ann Oak.",
        "시장은 “항구를 연다. 곧 연다”고 말했다.",
    ],
)
def test_a_paragraph_of_any_length_is_split_where_its_sentences_end(sentence: str) -> None:
    text = " ".join([sentence] * 400)
    assert {text[start:end] for start, end in split_sentences(text)} == {sentence}
    assert len(split_sentences(text)) >= 390


@pytest.mark.parametrize("long", ["and on it went ", "a", "“so "])
def test_after_a_sentence_that_is_too_long_the_next_is_found(long: str) -> None:
    words = (long * (19_000 // len(long))).strip()
    text = f"The bay froze. It did {words}. Then it thawed in May."
    *sentences, last = [text[start:end] for start, end in split_sentences(text)]
    assert sentences[:1] == ["The bay froze."]
    assert last == "Then it thawed in May."
    assert max(map(len, sentences)) <= MAX_SENTENCE


def test_what_stands_in_an_aside_is_in_no_sentence() -> None:
    text = "Garcia returns. Vasquez (centre) joins a rally. Photo: EPA Trump said so."
    caption = Span(text.index("Vasquez"), text.index("Trump"))
    assert split(text, (caption,)) == ["Garcia returns.", "Trump said so."]


@given(st.text(), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=3))
def test_sentences_lose_no_character_but_white_space(
    text: str, places: list[tuple[int, int]]
) -> None:
    asides = [Span(min(a, len(text)), min(a + n, len(text))) for a, n in places]
    spans = split_sentences(text, asides)
    inside = {at for span in spans for at in range(*span)}
    hidden = {at for span in asides for at in range(*span)}
    assert not inside & hidden
    assert all(text[at].isspace() for at in set(range(len(text))) - inside - hidden)
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_quotation_marks_may_be_mixed_but_not_left_open() -> None:
    assert is_balanced('"Our values," said Lee. “Ours.”')
    assert is_balanced('"Our alliance,” said Lee.')
    assert not is_balanced('"Our values, said Lee.')
    assert not is_balanced("(see below")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tarrif", "tariff"),
        ("hosue", "house"),
        ("bejing", "beijing"),
        ("seats", None),
        ("ramen", None),
        ("prize", None),
        ("btc", None),
        ("xnternational", None),
        ("2023", None),
    ],
)
def test_a_typing_error_finds_its_word_and_another_word_does_not(
    typed: str, meant: str | None
) -> None:
    vocabulary = [
        "tariff",
        "house",
        "beijing",
        "states",
        "remain",
        "price",
        "2024",
        "international",
    ]
    assert find_nearest_word(typed, vocabulary) == meant
