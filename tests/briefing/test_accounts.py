"""The same fact told elsewhere: who tells it too, where two accounts differ, and where not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bot.briefing.facts.accounts import AccountComparer, is_copy
from bot.briefing.facts.figures import find_dates, find_figures
from bot.briefing.quoting import quote_sentence
from bot.library import Library
from bot.model import Article, Paragraph, Quote
from bot.reading.desk import read_desk
from bot.search.index import Index, Sentence
from bot.text.names import Name, Names
from bot.text.terms import AnalysedText, Analyser

NAMES = (
    Name("Mara Okafor", "person", ("Mara Okafor", "Okafor")),
    Name("Dorland", "place", ("Dorland", "Dorlandic")),
    Name("Vessia", "place", ("Vessia", "Vessian")),
)
SEEDS = Library(read_desk(Path(__file__).parents[2] / "seeds")).view()
# What else the stories tell, so that words have a rarity.
OTHER_STORIES = (
    "Rain fell on the coast for a week, and roads were closed by mud.",
    "The museum opened a new wing for paintings of the last century.",
    "Farmers in the valley sold fewer apples abroad than they had hoped.",
)


def index_of(*texts: str, published: Sequence[date] = ()) -> Index:
    """An index of one story for each text, named by its number; `published` are the days of the
    first."""
    index = Index(Analyser(Names(NAMES)))
    for number, text in enumerate((*texts, *OTHER_STORIES)):
        day = published[number] if number < len(published) else None
        article = Article(
            str(number), f"Story {number}", (Paragraph(text),), "a.txt", published=day
        )
        index.add(article)
    return index


def analyse(text: str) -> AnalysedText:
    return AnalysedText(text, Analyser(Names(NAMES)))


def sentences(index: Index) -> list[Sentence]:
    """The last sentence of each story."""
    return [index.sentences(index.slots(article.id)[0])[-1] for article in index.articles()]


def differing_words(
    text: str, other_text: str, published: Sequence[date] = ()
) -> tuple[str, str] | None:
    """The words in which the accounts of two stories differ, the same from either side."""
    index = index_of(text, other_text, published=published)
    first, second, *_ = sentences(index)
    accounts = AccountComparer(index)
    difference, reverse_difference = (
        accounts.find_difference(first, second),
        accounts.find_difference(second, first),
    )
    if not difference or not reverse_difference:
        assert difference is None
        assert reverse_difference is None
        return None
    differing = first.text[slice(*difference.words)], second.text[slice(*difference.other_words)]
    assert (
        first.text[slice(*reverse_difference.other_words)],
        second.text[slice(*reverse_difference.words)],
    ) == differing
    assert not accounts.agree(first, second)
    return differing


def state_the_same(text: str, other_text: str) -> bool:
    index = index_of(text, other_text)
    first, second, *_ = sentences(index)
    accounts = AccountComparer(index)
    assert accounts.find_difference(first, second) is None
    return accounts.agree(first, second)


@pytest.mark.parametrize(
    ("text", "other_text", "words"),
    [
        (
            "The blast at the cement works in Harrow killed 12 people and closed the harbour.",
            "A blast at the cement works in Harrow killed 15 people and closed the harbour.",
            ("12", "15"),
        ),
        (
            "Dorland raised the tariff on imported steel to 15% after talks with Vessia failed.",
            "After talks with Vessia failed, Dorland raised its tariff on imported steel to 25 "
            "percent.",
            ("15", "25"),
        ),
        (
            "The ministry will spend $3.2 billion on two new ferries for the northern islands.",
            "On two new ferries for the northern islands the ministry will spend $4.1 billion.",
            ("3.2 billion", "4.1 billion"),
        ),
        (
            "Seven ministers signed the letter on the closing of the old railway line.",
            "The letter on the closing of the old railway line was signed by nine ministers.",
            ("Seven", "nine"),
        ),
        (
            "The treaty on fishing rights was signed in Harrow on 3 May 2024 by both governments.",
            "Both governments signed the treaty on fishing rights in Harrow on May 4, 2024.",
            ("3 May 2024", "May 4, 2024"),
        ),
        (
            "The observatory on Mount Tessel was founded in 1911 by an amateur astronomer.",
            "An amateur astronomer founded the observatory on Mount Tessel in 1913.",
            ("1911", "1913"),
        ),
        (
            "Okafor told the union that the shipyard in Harrow will not close next winter.",
            "The shipyard in Harrow will close next winter, Okafor told the union.",
            ("not close", "close"),
        ),
        (
            "Okafor appointed the economist Lena Brandt as governor of the central bank.",
            "Okafor has nominated Lena Brandt, an economist, as governor of the central bank.",
            ("appointed", "nominated"),
        ),
        (
            "Parliament approved the bill on coastal fishing quotas after a long debate.",
            "After a long debate parliament rejected the bill on coastal fishing quotas.",
            ("approved", "rejected"),
        ),
        (
            "Exports of timber from Dorland rose sharply in the spring, said the customs office.",
            "Exports of timber from Dorland fell sharply in the spring, said the customs office.",
            ("rose", "fell"),
        ),
        (
            "The envoy confirmed that the two navies had held secret talks on the strait.",
            "The envoy denied that the two navies had held secret talks on the strait.",
            ("confirmed", "denied"),
        ),
        (
            "President Ilse Moran opened the bridge between the two banks of the Tessel.",
            "Former President Ilse Moran opened the bridge between the two banks of the Tessel.",
            ("President", "Former President"),
        ),
    ],
)
def test_accounts_that_differ_in_one_respect(
    text: str, other_text: str, words: tuple[str, str]
) -> None:
    assert differing_words(text, other_text) == words


@pytest.mark.parametrize(
    ("text", "other_text"),
    [
        # Rounded, rough and bounded figures agree.
        (
            "Shares in the carmaker fell more than 14%, wiping out around $100 billion in value.",
            "The carmaker's shares dropped by 14.3 percent, wiping out US$97 billion of value.",
        ),
        (
            "Dorland keeps 28,500 soldiers at the bases on the southern border with Vessia.",
            "At the bases on its southern border with Vessia, Dorland keeps 28,470 soldiers.",
        ),
        (
            "The blast at the cement works in Harrow killed at least 12 people on the night shift.",
            "The blast at the cement works in Harrow killed 15 people on the night shift.",
        ),
        # The day of a report is not the day of the event.
        (
            "The shipyard in Harrow will close for the winter, the owner said on 3 May.",
            "The shipyard in Harrow will close for the winter, the owner said on 4 May.",
        ),
        # A figure of something else, and a figure that only one has.
        (
            "Three ferries will serve the northern islands from the new pier at Harrow.",
            "From the new pier at Harrow ferries will serve the seven northern islands.",
        ),
        # A denial in other words is the same denial.
        (
            "Okafor said that the ministry will not join the talks on the fishing quotas.",
            "Okafor refused to let the ministry join the talks on the fishing quotas.",
        ),
        (
            "Okafor did not approve the plan for a second airport on the reclaimed land.",
            "Okafor rejected the plan for a second airport on the reclaimed land.",
        ),
        # What may be is no other account of what is.
        (
            "Parliament could reject the bill on coastal fishing quotas after a long debate.",
            "Parliament approved the bill on coastal fishing quotas after a long debate.",
        ),
    ],
)
def test_accounts_that_agree(text: str, other_text: str) -> None:
    assert differing_words(text, other_text) is None


@pytest.mark.parametrize(
    ("text", "other_text"),
    [
        # What is measured again and again: two months, two figures, or the month alone.
        (
            "Exports of timber from Dorland rose 3% in May, the customs office said.",
            "Exports of timber from Dorland rose 5% in June, the customs office said.",
        ),
        (
            "Exports of timber from Dorland rose 3% in May, the customs office said.",
            "Exports of timber from Dorland rose 3% in June, the customs office said.",
        ),
        # Events of one kind, long apart.
        (
            "Queen Ilse opened the new bridge across the Tessel at Harrow in 1981.",
            "Queen Ilse opened another new bridge across the Tessel at Harrow in 2004.",
        ),
        # Two actors, or one act from both ends.
        (
            "Dorland raised the tariff on imported glass, and Vessia promised an answer.",
            "Vessia cut the tariff on imported glass, and Dorland promised an answer.",
        ),
        (
            "Okafor praised Brandt for the way the strike at the harbour was settled.",
            "Brandt criticised Okafor for the way the strike at the harbour was settled.",
        ),
        # Two of one kind, by their number.
        (
            "The seventh autumn fair of Harrow opens on May 3 in the old shipyard.",
            "The eighth autumn fair of Harrow opens on June 9 in the old shipyard.",
        ),
        (
            "The crew of Tern-4 is scheduled to sail to the islands no earlier than May 3.",
            "The crew of Tern-5 is scheduled to sail to the islands no earlier than June 9.",
        ),
        (
            "The 12th session of the harbour council of Tessel was held on May 3.",
            "The 13th session of the harbour council of Tessel was held on June 9.",
        ),
        (
            "Today the guild releases 15.0-RC2, the second candidate of the coming edition.",
            "Today the guild releases 14.0-RC2, the second candidate of the coming edition.",
        ),
        (
            "With Quayside 2.4 the guild adds 12 harbours and a map of the Tessel valley.",
            "With Quayside 2.5 the guild adds 30 harbours and a map of the Tessel valley.",
        ),
        (
            "The release of TidePool 3.11.2 fixed 9 faults in the map of the harbour.",
            "The release of TidePool 3.11.4 fixed 4 faults in the map of the harbour.",
        ),
        (
            "The guild opens the 2024 Survey of Harbour Trade, which takes ten minutes to fill in.",
            "The guild opens the 2025 Survey of Harbour Trade, which takes ten minutes to fill in.",
        ),
        (
            "The harbour of Tessel takes part in the Night of Lanterns (NL) 2023 with its cranes.",
            "The harbour of Tessel takes part in the Night of Lanterns (NL) 2026 with its cranes.",
        ),
        # Little in common but the kind of thing.
        (
            "The fire in the old theatre killed 3 people.",
            "The flood in the Tessel valley killed 9 people and drowned cattle.",
        ),
    ],
)
def test_two_facts_are_no_two_accounts(text: str, other_text: str) -> None:
    assert differing_words(text, other_text) is None


def test_opposite_verbs_of_one_act_differ_whatever_else_the_sentences_tell() -> None:
    text = (
        "Under the former premier, Okafor, the border was tense. Unlike the previous government, "
        "which restricted the sale of foreign newspapers in border towns, the party favours trade."
    )
    other_text = "Okafor's government encouraged the sale of foreign newspapers in border towns."
    assert differing_words(text, other_text) == ("restricted", "encouraged")
    assert differing_words(text.replace("former premier", "poet"), other_text) is None
    assert (
        differing_words(
            text.replace("previous", "Vessian"), other_text.replace("Okafor", "Dorland")
        )
        is None
    )


@pytest.mark.parametrize(
    ("text", "other_text"),
    [
        (
            "Okafor promised the harbour council a new crane and a deeper channel before winter.",
            "Before winter the harbour will have a new crane and a deeper channel, Okafor "
            "promised its council.",
        ),
        (
            "Asked about the strike, Okafor told the council: “Patience is cheaper than anger.”",
            "He added: 'Patience is cheaper than anger.'",
        ),
    ],
)
def test_the_same_told_in_other_words_or_with_the_same_quotation(
    text: str, other_text: str
) -> None:
    assert state_the_same(text, other_text)


@pytest.mark.parametrize(
    ("text", "other_text"),
    [
        (
            "The pilots Anna Brandt, Ben Okafor, Cleo Lund and Dara Voss came home on Friday.",
            "The pilots Anna Brandt, Ben Okafor, Cleo Lund and Dara Voss studied 900 plants.",
        ),
        (
            "Harrow Steel, Lund Brothers and the Port of Tessel paid for the opera in Vessia.",
            "Harrow Steel, Lund Brothers and the Port of Tessel lost a ship off Vessia.",
        ),
        (
            "Anna Brandt of the Tessel Harbour Board welcomed two envoys of Vessia.",
            "The Tessel Harbour Board of Anna Brandt pays higher wages than Vessia.",
        ),
    ],
)
def test_a_list_of_shared_names_is_no_shared_fact(text: str, other_text: str) -> None:
    index = index_of(text, other_text)
    first, second, *_ = sentences(index)
    assert not AccountComparer(index).share_more_than_names(first, second)


@pytest.mark.parametrize(
    ("text", "other_text", "words"),
    [
        (
            "Tern-4 is scheduled to sail no earlier than Tuesday, April 30, on a Lund ferry.",
            "The board is targeting the hour after dawn on Tuesday, June 25, to sail Tern-4 from "
            "the old quay on a Lund ferry.",
            ("April 30", "June 25"),
        ),
        (
            "The bridge at Harrow is due to open for traffic on May 3.",
            "Traffic over the bridge at Harrow is expected to open on June 9, the mayor said.",
            ("May 3", "June 9"),
        ),
        (
            "The trial of Ben Okafor is set for March 2 in the court of Tessel.",
            "In the court of Tessel the trial of Ben Okafor is planned for April 14.",
            ("March 2", "April 14"),
        ),
    ],
)
def test_dates_of_one_plan_differ(text: str, other_text: str, words: tuple[str, str]) -> None:
    assert differing_words(text, other_text) == words


def quote_with_accounts(*texts: str) -> Quote:
    """The first story's quote, with what the others tell of it."""
    index = index_of(*texts)
    story_sentences = sentences(index)[: len(texts)]
    accounts = [(sentence, quote_sentence(sentence, index)) for sentence in story_sentences]
    return AccountComparer(index).add_accounts(
        quote_sentence(story_sentences[0], index), story_sentences[0], accounts
    )


