"""Articles of several pages: which pages say that they continue, and what is no paragraph there."""

from __future__ import annotations

import pytest

from bot.reading.html.story import read_html
from bot.reading.pages.page import read_page
from tests.support.pages import BODY, TITLE, page, paragraphs

URL = "https://news.example/ferry"


def continues(foot: str, url: str = URL) -> bool:
    story = read_html(page(paragraphs(*BODY), foot).encode(), url=url)
    assert [paragraph.text for paragraph in story.paragraphs] == list(BODY)
    return story.has_next_page


@pytest.mark.parametrize(
    "line",
    ["Page 1 of 2", "Seite 2 von 3", "Page 1 sur 4", "Página 1 de 2", "Pagina 1 di 2",
     "1ページ / 3ページ", "第1页，共3页", "第1頁（共2頁）", "1/2페이지", "(Page 1/2)"],
)  # fmt: skip
def test_the_number_of_a_page_is_no_paragraph_and_says_that_others_follow(line: str) -> None:
    assert continues(f"<p>{line}</p>")
    assert continues(f"<div class=pager><span>{line}</span></div>")
    [story] = read_page("\n\n".join((TITLE, *BODY, line)))
    assert story.has_next_page
    assert [paragraph.text for paragraph in story.paragraphs] == list(BODY)


@pytest.mark.parametrize(
    "line", ["Page 2 of 2", "Seite 3 von 3", "Page 7", "第3页，共3页", "2/2페이지"]
)
def test_the_last_page_says_that_none_follows(line: str) -> None:
    assert not continues(f"<p>{line}</p>")


def test_a_print_of_all_pages_is_whole() -> None:
    print_ = "\n\n".join((TITLE, *BODY[:2], "Page 1 of 2", *BODY[2:], "Page 2 of 2"))
    assert not read_page(print_)[0].has_next_page


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (URL, '<nav><a href="/ferry">1</a> <a href="/ferry/2">2</a></nav>'),
        (URL, '<p><a rel="next" href="?page=2">The boats</a></p>'),
        (URL, '<p><a href="/ferry?page=2#top">Next page »</a></p>'),
        (URL, '<p><a href="/ferry/page/2/">Nächste Seite</a></p>'),
        (f"{URL}.html", '<p><a href="ferry-2.html">Page suivante</a></p>'),
        (f"{URL}?page=2", '<p><a href="?page=3">다음 페이지</a></p>'),
        (f"{URL}/seite-3", '<p><a href="/ferry/seite-4">Weiter</a></p>'),
        (URL, '<link rel="next" href="https://www.news.example/ferry?page=2">'),
    ],
)
def test_a_link_to_the_next_page_of_the_article_says_so(url: str, link: str) -> None:
    assert continues(link, url)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        (URL, '<p><a rel="next" href="/pier-2">Next article</a></p>'),
        (URL, '<link rel="next" href="/another-ferry">'),
        (URL, '<div id="comments"><h3>Comments</h3><a href="/ferry?page=2">2</a></div>'),
        (URL, '<p><a href="/ferry?page=2">3</a></p>'),
        (URL, '<p><a href="#2">2</a></p>'),
        (f"{URL}/2", '<p><a href="/ferry">1</a> <a href="/ferry/2">2</a></p>'),
        ("https://news.example/?p=12", '<p><a rel="next" href="/?p=13">Next</a></p>'),
        ("https://news.example/2026/03/05", '<p><a rel="next" href="/2026/03/06">Next</a></p>'),
    ],
)
def test_another_article_or_a_page_of_comments_is_no_next_page(url: str, link: str) -> None:
    assert not continues(link, url)


@pytest.mark.parametrize(
    "line",
    [
        "You have 2 free articles left this month.",
        "Register for free to keep reading.",
        "Get unlimited access to every story from 1 crown a week.",
        "Il vous reste 60 % de cet article à lire. La suite est réservée aux abonnés.",
        "Dieser Beitrag ist nur mit einem Abo lesbar.",
        "Questo articolo è riservato agli abbonati.",
        "Dit artikel is alleen voor abonnees te lezen.",
        "이 기사는 구독자만 볼 수 있습니다.",
        "この記事は会員限定です。残り1,200文字",
        "本文为付费内容，订阅后可继续阅读。",
        "Continued on page 2",
        "Weiter auf Seite 2",
    ],
)
def test_what_a_paywall_says_is_no_paragraph(line: str) -> None:
    assert not continues(f"<div><p>{line}</p></div>")
    [story] = read_page("\n\n".join((TITLE, *BODY, line)))
    assert [paragraph.text for paragraph in story.paragraphs] == list(BODY)


@pytest.mark.parametrize(
    "sentence",
    [
        "Page 1 of the report lists the nine boats that are too old to sail.",
        "The pages of the paper are free to read for subscribers of the line.",
        "Next to the page, the clerk wrote the name of the boat in red ink.",
    ],
)
def test_a_sentence_about_pages_is_one(sentence: str) -> None:
    html = page(paragraphs(*BODY, sentence))
    assert read_html(html.encode(), url=URL).paragraphs[-1].text == sentence
