"""From a digest to the stored brief and back: each attempt sends the same, or what stands of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.model import Article, Brief, Comparison, Digest, Paragraph, PostLook, Quote, Span
from bot.schedule.brief import brief_of, summary_of
from bot.store.delivery.briefs import brief_from, stored_brief

MONDAY = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)


def story(name: str, text: str) -> Article:
    return Article(name, name, (Paragraph(text),), "a.txt")


def whole(article: Article) -> Quote:
    text = article.paragraphs[0].text
    return Quote(article, 1, 0, len(text), text)


TWELVE, FIFTEEN, MANY = (
    story(name, f"The blast in Harrow killed {name} people.") for name in ("12", "15", "many")
)
ARTICLES = {article.id: article for article in (TWELVE, FIFTEEN, MANY)}
WORDS = (Span(27, 29),)
DIGEST = Digest(
    "harrow",
    "Harrow",
    (
        replace(
            whole(FIFTEEN),
            marks=(Span(4, 9),),
            repeats=(whole(MANY),),
            differs=(Comparison(whole(TWELVE), WORDS, WORDS, posted_at=MONDAY),),
        ),
    ),
    new_stories=("15",),
    titles=(("ko", "써레"),),
)


def through_json(brief: Brief) -> Brief:
    return brief_from(json.loads(json.dumps(stored_brief(brief))))


def sent(brief: Brief, articles: Mapping[str, Article] = ARTICLES) -> Digest:
    return summary_of(brief, articles.get).digest


def test_what_is_stored_comes_back_with_what_it_contradicts_and_when_that_was_said() -> None:
    assert sent(through_json(brief_of(DIGEST))) == DIGEST


def test_a_brief_keeps_its_look() -> None:
    look = PostLook("thread", True, "Kite news", role_id=1 << 60, tag_id=7, is_first=True)
    assert through_json(replace(brief_of(DIGEST), look=look)).look == look


def test_a_brief_that_an_earlier_version_stored_keeps_its_form() -> None:
    stored: dict[str, Any] = json.loads(json.dumps(stored_brief(brief_of(DIGEST))))
    del stored["look"]
    assert brief_from({**stored, "form": "post"}).look == PostLook("post")


def test_nothing_is_new_is_not_the_same_as_not_known() -> None:
    for known in ((), None):
        digest = replace(DIGEST, new_stories=known)
        assert sent(through_json(brief_of(digest))).new_stories == known


def test_a_brief_of_an_earlier_version_is_still_read() -> None:
    stored: dict[str, Any] = json.loads(json.dumps(stored_brief(brief_of(DIGEST))))
    del stored["new_stories"], stored["look"], stored["composed_at"]
    for point in stored["points"]:
        del point["differs"]
        for quote in (point["quote"], *point["also"]):
            del quote["posted_at"]
    [point] = DIGEST.points
    plain = replace(DIGEST, points=(replace(point, differs=()),), new_stories=None)
    assert sent(brief_from(stored)) == plain


def test_an_earlier_quote_that_stands_no_more_falls_alone() -> None:
    left = {name: article for name, article in ARTICLES.items() if name != "12"}
    summary = summary_of(brief_of(DIGEST), left.get)
    [point] = DIGEST.points
    assert summary.digest.points == (replace(point, differs=()),)
    assert [place.article_id for place in summary.dropped] == ["12"]


def test_with_a_point_falls_what_differs_from_it() -> None:
    left = {name: article for name, article in ARTICLES.items() if name != "15"}
    summary = summary_of(brief_of(DIGEST), left.get)
    assert summary.digest.points == ()
    assert [place.article_id for place in summary.dropped] == ["15"]