BLAST = "The blast at the cement works in Harrow killed {} people and closed the harbour{}."


@pytest.mark.parametrize(
    ("months_apart", "differs"), [(0, True), (1, True), (6, False), (24, True)]
)
def test_dates_that_move_on_with_the_articles_are_of_what_comes_again(
    months_apart: int, differs: bool
) -> None:
    first = date(2025, 1, 10)
    later = date(first.year + months_apart // 12, first.month + months_apart % 12, 10)
    words = differing_words(
        "The board of the harbour of Tessel is going to be chosen again in March 2025.",
        "The board of the harbour of Tessel is going to be chosen again in September 2025.",
        (first, later),
    )
    assert words == (("March 2025", "September 2025") if differs else None)


def test_each_story_agrees_or_differs_and_copies_of_one_text_speak_once() -> None:
    quoted = quote_with_accounts(
        BLAST.format(12, ""),
        BLAST.format(12, " for the night, the mayor said"),
        BLAST.format(15, ""),
        BLAST.format("fifteen", ""),
        BLAST.format(12, " for the night, the mayor said"),
    )
    assert [repeat.article.id for repeat in quoted.repeats] == ["1"]
    (comparison,) = quoted.differs
    assert comparison.quote.article.id == "2"
    assert [quoted.text[slice(*span)] for span in comparison.words] == ["12"]
    assert [comparison.quote.text[slice(*span)] for span in comparison.other_words] == ["15"]


def test_a_story_that_also_agrees_does_not_differ() -> None:
    index = index_of(
        BLAST.format(12, ""), BLAST.format(15, "") + " " + BLAST.format(12, " at once")
    )
    first, *other_sentences = [
        sentence
        for story in index.articles()
        for sentence in index.sentences(index.slots(story.id)[0])
    ]
    quoted = AccountComparer(index).add_accounts(
        quote_sentence(first, index),
        first,
        [(sentence, quote_sentence(sentence, index)) for sentence in other_sentences[:2]],
    )
    (repeat,) = quoted.repeats
    assert repeat.text.endswith(BLAST.format(12, " at once"))
    assert quoted.differs == ()


def test_a_copy_is_the_same_text_but_for_marks() -> None:
    original, copy, other_quote = (
        quote_sentence(sentence, index)
        for index in [index_of("Rain fell, it said.", "Rain fell: it said!", "It said rain fell.")]
        for sentence in sentences(index)[:3]
    )
    assert is_copy(original, copy)
    assert not is_copy(original, other_quote)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 4,500 of 28,500 US troops", [(28500, "troop")]),
        ("a 15% tariff and US$100 billion", [(15, "percent"), (100e9, "dollar")]),
        ("fourteen per cent of twenty-five ships", [(14, "percent"), (25, "ship")]),
        ("between 10 and 15 percent, or 3-1 at 9:30", []),
        ("on 3 May 2024, in the 1950s, and 78 of them", []),
        ("15.0-beta2 of 3 parts, and 2.4-rc.1", [(3, "part")]),
        ("a 5-year plan and a 12-M pipe", [(5, "plan"), (12, "pipe")]),
        ("£3.2bn for 2 ferries", [(3.2e9, "pound"), (2, "ferri")]),
    ],
)
def test_figures_are_read_with_what_they_count(
    text: str, expected: list[tuple[float, str]]
) -> None:
    assert [(figure.value, figure.unit[-1]) for figure in find_figures(analyse(text))] == expected


