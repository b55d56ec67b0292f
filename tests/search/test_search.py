"""From paragraphs to evidence: the index in step, queries read, sentences ranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.model import Article, Paragraph, Span
from bot.search.evidence import (
    MAX_PARAGRAPHS,
    density,
    match_terms,
    rank,
    rate_answer_type,
    rate_paragraphs,
    weigh_adjacent_terms,
)
from bot.search.index import Index
from bot.search.query import read_query
from bot.text.answer_types import AnswerType
from bot.text.names import Name, Names
from bot.text.terms import Analyser
from bot.text.words import split_words

LEE = Name("Lee Jae-myung", "person", ("Lee Jae-myung", "Lee", "이재명"))
NORTH = Name("North Korea", "place", ("North Korea", "DPRK", "Pyongyang", "북한"))


def article(name: str, *texts: str, kind: str = "main", heading: str | None = None) -> Article:
    paragraphs = tuple(Paragraph(text, heading) for text in texts)
    return Article(name, name, paragraphs, "desk.txt", "main" if kind == "main" else "related")


def index_of(*articles: Article) -> Index:
    index = Index(Analyser(Names([LEE, NORTH])))
    for each in articles:
        index.add(each)
    return index


def found(index: Index, question: str) -> list[str]:
    return [evidence.sentence.text for evidence in rank(read_query(question, index), index)]


def typed(index: Index, question: str) -> Sequence[str]:
    return [term.typed for term in read_query(question, index).terms]


FILLER = [
    article("Weather", "Rain fell on the coast all day.", "The wind turned in the evening."),
    article("Sports", "The home team lost again.", "Fans left the stadium early."),
]


def test_a_small_word_is_joined_to_no_number() -> None:
    """Though an address has the two: vell.example/does-7up-sink."""
    index = index_of(*FILLER, article("Ship", "See vell.example/does-7up-sink of the ship 7up."))
    assert typed(index, "Does 7up sink?") == ["7up", "sink"]


def test_an_article_that_is_removed_is_found_no_more() -> None:
    index = index_of(*FILLER, article("Talks", "Lee praised the summit.", "The summit ended."))
    assert found(index, "summit")
    index.remove("Talks")
    assert found(index, "summit") == []
    assert [each.id for each in index.articles()] == ["Weather", "Sports"]
    with pytest.raises(KeyError):
        index.remove("Talks")


def test_an_article_that_is_added_twice_is_held_once() -> None:
    talks = article("Talks", "Lee praised the summit.")
    index = index_of(*FILLER, talks, talks)
    assert found(index, "summit") == ["Lee praised the summit."]


def test_a_paragraph_is_found_by_its_title_and_by_its_heading() -> None:
    index = index_of(
        *FILLER,
        article("Tariff talks", "Both sides met again."),
        article("Other", "Nobody came.", heading="Fisheries"),
    )
    assert found(index, "tariff") == ["Both sides met again."]
    assert found(index, "fisheries") == ["Nobody came."]


def test_what_stands_in_an_aside_is_never_evidence() -> None:
    text = "Lee spoke in Seoul. Lee waves at a rally. Photo: AFP Trump listened."
    caption = Span(text.index("Lee waves"), text.index("Trump"))
    held = Article("a", "Rally", (Paragraph(text, None, (caption,)),), "desk.txt")
    assert set(found(index_of(*FILLER, held), "rally photo Lee waves")) == {
        "Lee spoke in Seoul.",
        "Trump listened.",
    }


def test_a_question_is_its_terms_without_what_asks_or_chats() -> None:
    index = index_of(*FILLER, article("Talks", "Lee met Pyongyang's envoy in Geneva."))
    question = "hm so what did Lee actually say, according to the article, about the DPRK envoy?"
    assert typed(index, question) == ["Lee", "DPRK", "envoy"]
    assert typed(index, "what is it about?") == []


def test_a_name_is_one_thing_asked_about_in_any_language() -> None:
    index = index_of(*FILLER, article("Talks", "Pyongyang sent an envoy to Geneva."))
    assert found(index, "북한") == ["Pyongyang sent an envoy to Geneva."]
    assert len(read_query("North Korea", index).terms) == 1


def test_a_typing_error_is_put_right_but_an_english_word_is_left_alone() -> None:
    index = index_of(*FILLER, article("Trade", "The tariff is freeing nobody."))
    assert typed(index, "tarrif") == ["tariff"]
    assert [term.is_known for term in read_query("freezing", index).terms] == [False]


def test_a_question_in_other_words_finds_what_the_articles_say() -> None:
    index = index_of(*FILLER, article("a", "Both sides signed a treaty in Geneva."))
    assert found(index, "which pact was that") == ["Both sides signed a treaty in Geneva."]
    (pact,) = read_query("pact", index).terms
    (ramen,) = read_query("ramen", index).terms
    assert (pact.is_known, ramen.is_known) == (True, False)
    (treaty,) = read_query("treaty", index).terms
    assert pact.weight == treaty.weight


def test_the_words_own_sentence_comes_before_that_of_a_synonym() -> None:
    treaty = article("a", "The envoys signed a treaty.")
    pact = article("b", "The envoys signed a pact.")
    index = index_of(*FILLER, treaty, pact)
    assert found(index, "envoys pact") == [
        "The envoys signed a pact.",
        "The envoys signed a treaty.",
    ]


def test_a_synonym_carries_some_of_the_weight_but_is_not_the_word_asked_for() -> None:
    index = index_of(*FILLER, article("a", "The envoys signed a treaty."))
    (evidence,) = rank(read_query("envoys pact", index), index)
    query = read_query("envoys pact", index)
    assert evidence.matched == {"envoy"}
    assert query.terms[0].weight / query.weight < evidence.share < 1


def test_a_korean_question_finds_what_the_names_and_its_words_allow() -> None:
    index = index_of(
        *FILLER,
        article("a", "Pyongyang tested a missile."),
        article("b", "Lee, the president, spoke of Pyongyang in Geneva."),
    )
    question = "이재명 대통령은 북한에 대해 뭐라고 했나"
    query = read_query(question, index)
    assert [term.typed for term in query.terms] == ["이재명", "대통령은", "북한에"]
    assert all(term.is_known for term in query.terms)
    assert query.answer_types == {AnswerType.SPEECH}
    best = rank(query, index)[0]
    assert best.sentence.text.startswith("Lee, the president")
    assert len(best.matched) == 3


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("누가 갔나", {AnswerType.PERSON}),
        ("언제 갔나", {AnswerType.DATE}),
        ("병력은 몇 명인가", {AnswerType.NUMBER}),
        ("who chaired it", {AnswerType.PERSON}),
        ("when did they meet", {AnswerType.DATE}),
        ("what year was it", {AnswerType.DATE}),
        ("how many troops are there", {AnswerType.NUMBER}),
        ("what % of the vote", {AnswerType.NUMBER}),
        ("what did Lee say", {AnswerType.SPEECH}),
        ("trade with China", set()),
    ],
)
def test_a_question_asks_for_a_kind_of_thing(question: str, kinds: set[AnswerType]) -> None:
    assert read_query(question, index_of(*FILLER)).answer_types == kinds


@pytest.mark.parametrize(
    ("question", "without", "having"),
    [
        ("when was the summit", "The summit was long.", "The summit was on June 4."),
        ("how many came to the summit", "People came to it.", "Some 4,500 came to it."),
        ("who led the summit", "He led the summit.", "Kuyoun Chung led the summit."),
        ("what did Lee say", "Lee spoke of peace.", 'Lee said: "Peace is cheap."'),
    ],
)
def test_a_sentence_with_the_kind_of_thing_asked_for_fits_better(
    question: str, without: str, having: str
) -> None:
    index = index_of(*FILLER, article("a", without), article("b", having))
    query = read_query(question, index)
    asked = frozenset(word.form for word in split_words(question))
    fits = [
        rate_answer_type(query, index.sentences(index.slots(each)[0])[0], asked)
        for each in ("a", "b")
    ]
    assert fits == [-1.0, 1.0]


def test_the_name_that_the_question_gives_is_not_the_person_it_asks_for() -> None:
    index = index_of(*FILLER, article("a", "On Monday Wang Yi met nobody."))
    query = read_query("who met Wang Yi", index)
    asked = frozenset(word.form for word in split_words(query.text))
    assert rate_answer_type(query, index.sentences(index.slots("a")[0])[0], asked) == -1.0


def test_neighbouring_terms_count_as_a_pair_only_near_each_other() -> None:
    near = "A trade pact was signed."
    far = "Trade was discussed by all who had come to Geneva, and much later a pact."
    index = index_of(*FILLER, article("a", near), article("b", far))
    query = read_query("trade pact", index)
    sentences = [index.sentences(index.slots(each)[0])[0] for each in ("a", "b")]
    assert [weigh_adjacent_terms(query, sentence) > 0 for sentence in sentences] == [True, False]
    assert [len(match_terms(query, sentence)) for sentence in sentences] == [2, 2]
    assert density(1.0, sentences[0]) > density(1.0, sentences[1])


def test_a_sentence_that_follows_on_is_carried_by_the_one_before() -> None:
    talks = "The envoy spoke of sanctions in Geneva. He called them harmful. Lunch was late."
    index = index_of(*FILLER, article("a", talks))
    evidence = rank(read_query("what did the envoy call sanctions", index), index)
    by_text = {each.sentence.text: each for each in evidence}
    assert by_text["He called them harmful."].share == 1.0
    assert by_text["He called them harmful."].score > by_text["Lunch was late."].score


class ForgetfulIndex(Index):
    """Keeps the sentences of one paragraph, as a large library keeps those of some thousands."""

    _MAX_CACHED = 1


def test_sentences_are_ranked_alike_where_they_are_forgotten_meanwhile() -> None:
    articles = (
        *FILLER,
        article("a", "The envoy spoke of sanctions in Geneva. He called them harmful."),
        article("b", "Sanctions were lifted. The envoy did not call."),
    )
    forgetful = ForgetfulIndex(Analyser(Names([LEE, NORTH])))
    for story in articles:
        forgetful.add(story)
    question = "what did the envoy call sanctions"
    assert found(forgetful, question) == found(index_of(*articles), question) != []


def test_a_question_in_the_text_comes_after_what_answers() -> None:
    index = index_of(*FILLER, article("a", "Will the tariff hold? The tariff will hold, he said."))
    assert found(index, "tariff hold")[0] == "The tariff will hold, he said."


def test_the_main_story_comes_before_a_related_one_that_says_as_much() -> None:
    related = article("Elsewhere", "The envoy left Geneva.", kind="related")
    main = article("Summit", "The envoy left Geneva.")
    evidence = rank(read_query("envoy", index := index_of(*FILLER, related, main)), index)
    assert [each.sentence.passage.article.id for each in evidence] == ["Summit", "Elsewhere"]


@pytest.mark.parametrize(
    ("question", "answer", "others"),
    [
        ("tariff on steel", "The tariff on steel rose.", ()),
        ("tariff on steel", "The tariff on steel rose.", ("The tariff is old.",)),
        ("ferry to Harl", "A ferry sails to Harl.", ("The ferry is red.", "The ferry is loud.")),
        ("bees and honey", "Bees make honey.", ("Bees sleep.", "Honey is sweet.", "Bees fly.")),
    ],
)
def test_of_a_few_paragraphs_the_one_that_holds_all_is_best(
    question: str, answer: str, others: tuple[str, ...]
) -> None:
    index = index_of(*(article(str(n), text) for n, text in enumerate((*others, answer))))
    ratings = rate_paragraphs(read_query(question, index), index)
    by_text = {index.passage(slot).paragraph.text: rating for slot, rating in ratings.items()}
    assert by_text.pop(answer) == 1
    assert all(0 <= rating < 1 for rating in by_text.values())


@pytest.mark.parametrize("copies", [2, 5, 40])
@pytest.mark.parametrize("question", ["envoy", "envoy in Geneva", "Harl envoy"])
def test_equal_sentences_are_ordered_by_their_articles_however_these_came_in(
    copies: int, question: str
) -> None:
    stories = [article(f"Harl {n:02}", "The envoy left Geneva.") for n in range(copies)]
    others = [*FILLER, article("Rivers", *("The river rose a little.",) * 30)]
    orders = (stories, stories[::-1], stories[1::2] + stories[::2])
    rankings = [
        [
            evidence.sentence.passage.article.id
            for evidence in rank(read_query(question, index), index)
        ]
        for index in (index_of(*order, *others) for order in orders)
    ]
    assert rankings[0] == [story.id for story in stories[:MAX_PARAGRAPHS]]
    assert rankings[0] == rankings[1] == rankings[2]


def test_of_equal_sentences_the_newer_article_s_comes_first() -> None:
    days = [date(2024, 5, 1), None, date(2025, 5, 1)]
    stories = [
        replace(article(name, "The envoy left Geneva."), published=day)
        for name, day in zip(("Ash", "Birch", "Cedar"), days, strict=True)
    ]
    evidence = rank(read_query("envoy", index := index_of(*stories, *FILLER)), index)
    assert [each.sentence.passage.article.id for each in evidence] == [
        "Cedar",
        "Ash",
        "Birch",
    ]


def test_a_sentence_is_credited_with_what_its_title_says() -> None:
    index = index_of(
        *FILLER,
        article("Peregrine", "The lander came down in the ocean at noon.", "Fuel was lost."),
        article("Ferries", "The crew came down in a boat.", "Peregrine is also a ferry."),
    )
    assert found(index, "where did Peregrine come down")[0].startswith("The lander")


def test_nothing_is_evidence_for_what_no_paragraph_holds() -> None:
    assert found(index_of(*FILLER), "bitcoin") == []
    assert found(index_of(), "rain") == []


def test_a_term_in_every_paragraph_still_finds_them() -> None:
    index = index_of(article("a", "Korea spoke."), article("b", "Korea listened."))
    assert set(found(index, "Korea")) == {"Korea spoke.", "Korea listened."}
