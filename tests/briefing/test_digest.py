"""Digests: about the topic, able to stand alone, nothing twice, in the order of a brief."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefing.digest.coverage import cover, make_candidate
from bot.briefing.digest.digest import quote_subject
from bot.briefing.digest.salience import read_subject
from bot.briefing.facts.similarity import Similarity
from bot.briefing.quoting import find_excerpts
from bot.briefing.topics import EVERYTHING
from bot.errors import QuestionError
from bot.library import View
from bot.model import Article, Digest, Period, PostedQuote, Selected, Selection
from bot.search.index import Index
from bot.text.names import Names
from bot.text.terms import Analyser
from tests.support.stories import NAMES, TALKS, TRADE, WEATHER, article, texts, view_of


def texts_of(article: Article) -> list[str]:
    return [paragraph.text for paragraph in article.paragraphs]


def points_of(topic: str, *articles: Article) -> list[str]:
    return texts(view_of(*articles, WEATHER).digest(topic).points)


# Excerpts


def excerpts_of(paragraph: str) -> list[str]:
    """The excerpts of a paragraph that is not the first of its story."""
    index = Index(Analyser(Names(NAMES)))
    index.add(article("Any", "Nothing of this was known.", paragraph))
    return [excerpt.quote().text for excerpt in find_excerpts(index.slots("Any")[1], index)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Will Seoul and Beijing talk about the steel tariff?",
        "K-pop and South Korean soap operas.",
        "The panel will discuss the following in the new year:",
        "there is talk of a joint patrol in the strait.",
        'The minister said "steel will have to wait.',
        "On the panel are: Ann Lee, Professor of Law, Oslo University, and Bo Kim, Asia Fellow.",
        "We seek more countries that think as we do.",
        "Too short to say.",
        "Learn how to follow the talks on the tariff at the ministry.",
        "For more information the ministry has opened an office in Bergen.",
        "Editor's note: This report was corrected after the vote in Oslo.",
        "Minister Berg (left) signed the tariff on steel in Bergen.",
        "The minister is pictured here after the vote on the steel tariff.",
        "An artist has drawn the harbour as it was planned in March.",
    ],
)
def test_what_is_no_whole_statement_is_left_out(sentence: str) -> None:
    assert excerpts_of(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "He said the tariff on steel would stay for a year.",
        "However, the tariff on steel stayed for a year.",
        "Despite the challenges, he said the tariff would stay.",
        "After the vote they are now focused on the tariff.",
        "Both sides said the tariff on steel would stay.",
        "Reinforcing this aim, Oslo raised the tariff on steel again.",
        "In response, Oslo raised the tariff on steel again.",
        "The move raised the tariff on steel to a new height.",
        "Oslo has to take this into account when it sets the tariff.",
    ],
)
def test_what_leans_comes_with_the_sentence_before_or_not_at_all(sentence: str) -> None:
    previous = "Minister Berg raised the tariff on steel in March."
    assert excerpts_of(sentence) == []
    assert excerpts_of(f"{previous} {sentence}") == [previous, f"{previous} {sentence}"]
    assert excerpts_of(f"However, {previous} {sentence}") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Lee said the tariff on steel would stay for a year.",
        "In his speech on Monday, Lee said the tariff would stay.",
        "The divide between Oslo and Bergen has grown wider.",
        "The Lee government raised the tariff on steel again.",
        '"We will not raise the tariff on steel," Lee said on Monday.',
        "Oslo signals a new course on steel tariffs.",
    ],
)
def test_what_stands_alone_is_said_alone(sentence: str) -> None:
    assert excerpts_of(f"Rain fell on the coast for a week. {sentence}")[1:] == [sentence]


# Korean


@pytest.mark.parametrize(
    "sentence",
    [
        "나루시는 다음 달 새 다리를 연다.",
        "나루시 의회는 뱃삯을 두 배로 올렸다.[3]",
        "한도윤 시장은 “새 다리는 9월에 열립니다.”라고 밝혔다.",
        "주민 300여명이 시청 앞에서 ‘다리를 열라’고 외쳤죠.",
    ],
)
def test_a_short_korean_statement_is_whole(sentence: str) -> None:
    assert excerpts_of(f"Rain fell on the coast for a week. {sentence}")[1:] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "나루시는 새 다리를 언제 여나요?",
        "나루시 새 다리 9월 개통 예정.",
        "나루시는 다음 달에 새 다리를 열고",
        "한도윤 시장은 “다음 달에 새 다리를 연다.",
        "저는 나루시의 새 다리를 날마다 건넌다.",
        "비가 왔다.",
    ],
)
def test_what_is_no_korean_statement_is_left_out(sentence: str) -> None:
    assert excerpts_of(sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "이는 지난해보다 두 배 많은 뱃삯이다.",
        "그는 다음 달에 다리를 연다고 밝혔다.",
        "하지만 주민들은 비싼 뱃삯에 반대했다.",
        "이에 대해 주민들은 뱃삯에 반대했다.",
        "이들은 시청 앞에서 밤새 노래했다.",
        "해당 다리는 지난달에 문을 닫았다.",
    ],
)
def test_korean_that_leans_comes_with_the_sentence_before(sentence: str) -> None:
    previous = "나루시는 5월에 강을 건너는 뱃삯을 올렸다."
    assert excerpts_of(sentence) == []
    assert excerpts_of(f"{previous} {sentence}") == [previous, f"{previous} {sentence}"]


@pytest.mark.parametrize(
    "sentence",
    [
        "Today we turned off our old ferry service for good.",
        "I have studied the harbour of Tessel for twenty years.",
        "Your account must be confirmed before the first of May.",
    ],
)
@pytest.mark.parametrize(("outlet", "author"), [("Tessel Ferries", None), (None, "Ann Brandt")])
def test_the_first_person_speaks_where_it_is_known_whose_article_it_is(
    sentence: str, outlet: str | None, author: str | None
) -> None:
    for signed in (False, True):
        story = article("Ferry", sentence)
        index = Index(Analyser(Names(NAMES)))
        index.add(replace(story, outlet=outlet, author=author) if signed else story)
        excerpts = find_excerpts(index.slots("Ferry")[0], index)
        assert [excerpt.quote().text for excerpt in excerpts] == ([sentence] if signed else [])


# What is about the topic


def test_what_the_desk_is_about_comes_before_what_it_mentions() -> None:
    moon = article(
        "China and the moon",
        "China sent a probe with three sailors to the far side of the moon in May.",
        "China will build a harbour of basalt there before the decade is out.",
        kind="related",
    )
    main = [
        article("Steel", "Mills in Bergen sold China the steel for two hundred ships."),
        article("Rice", "The south bought from China whatever its terraces yielded."),
        article("Visas", "Students who visit China no longer need a visa in summer."),
        article("Opera", "A choir toured China and sang Verdi before six thousand guests."),
        article("Chess", "The young champion lost in China her crown after nine games."),
        article("Whales", "Biologists saw off China more grey whales than ever before."),
    ]
    points = view_of(moon, *main, WEATHER).digest("China").points
    assert len(points) == 6
    assert {point.article.kind for point in points} == {"main"}


def test_what_only_names_the_topic_in_passing_is_left_out_where_there_is_better() -> None:
    envoy = article("China and its envoy", "China sent an envoy to Geneva on Monday.")
    vineyards = article(
        "Vineyards", "Wine growers of the south had a good year, and sold some bottles to China."
    )
    harvest = article("Harvest", "China bought rice from the growers of the north.", kind="related")
    assert points_of("China", envoy, vineyards, harvest) == [envoy.paragraphs[0].text]
    assert points_of("China", vineyards) == [vineyards.paragraphs[0].text]


def test_a_hyphened_list_of_names_is_no_mention() -> None:
    forum = article("Forum", "Lavrov said the Russia-India-China forum must meet again in autumn.")
    visit = article("Visit", "A minister of China flew to Perm for three days of talks.")
    assert points_of("China", forum, visit) == [visit.paragraphs[0].text]
    assert points_of("Russia-India-China", forum, visit) == [forum.paragraphs[0].text]


def test_a_compound_stands_together() -> None:
    together = article(
        "Held", "The generals said that 4,500 US troops may leave the country in May."
    )
    separate = article("Apart", "Troops of the north were sent abroad, and the US has protested.")
    assert points_of("US troops", together, separate) == [together.paragraphs[0].text]


def test_a_topic_of_several_words_needs_them_all() -> None:
    dialogue = article("Both", "Lee said that he seeks a dialogue in good faith with North Korea.")
    launch = article("Name", "North Korea launched two rockets from its eastern coast on Friday.")
    meeting = article("Word", "The annual dialogue of ministers was held in Singapore on Friday.")
    assert points_of("dialogue with North Korea", dialogue, launch, meeting) == [
        dialogue.paragraphs[0].text
    ]


def test_a_topic_is_the_same_by_slug_title_alias_and_in_korean(seeds: View) -> None:
    digests = [seeds.digest(name) for name in ("north-korea", "North Korea", "DPRK", "북한")]
    assert {digest.topic for digest in digests} == {"north-korea"}
    assert len({tuple(texts(digest.points)) for digest in digests}) == 1
    assert 3 <= len(digests[0].points) <= 6


def test_any_text_is_a_topic(seeds: View) -> None:
    digest = seeds.digest("Kaesong Industrial Complex")
    assert digest.title == "Kaesong Industrial Complex"
    assert all("Kaesong" in point.text for point in digest.points)
    assert digest.points


@pytest.mark.parametrize(
    ("topic", "title", "statement"),
    [
        ("harbour dues", "Dues for ships to double", "Small boats pay nothing in the harbour."),
        ("Tessel's ferries", "The last ferries", "The port of Tessel lays up two ships in May."),
        ("barley record", "Record year for farms", "Growers brought in 900 tons of barley."),
    ],
)
def test_the_title_holds_words_of_a_free_text_for_its_statements(
    topic: str, title: str, statement: str
) -> None:
    bystander = article("Bystander", "Nobody in the valley heard of it for a year.")
    assert points_of(topic, article(title, statement), bystander) == [statement]
    assert points_of(topic, article("Elsewhere", statement), bystander) == []


@pytest.mark.parametrize(
    ("topic", "paragraph", "points"),
    [
        (
            "steel strike",
            "The strike began on Monday. Mills in Oslo made less steel since then.",
            ["The strike began on Monday.", "Mills in Oslo made less steel since then."],
        ),
        (
            "ferry subsidies",
            "The subsidies end next winter, and nobody will run the ferry.",
            ["The subsidies end next winter, and nobody will run the ferry."],
        ),
        ("ferry subsidies", "The ferry was late again, and the crew said nothing.", []),
    ],
)
def test_words_of_a_free_text_may_stand_apart_where_they_stand_nowhere_together(
    topic: str, paragraph: str, points: list[str]
) -> None:
    assert points_of(topic, article("Notes", paragraph)) == [
        point for point in points if len(point.split()) > 5
    ]


@pytest.mark.parametrize("topic", ["news", "Today", "latest news", "뉴스", "오늘"])
def test_the_news_are_everything(topic: str, seeds: View) -> None:
    assert seeds.digest(topic).points == seeds.digest("everything").points


def test_everything_is_not_one_thing_three_times() -> None:
    strike = [
        article("Steel strike in Oslo begins", "Mills in Oslo closed when the men walked out."),
        article("Steel strike in Oslo goes on", "The men at the mills held a vote in May."),
        article("Steel strike in Oslo costs millions", "The owners of the mills lost four ships."),
    ]
    others = [
        article("Barley", "Farmers in the valley brought in more grain than last year."),
        article("Opera", "A choir from Bergen sang Verdi before six thousand guests."),
        article("Chess", "The young champion lost her crown after nine games."),
        article("Whales", "Biologists saw more grey whales than ever before off the coast."),
        article("Ferry", "The last ferry left the harbour with two hundred people."),
    ]
    stories = [point.article for point in view_of(*strike, *others).digest("everything").points]
    assert len(stories) == 6
    assert len(set(strike) & set(stories)) == 1


@pytest.mark.parametrize(
    ("topic", "nearest"),
    [("bitcoin", []), ("semiconductor prices in chile", ["ai"]), ("taiwanese noodles", ["taiwan"])],
)
def test_a_topic_nobody_wrote_of_gives_no_points_but_the_topics_near_it(
    seeds: View, topic: str, nearest: list[str]
) -> None:
    assert [found.slug for found in seeds.topics.find_nearest(topic)] == nearest
    digest = seeds.digest("bitcoin")
    assert (digest.status, digest.points, digest.nearest_topics) == ("none", (), ())


@pytest.mark.parametrize("words", ["lee", "us", "tariffs", "trade", "North Korea"])
def test_a_subject_is_quoted_as_a_digest_would_and_a_larger_limit_goes_on(
    words: str, seeds: View
) -> None:
    subject = read_subject(seeds.topics.resolve(words), seeds.index.analyser)
    quotes = quote_subject(subject, seeds.index, 5)
    assert quote_subject(subject, seeds.index, 2) == quotes[:2]
    assert {quote.text for quote in quotes} <= set(texts(seeds.digest(words).points))
    assert quotes
    assert all(quote.marks and seeds.is_current(quote) for quote in quotes)


def test_points_are_whole_statements(seeds: View) -> None:
    for topic in seeds.topics.all():
        for point in seeds.digest(topic.slug).points:
            assert point.text.rstrip("\"'”’)")[-1] in ".!"
            assert not point.text.endswith("?")


@pytest.mark.parametrize(("stories", "limit"), [(1, 6), (2, 3), (3, 2), (5, 2)])
def test_a_story_gives_its_share_of_the_points(stories: int, limit: int) -> None:
    articles = [
        article(
            f"Steel of the {mill}",
            *(f"Steel went past {mill}quay{day} and {mill}hall{day} today." for day in range(8)),
        )
        for mill in ["north", "south", "east", "west", "old"][:stories]
    ]
    points = view_of(*articles, WEATHER).digest("steel").points
    counts = Counter(point.article.id for point in points)
    assert len(counts) == stories
    assert max(counts.values()) == limit


def test_no_story_of_many_gives_more_than_two_points(seeds: View) -> None:
    for topic in (*seeds.topics.all(), EVERYTHING):
        sources = seeds.digest(topic.slug).sources
        assert len(sources) < 3 or all(source.quote_count <= 2 for source in sources)


def test_a_fact_of_two_stories_is_one_point() -> None:
    wire = article("Wire", "The tariff on steel rose to 15% in March, officials said on Friday.")
    points = view_of(TRADE, wire, TALKS, WEATHER).digest("tariffs").points
    assert len([point for point in points if "15%" in point.text]) == 1
    assert [len(point.repeats) for point in points if "15%" in point.text] == [1]


def posted(digest: Digest) -> list[PostedQuote]:
    return [
        PostedQuote(point.article.id, point.paragraph, point.start, point.end, point.text)
        for point in digest.points
    ]


def test_what_a_channel_has_had_is_not_said_again_and_it_comes_to_an_end(seeds: View) -> None:
    already_posted: list[PostedQuote] = []
    for _ in range(100):
        digest = seeds.digest("russia", already_posted=already_posted)
        assert not {point.text for point in digest.points} & {
            quote.text for quote in already_posted
        }
        already_posted += posted(digest)
        if not digest.points:
            break
    assert not seeds.digest("russia", already_posted=already_posted).points
    assert already_posted


def test_a_paraphrase_of_what_was_had_is_nothing_new() -> None:
    already_posted = [
        PostedQuote("gone", 1, 0, 61, "The tariff on steel rose to 15% in March, officials said.")
    ]
    points = view_of(TRADE, TALKS, WEATHER).digest("tariffs", already_posted=already_posted).points
    assert not any("15%" in point.text for point in points)


def test_a_period_leaves_out_what_is_older_and_what_has_no_date() -> None:
    old = article("Old", "The tariff on steel was 10% for years.", published=date(2025, 1, 1))
    new = article("New", "The tariff on copper fell to nothing.", published=date(2025, 5, 2))
    undated = article(
        "Undated",
        "The tariff on zinc rose to a fifth.",
        added=datetime(2025, 6, 1, tzinfo=UTC),
    )
    view = view_of(old, new, undated, WEATHER)
    since_may = Selection(Period(datetime(2025, 5, 1, tzinfo=UTC), None))
    everything = view.digest("tariffs")
    assert {point.article.id for point in everything.points} == {"Old", "New", "Undated"}
    assert everything.selected is None
    for topic in ("tariffs", "everything"):
        digest = view.digest(topic, selection=since_may)
        assert {point.article.id for point in digest.points} == {"New"}
        assert digest.selected == Selected(since_may, article_count=1, undated_count=2)


def test_everything_spans_several_stories(seeds: View) -> None:
    digest = seeds.digest("everything")
    assert digest.title == "Everything"
    assert len(digest.sources) >= 3


@pytest.mark.parametrize("topic", ["", "  ", "the", "x" * 101])
def test_a_topic_that_cannot_be_searched_for_is_refused(seeds: View, topic: str) -> None:
    with pytest.raises(QuestionError):
        seeds.digest(topic)


# Nothing twice, and the order


def test_what_most_stories_report_comes_first_and_then_the_newest() -> None:
    old = article(
        "Old",
        "A tariff on copper, zinc, tin and lead fell to nothing when Oslo and Bergen met in May.",
        published=date(2024, 1, 1),
    )
    new = article("New", "Farmers wrote of a tariff on timber.", published=date(2025, 6, 1))
    fact = "The ministry said that the tariff on steel rose to 15% in March"
    first = article("First", f"{fact}.", published=date(2023, 1, 1))
    wire = article("Wire", f"{fact} on Friday.", published=date(2023, 1, 1))
    text = " ".join(texts(view_of(old, new, first, wire, WEATHER).digest("tariffs").points))
    assert text.index("steel") < text.index("timber") < text.index("copper")


def test_the_points_of_one_story_keep_its_order() -> None:
    story = article(
        "Timber",
        "A tariff on timber was announced.",
        "Sawyers, joiners, carpenters and coopers marched as the tariff took hold in Bergen.",
        "The tariff on timber, said the guild of Oslo, has cost nine thousand people their work.",
    )
    points = points_of("tariffs", story)
    assert len(points) > 1
    assert points == sorted(points, key=texts_of(story).index)


def test_paraphrases_of_one_fact_are_one_point_with_the_others_behind_it(seeds: View) -> None:
    (forum,) = [point for point in seeds.digest("russia").points if "Lavrov" in point.text]
    assert len(forum.repeats) == 2


def test_in_a_large_library_what_one_story_tells_is_still_no_padding() -> None:
    many = [
        article(f"Tariff {n}", f"The tariff on good number{n} rose to height{n} in town{n}.")
        for n in range(60)
    ]
    salt = article("Salt", "A tariff on salt was ended by Oslo, where bells rang and choirs sang.")
    assert salt.paragraphs[0].text in points_of("tariffs", *many, salt)


def test_a_channel_that_has_had_much_hears_what_came_today() -> None:
    fillers = [
        article(f"Tariff {n}", f"The tariff on good number{n} rose to height{n} in town{n}.")
        for n in range(130)
    ]
    today = article(
        "Today",
        "A tariff on salt was ended by Oslo, where bells rang, choirs sang and ships hooted.",
        added=datetime(2025, 6, 1, tzinfo=UTC),
    )
    view = view_of(*fillers, today)
    already_posted = posted(view.digest("tariffs"))
    assert "Today" not in {quote.article_id for quote in already_posted}
    assert "Today" in {
        point.article.id for point in view.digest("tariffs", already_posted=already_posted).points
    }


@given(
    st.lists(
        st.lists(
            st.sampled_from(("steel", "iron", "salt", "rose", "fell", "Oslo", "May")),
            min_size=6,
            max_size=12,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_two_points_are_one(sentences: list[list[str]]) -> None:
    index = Index(Analyser(Names(NAMES)))
    for number, words in enumerate(sentences):
        index.add(article(str(number), f"Minister {' '.join(words)} was there."))
    similarity = Similarity(index)
    candidates = [
        make_candidate(excerpt, 1.0)
        for slot in range(len(sentences))
        for excerpt in find_excerpts(slot, index)
    ]
    chosen = cover(candidates, [], similarity, 6)
    assert chosen or not candidates
    for first in chosen:
        for second in chosen:
            assert first is second or not similarity.is_same_point(
                first.main_content, second.main_content
            )