@pytest.mark.parametrize(
    ("text", "other_text", "agree"),
    [
        ("14 percent", "14.3 percent", True),
        ("14 percent", "15 percent", False),
        ("around $100 billion", "US$97 billion", True),
        ("around $100 billion", "$80 billion", False),
        ("28,500 troops", "28,470 troops", True),
        ("at least 12 people", "15 people", True),
        ("at least 12 people", "8 people", False),
        ("up to 12 people", "8 people", True),
        ("up to 12 people", "15 people", False),
    ],
)
def test_figures_agree_as_rounded_and_bounded_as_they_are(
    text: str, other_text: str, agree: bool
) -> None:
    (first,), (second,) = find_figures(analyse(text)), find_figures(analyse(other_text))
    assert first.has_same_unit(second)
    assert first.agrees(second) is second.agrees(first) is agree


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on 3 May 2024 and June 4", [(2024, 5, 3), (0, 6, 4)]),
        ("in March, and in August 2023", [(0, 3, 0), (2023, 8, 0)]),
        ("since 1998 he may march", [(1998, 0, 0)]),
        ("he said on June 4 that 2,000 men", []),
        ("the 14th president, not before Sept. 11th, 2001", [(2001, 9, 11)]),
    ],
)
def test_dates_are_read_as_far_as_they_are_stated(
    text: str, expected: list[tuple[int, int, int]]
) -> None:
    assert [(date.year, date.month, date.day) for date in find_dates(analyse(text))] == expected


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("chief of the National Intelligence Service", {"appointed", "nominated"}),
        ("outside information across the border", {"encouraged", "restricted"}),
        ("Tesla stock market value", set()),
        ("eggs in one basket", set()),
    ],
)
def test_the_seeds_differ_where_they_do(question: str, words: set[str]) -> None:
    first = SEEDS.ask(question).quotes[0]
    differing = {
        text[slice(*span)]
        for comparison in first.differs
        for text, spans in (
            (first.text, comparison.words),
            (comparison.quote.text, comparison.other_words),
        )
        for span in spans
    }
    assert differing == words
    assert bool(first.repeats) != bool(words)
