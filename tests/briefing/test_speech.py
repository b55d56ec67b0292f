"""Who said what: every line credited in the seeds, and sentences that must mislead no rule."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.speech.direct_speech import find_speech
from bot.library import View
from bot.model import Article, Paragraph, Span
from bot.reading.desk import read_desk
from bot.text.names import Name, Names, add_general_names
from bot.text.quotations import find_quotations
from tests.support.newspaper import STORIES
from tests.support.stories import article

SEEDS = Path(__file__).parents[2] / "seeds"
NAMES = Names(
    add_general_names(
        (
            Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee", "이재명")),
            Name("Donald Trump", "person", ("Donald Trump", "Trump")),
            Name("Kim Jong Un", "person", ("Kim Jong Un", "Kim")),
        )
    )
)

# Every quotation in the seeds that is credited to somebody, each read in its article: where its
# words begin, and whose they are. Four more have three words or more: of "a senior White House
# official", of "both sides", what "Xinhua quoted him as saying", and the name of a publication.
GOLD = {
    "basic axis of our diplomacy.": "Lee Jae-myung",
    "We should not put all our eggs in one basket.": "Lee Jae-myung",
    "Peace is always cheaper than war.": "Lee Jae-myung",
    "selling the country to the US,": "Sheikh Hasina",
    "great product": "Donald Trump",
    "very disappointed": "Donald Trump",
    "Taking President Trump's Tesla out for a ride,": "Margo Martin",
    "must handle the Taiwan question with prudence": "Xi Jinping",
    "fringe separatists": "Xi Jinping",
    "confrontation or even conflict": "Xi Jinping",
    "focused almost entirely on TRADE": "Donald Trump",
    "Mainland China's usual practice is they only make": "Cheng Chao-hsin",
    "This makes us very anxious about Taiwan's trade": "Cheng Chao-hsin",
    "We cannot go back to the traditional equation": "Lee Jae-myung",
    "Our values of democracy and market economy": "Lee Jae-myung",
    "But because of our geographical proximity": "Lee Jae-myung",
    "And for the North Korean nuclear issue,": "Lee Jae-myung",
    "the original aspiration of establishing diplomatic": "Wang Yi",
    "neighbors that cannot be moved away.": "Wang Yi",
    "remains stable and consistent,": "Wang Yi",
    "will treat each other with sincerity,": "Wang Yi",
    "momentum of improvement in bilateral relations.": "Cho Hyun",
    "further enhance high-level interactions,": "Cho Hyun",
    "jointly safeguard regional peace and stability.": "Cho Hyun",
}


def credited(*articles: Article, names: Names = NAMES) -> list[tuple[str, str]]:
    """The quoted words and their speaker, in order."""
    return [
        (story.paragraphs[speech.paragraph - 1].text[words.start : words.end], speech.speaker)
        for story in articles
        for speech in find_speech(story, names)
        for words in speech.words
    ]


def speakers(*paragraphs: str) -> list[str]:
    return [speaker for _, speaker in credited(article("Story", *paragraphs))]


def test_no_line_of_the_seeds_is_credited_to_the_wrong_speaker() -> None:
    desk = read_desk(SEEDS)
    credits = credited(*desk.articles, names=Names(add_general_names(desk.names)))
    for words, speaker in credits:
        assert [GOLD[start] for start in GOLD if words.startswith(start)] == [speaker], words
    for words in GOLD:
        assert any(quoted.startswith(words) for quoted, _ in credits), (
            f"{words} is credited to nobody"
        )


def test_every_speech_is_whole_sentences_of_its_paragraph() -> None:
    desk = read_desk(SEEDS)
    for story in desk.articles:
        for speech in find_speech(story, Names(desk.names)):
            text = story.paragraphs[speech.paragraph - 1].text
            assert all(
                speech.span.start <= quoted.start < quoted.end <= speech.span.end
                for quoted in speech.words
            )
            assert text[speech.span.start : speech.span.end].strip()
            assert speech.span.end == len(text) or text[speech.span.end].isspace()


def test_a_newspaper_that_no_rule_was_made_for() -> None:
    pieces = [article(piece.title, *piece.paragraphs) for piece in STORIES]
    assert credited(*pieces) == [
        ("Nobody will have to drive the long way round the bay any more,", "Tomas Okafor")
    ]


SPOKEN = "“We will never go back to that table{}”"
COMMA, STOP = SPOKEN.format(","), SPOKEN.format(".")


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (f"{COMMA} Lee said.", "Lee Jae-myung"),
        (f"{COMMA} said Lee on Friday.", "Lee Jae-myung"),
        (f"{COMMA} said the mayor, Ann Okafor, who left.", "Ann Okafor"),
        (f"{COMMA} Ann Okafor, the mayor of Tessel, told reporters.", "Ann Okafor"),
        (f"{COMMA} Foreign Minister Ann Okafor has said.", "Ann Okafor"),
        (f"{COMMA} Lee's spokeswoman Ann Okafor added.", "Ann Okafor"),
        (f"Lee said: {STOP}", "Lee Jae-myung"),
        (f"In a speech in Tessel, Lee told Ann Okafor: {STOP}", "Lee Jae-myung"),
        (f"Lee, who left early, said {STOP}", "Lee Jae-myung"),
        (f"The head of the company, Ann Okafor, said {STOP}", "Ann Okafor"),
        (f"Lee left the hall, adding: {STOP}", None),  # what he left may have added it
        (f"Lee praised the envoy, adding: {STOP}", "Lee Jae-myung"),
        (f"Lee warned the envoy, adding: {STOP}", "Lee Jae-myung"),
        (f"According to Lee, {STOP}", "Lee Jae-myung"),
        ("The talks were “a day of great hope”, Lee said.", "Lee Jae-myung"),
        ("Lee said the talks were “a day of great hope”.", "Lee Jae-myung"),
        ("Lee called the talks “a day of great hope”.", "Lee Jae-myung"),
        ("Lee hailed the talks as “a day of great hope”.", "Lee Jae-myung"),
        ("'We'll never go to Lee's table,' Ann Okafor said.", "Ann Okafor"),
        ('"We will never go back to that table,” said Lee.', "Lee Jae-myung"),
        (f"{COMMA} said TMA Administrator Bill Okafor.", "Bill Okafor"),
        (f"{COMMA} TMA Administrator Ann Okafor said.", "Ann Okafor"),
        (f"{COMMA} Superintendent Tomas Brandt said.", "Tomas Brandt"),
        (f"Ann Okafor of the University of Harl said {STOP}", "Ann Okafor"),
        (f"Tomas Brandt of Harl wrote: {STOP}", "Tomas Brandt"),
        (f"Ann Okafor from the Institute of Tessel said {STOP}", "Ann Okafor"),
        (f"Ann Okafor, speaking to the TBC, said {STOP}", "Ann Okafor"),
        (f"Tomas Brandt, speaking at a hearing in Harl, said {STOP}", "Tomas Brandt"),
        (f"Bill Okafor, talking to reporters on Monday, said {STOP}", "Bill Okafor"),
    ],
)
def test_the_subject_of_a_verb_of_speech_said_it(text: str, speaker: str | None) -> None:
    assert speakers(text) == ([speaker] if speaker else [])


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (f"{STOP} — Ann Okafor", "Ann Okafor"),
        (f"{STOP} – Mayor Ann Okafor, mayor of Tessel", "Ann Okafor"),
        (f"{STOP}\n— Bill Okafor, the harbour's pilot.", "Bill Okafor"),
        (f"{STOP} - Lee Jae-myung", "Lee Jae-myung"),
        (f"{STOP} — Harl Gazette", None),
        (f"{STOP} — a pilot of Harl", None),
        (f"{STOP} — Ann Okafor left the hall. {STOP}", None),
        (f"It read {STOP} — Ann Okafor", None),
    ],
)
def test_a_quotation_signed_after_a_dash_is_the_signers(text: str, speaker: str | None) -> None:
    assert speakers(text) == ([speaker] if speaker else [])


@pytest.mark.parametrize(
    ("signature", "speaker"),
    [
        ("— Ann Okafor", "Ann Okafor"),
        ("– Mayor Ann Okafor, mayor of Tessel", "Ann Okafor"),
        ("-- Bill Okafor, the harbour's pilot.", "Bill Okafor"),
        ("— Harl Gazette", None),
        ("Ann Okafor, mayor of Tessel", None),
        ("— Ann Okafor left the hall after the vote. The bridge stayed shut.", None),
    ],
)
def test_a_signature_may_stand_in_the_paragraph_below(signature: str, speaker: str | None) -> None:
    assert speakers(STOP, signature) == ([speaker] if speaker else [])
    assert speakers(f"It read {STOP}", signature) == []


INTRODUCTION = "Ann Okafor has run the ferry of Tessel since May. She spoke to the Gazette."


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (
            (
                "Gazette: Why did you close the landing?",
                "Okafor: We had no choice. The pier was rotten.",
                "Gazette: And when will it open?",
                "Okafor: In spring, if it is dry.",
            ),
            ("We had no choice. The pier was rotten.", "In spring, if it is dry."),
        ),
        (
            (
                "Why did you close the landing?",
                "ANN OKAFOR: We had no choice, I am afraid.",
                "And when will it open?",
                "ANN OKAFOR: The council said “soon”, so in spring.",
            ),
            ("We had no choice, I am afraid.", "The council said “soon”, so in spring."),
        ),
        (
            (
                "Q: Is it the ice?",
                "Mayor Ann Okafor: It is the ice and the rot.",
                "Q: Both?",
                "Mayor Ann Okafor: Both of them, yes.",
            ),
            ("It is the ice and the rot.", "Both of them, yes."),
        ),
    ],
)
def test_the_turns_of_an_interview_are_their_speakers(
    turns: tuple[str, ...], said: tuple[str, ...]
) -> None:
    story = article("Interview", INTRODUCTION, *turns)
    assert credited(story) == [(words, "Ann Okafor") for words in said]
    for speech in find_speech(story, NAMES):
        assert speech.span.start == 0


@pytest.mark.parametrize(
    "paragraphs",
    [
        ("Okafor: 12 points in the first game.", "Okafor: 9 points in the second game."),
        ("Where is it?", "Location: the old pier of Tessel.", "Price: nine crowns a head."),
        ("What now?", "Update: the ferry runs again on Monday.", "What else?", "Update: it rains."),
        ("Why was it closed?", "Okafor: The pier was rotten, and nobody paid."),
    ],
)
def test_a_list_with_colons_is_no_interview(paragraphs: tuple[str, ...]) -> None:
    assert speakers(INTRODUCTION, *paragraphs) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{COMMA} a senior official said.",
        f"{COMMA} said an aide to Lee.",
        f"{COMMA} Lee's spokesman said.",
        f"{COMMA} said Trump supporters.",
        f"{COMMA} said Donald Trump supporters in Ohio.",
        f"{COMMA} Lee and Trump said in a statement.",
        f"{COMMA} said Lee and Trump.",
        f"{COMMA} the White House said.",
        f"{COMMA} according to Reuters.",
        f"An aide to Lee said, {STOP}",
        f"Critics of Lee said, {STOP}",
        f"A statement by Lee said {STOP}",
        f"Criticizing Lee, the mayor said, {STOP}",
        f"Lee was told, {STOP}",
        f"Lee never said {STOP}",
        f"If Lee says {STOP}",
        f"Lee believes Trump said {STOP}",
        f"Lee said Trump yelled {STOP}",
        f"Lee said Trump snarled {STOP}",  # a verb that no list has
        "Lee said the talks were “a day of great hope”, Kim noted.",
        "Kim said Lee's “peace in our own time” was over.",
        f"Lee quoted Kim as saying {STOP}",
        f"The mayor of Springfield, Illinois, said: {STOP}",
        f"Lee asked where they were. {STOP}",
        "“Will you resign now, Mr Lee?” Lee said no.",
        f"Critics of Harl said, {STOP}",
        f"Supporters from Tessel said, {STOP}",
        f"The Farm Bill said {STOP}",
        f"Tessel University of Harl said {STOP}",
        f"A friend of Ann Okafor of Harl said {STOP}",
        f"Ann Okafor of Harl and Tomas Brandt said {STOP}",
        "Lee said that Trump had called him “a very weak little man”.",
        "Kim said Lee's pledge to “never give up our weapons” was empty.",
        "Trump mocked Lee's promise of “peace in our own time”, Kim said.",
        "Lee said the minister's words, “we will never go back”, were wrong.",
        "Lee condemned chants of “down with the whole government”.",
        "Lee rejected Trump's claim that “they took our money away”.",
        "Lee said he had read “War and Peace in Our Time” twice.",
        "Lee said the slogan “one country and two systems” was dead.",
    ],
)
def test_a_quotation_of_unsure_speaker_is_left_out(text: str) -> None:
    assert speakers(text) == []


@pytest.mark.parametrize(
    ("paragraphs", "speaker"),
    [
        ((f"Lee spoke in Tessel. He said, {STOP}",), "Lee Jae-myung"),
        (("Ann Okafor spoke in Tessel.", f"{COMMA} she said."), "Ann Okafor"),
        (("Lee met Trump.", f"He said, {STOP}"), None),
        (("Lee spoke in Tessel.", f"After a call from Trump, he said, {STOP}"), None),
        ((f"Trump appeared beside Lee. {COMMA} he said.",), None),
        ((f"Lee met the mayor of Tessel. He said, {STOP}",), None),
        ((f"Lee's doctor spoke in Tessel. He said, {STOP}",), None),
        ((f"Lee spoke. The hall was full. He said, {STOP}",), None),
        (("Lee said Trump was late.", f"{COMMA} he said."), None),
        (("Lee said Trump was late.", f"{COMMA} he added."), "Lee Jae-myung"),
        ((f"Lee spoke. He left. She said: {STOP}",), None),
    ],
)
def test_a_pronoun_counts_only_where_one_person_can_be_meant(
    paragraphs: tuple[str, ...], speaker: str | None
) -> None:
    assert speakers(*paragraphs) == ([speaker] if speaker else [])


def test_the_halves_of_a_quotation_and_what_goes_on_with_it_are_one_saying() -> None:
    text = "“We will go,” Lee said, “and we will come back. Soon.” “It is never too late.”"
    [speech] = find_speech(article("Story", text), NAMES)
    assert speech.span == Span(0, len(text))
    assert [text[words.start : words.end] for words in speech.words] == [
        "We will go,",
        "and we will come back. Soon.",
        "It is never too late.",
    ]


def test_a_quotation_goes_on_in_the_next_paragraph_only_where_it_was_left_open() -> None:
    first, second = "Lee said: “We will go to that table.", "“We will come back from it.”"
    assert speakers(first, second) == ["Lee Jae-myung", "Lee Jae-myung"]
    assert speakers(first, "The hall was full.") == []
    assert speakers(first + "”", second) == ["Lee Jae-myung"]


def test_a_sentence_that_does_not_name_its_speaker_brings_the_one_before() -> None:
    text = f"Rain fell. Lee spoke in Tessel. He said, {STOP}"
    [speech] = find_speech(article("Story", text), NAMES)
    assert text[speech.span.start : speech.span.end] == f"Lee spoke in Tessel. He said, {STOP}"


@pytest.mark.parametrize(
    ("named", "speaker"),
    [
        ("Lee Jong-seok came.", None),  # may be either
        ("Lee Jae-myung and Lee Jong-seok came.", None),
        ("President Lee Jae-myung came.", "Lee Jae-myung"),
        ("Rain fell.", "Lee Jae-myung"),
    ],
)
def test_a_surname_is_whom_the_article_has_named_so(named: str, speaker: str | None) -> None:
    assert speakers(named, f"{COMMA} Lee said.") == ([speaker] if speaker else [])


def test_a_surname_without_a_name_needs_a_title() -> None:
    assert speakers(f"{COMMA} Okafor said.") == []
    assert speakers(f"{COMMA} Governor Okafor said.") == ["Okafor"]
    assert speakers("Ann Okafor came.", f"{COMMA} Governor Okafor said.") == ["Ann Okafor"]


def test_captions_are_nobodys_speech() -> None:
    text = f"{COMMA} Lee said."
    story = Article("a", "Story", (Paragraph(text, asides=(Span(0, len(text)),)),), "a.txt")
    assert credited(story) == []


# Quotation marks


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("“Go,” he said, “now.”", ["Go,", "now."]),
        ('He said "go" and "now".', ["go", "now"]),
        ('He said "go” and “now".', ["go", "now"]),
        ("“Go,’’ he said. ‘‘Now.’’", ["Go,", "Now."]),
        ("'China's ships don't stop,' he said.", ["China's ships don't stop,"]),
        ("the workers' ships and the masters' houses", []),
        ("‘the workers’ ships’ sail", []),  # which mark closes it?
        ('A 34" screen, 22" long', []),
        ("“He said ‘go now’ to me,” she said.", ["He said ‘go now’ to me,"]),
        ("“Go, “he said.", []),
        ("「가자」고 말했다", []),
        ("“”", []),
    ],
)
def test_what_stands_between_quotation_marks(text: str, inside: list[str]) -> None:
    quotations = find_quotations(text)
    assert [text[quotation.words.start : quotation.words.end] for quotation in quotations] == inside


def test_a_quotation_left_open_reaches_to_the_end() -> None:
    [quotation] = find_quotations("He said: “Go now")
    assert quotation.is_open
    assert quotation.words == Span(10, 16)


SIGNS = st.sampled_from("“”\"'‘’,.?: _\n가")
WORDS = st.sampled_from(
    (
        "Lee",
        "__CHECK__",
        "_at",
        "Ann Okafor",
        "the mayor",
        "US",
        "he",
        "said",
        "told",
        "called",
        "adding",
        "and",
        "as",
    )
)
WRITTEN = st.lists(SIGNS | WORDS, max_size=40).map("".join)


@given(st.lists(WRITTEN, min_size=1, max_size=4))
def test_whatever_is_written_only_what_is_quoted_is_credited_to_whom_it_names(
    texts: list[str],
) -> None:
    for speech in find_speech(article("Story", *texts), NAMES):
        text = texts[speech.paragraph - 1]
        quoted = [quotation.words for quotation in find_quotations(text)]
        assert set(speech.words) <= set(quoted)
        assert all(
            speech.span.start <= words.start < words.end <= speech.span.end
            for words in speech.words
        )
        assert any(name in "".join(texts) for name in speech.speaker.split())


def test_the_seeds_speakers_are_offered_the_most_quoted_first(seeds: View) -> None:
    suggestions = seeds.suggest_speakers()
    assert suggestions[0] == "Lee Jae-myung"
    assert set(suggestions) == set(GOLD.values())
