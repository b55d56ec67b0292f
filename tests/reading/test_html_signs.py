"""Who wrote a page and when, as its elements mark it, and pages that stand in for an article."""

from __future__ import annotations

from datetime import date

import pytest

from bot.errors import ChallengeError
from bot.reading.html.story import read_html
from bot.reading.pages.page import Story
from tests.support.pages import BODY, TITLE, URL, page, paragraphs

CHROME = "<nav>" + "".join(f"<p>Section {n}</p>" for n in range(40)) + "</nav>"


def read(text: str) -> Story:
    return read_html(text.encode(), url=URL)


def ld_json(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


@pytest.mark.parametrize(
    ("head", "byline"),
    [
        (ld_json('{"@graph": [{"@type": "Article", "author": {"@id": "#p"}}, '
                 '{"@type": "Person", "@id": "#p", "name": "Runa Holt"}]}'), ""),
        (ld_json('{"@graph": [{"@type": "WebPage", "author": [{"@id": "#p"}]}, '
                 '{"@id": "#p", "name": "Runa Holt"}]}'), ""),
        ('<meta name="twitter:label1" content="Verfasst von">'
         '<meta name="twitter:data1" content="Runa Holt">', ""),
        ("", '<a rel="author" href="/x">Runa Holt</a>'),
        ("", '<span itemprop="author"><i itemprop="name">Runa Holt</i></span>'),
        ("", '<p class="entry-byline">Von Runa Holt | 3. Mai 2026</p>'),
        ("", '<p>Words <a href="/authors/runa">Runa Holt</a></p>'),
    ],
)  # fmt: skip
def test_the_author_is_found_by_references_links_properties_and_classes(
    head: str, byline: str
) -> None:
    assert read(page(byline, paragraphs(*BODY), head=head)).author == "Runa Holt"


@pytest.mark.parametrize(
    "name", ["Linda Holt", "Gustav Ek", "Ludwig von Berg", "Maria da Rocha", "Teodora de Boer"]
)
@pytest.mark.parametrize("mark", ["<p class=byline>By {}</p>", "<span itemprop=author>{}</span>"])
def test_a_name_that_holds_the_word_by_in_some_language_is_whole(mark: str, name: str) -> None:
    story = read(page(mark.format(name), paragraphs(*BODY)))
    assert story.author == name
    assert [paragraph.text for paragraph in story.paragraphs] == list(BODY)


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("Di Livia Conte", "Livia Conte"),
        ("Door Anna Vos", "Anna Vos"),
        ("Av Runa Holt", "Runa Holt"),
        ("Przez Ewa Lis", "Ewa Lis"),
        ("Text: Runa Holt", "Runa Holt"),
        ("Autorin: Runa Holt", "Runa Holt"),
        ("記者 艾達／山谷報導", "艾達"),
        ("本报记者 艾达", "艾达"),
        ("文・谷花子", "谷花子"),
    ],
)
def test_a_byline_without_a_mark_is_no_paragraph(byline: str, author: str) -> None:
    story = read(page(f"<p>{byline}</p>", paragraphs(*BODY)))
    assert story.author == author
    assert [paragraph.text for paragraph in story.paragraphs] == list(BODY)


@pytest.mark.parametrize(
    "heading", ["Da Roma a Milano", "Di che cosa si parla", "Door to the north", "Text of the law"]
)
def test_a_heading_that_begins_as_a_byline_does_is_one(heading: str) -> None:
    story = read(page(f"<p>{BODY[0]}</p><h2>{heading}</h2>", paragraphs(*BODY[1:])))
    assert story.paragraphs[1].heading == heading
    assert story.author is None


@pytest.mark.parametrize("name", ["Runa Holt", "editor7", "The Desk"])
def test_an_author_that_a_full_page_does_not_show_is_not_known(name: str) -> None:
    head = f'<meta name="author" content="{name}">'
    assert read(page(paragraphs(*BODY), CHROME, head=head)).author is None
    shown = f"<p class=byline>By {name}</p>"
    if " " in name:
        assert read(page(shown, paragraphs(*BODY), CHROME, head=head)).author == name


@pytest.mark.parametrize(
    "mark",
    [
        '<time datetime="2026-05-03T08:00:00+02:00">3. Mai</time>',
        "<p>3. Mai 2026</p>",
        "<p>03.05.2026</p>",
        "<p>2026년 5월 3일</p>",
        "<p>Publié le 3 mai 2026</p>",
    ],
)
def test_the_day_is_found_in_elements_and_lines(mark: str) -> None:
    assert read(page(mark, paragraphs(*BODY))).published == date(2026, 5, 3)


@pytest.mark.parametrize(
    "mark",
    [
        '<p class="updated">Updated: <time datetime="2026-05-03">May 3</time></p>',
        '<meta property="article:modified_time" content="2026-05-03T08:00:00Z">',
        "<p>Available until 3 May 2026</p>",
    ],
)
def test_a_day_of_change_is_not_that_of_publication(mark: str) -> None:
    text = page(mark, paragraphs(*BODY))
    assert read_html(text.encode(), url="https://news.example/ferry").published is None


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        (TITLE, f"{TITLE}｜Island Post"),
        (TITLE, f"{TITLE} · Island Post"),
        (f"<span class=kicker>Islands</span> {TITLE}", TITLE),
        ("", f"Island Post: {TITLE}".replace(": ", " - ")),
    ],
)
def test_the_title_is_the_headline_without_kicker_and_site(heading: str, title: str) -> None:
    text = page(paragraphs(*BODY), head='<meta property="og:site_name" content="Island Post">')
    text = text.replace(f"<h1>{TITLE}</h1>", f"<h1>{heading}</h1>" if heading else "")
    text = text.replace(f"<title>{TITLE} | Island Post</title>", f"<title>{title}</title>")
    assert read(text).title == TITLE


@pytest.mark.parametrize(
    ("site", "title", "headline"),
    [
        ("Valley Post", "The lock opens again：Valley Post", "The lock opens again"),
        ("Valley Post", "Valley Post：The lock opens again", "The lock opens again"),
        ("골짜기신문", "갑문을 다시 연다：골짜기신문", "갑문을 다시 연다"),
        ("", "갑문을 다시 연다 · 골짜기신문", "갑문을 다시 연다"),
        ("", "水門を再び開く：谷間新聞", "水門を再び開く"),
        ("", "船閘重新開放：山谷日報", "船閘重新開放"),
        ("", "船闸重新开放｜山谷晚报", "船闸重新开放"),
        ("", "市長：「船閘十分安全」", "市長：「船閘十分安全」"),
        ("", "市长：船闸今天重新开放", "市长：船闸今天重新开放"),
    ],
)
def test_a_site_s_name_beside_a_wide_mark_is_no_part_of_the_title(
    site: str, title: str, headline: str
) -> None:
    head = f'<meta property="og:site_name" content="{site}">' if site else ""
    text = page(paragraphs(*BODY), head=f'{head}<meta property="og:title" content="{title}">')
    text = text.replace(f"<h1>{TITLE}</h1>", "")
    assert read(text.replace(f"{TITLE} | Island Post", title)).title == headline


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        (
            "<p>(다솔=연합뉴스) 이나루 기자 = 다솔시는 낡은 부두를 닫는다고 26일 밝혔다.</p>",
            "이나루",
        ),
        ("<p>이나루·박하늘 기자</p>", "이나루, 박하늘"),
        ('<div class="byline">이나루·박하늘 기자 naru@post.example</div>', "이나루, 박하늘"),
        ("<p>이나루 선임기자 · 박하늘 인턴기자</p>", "이나루, 박하늘"),
        ("<p>글·사진 이나루 기자</p>", "이나루"),
        ("<p>다솔=이나루 특파원</p>", "이나루"),
        ("<span>기자명 이나루</span>", "이나루"),
        ("<p>입력 2026.03.05 10:20 | 이나루 기자</p>", "이나루"),
        ("<p>사진=이나루 기자</p>", None),
        ("<p>자료 사진 이나루 기자</p>", None),
    ],
)
def test_korean_bylines_name_the_reporters(byline: str, author: str | None) -> None:
    body = ("시는 나무 말뚝 40개를 새로 박고 바닥을 고칠 계획이라고 설명했다.",
            "상인들은 임대료를 낮춰 달라고 요청했고 시는 이달 말까지 답하기로 했다.")  # fmt: skip
    assert read(page(byline, paragraphs(*body))).author == author


STAND_INS = [
    ("Just a moment...", "Checking your browser before you enter the site of the harbour."),
    ("Robot check", "Verify you are human by completing the action below."),
    ("Access Denied", "You don't have permission to access this page on this server."),
    ("Page not found", "The page you are looking for has sailed away."),
    ("Seite nicht gefunden", "Die gesuchte Seite gibt es hier leider nicht mehr."),
    ("You are being redirected...", "If you are not redirected soon, follow the link."),
    ("Robot or human?", "Activate and hold the button to confirm that you’re human."),
    ("Island Post", "This story is not available in your region."),
    ("Island Post", "Cet article n’est pas disponible dans votre pays."),
    ("잠시만 기다리십시오…", "사람인지 확인하고 있습니다."),
    ("ページが見つかりません", "お探しのページは移動しました。"),
    ("Before you continue", "We use cookies and data to deliver and maintain our services."),
]


@pytest.mark.parametrize(("title", "text"), STAND_INS)
def test_a_page_that_stands_in_for_an_article_is_refused(title: str, text: str) -> None:
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body>"
    with pytest.raises(ChallengeError):
        read(html)


def test_a_page_that_only_refreshes_to_another_is_refused() -> None:
    head = '<meta http-equiv="refresh" content="0; url=https://news.example/new">'
    with pytest.raises(ChallengeError):
        read(f"<html><head>{head}</head><body><p>The new address is here now.</p></body></html>")
    assert read(page(paragraphs(*BODY), head=head)).title == TITLE


@pytest.mark.parametrize(
    "title",
    ["Access denied to the harbour for a second week", "Page not found: a town without a map",
     "Robots learn to verify that you are human", "Access denied – press kept out of the port"],
)  # fmt: skip
def test_an_article_about_such_pages_is_read(title: str) -> None:
    about = "A sign that reads “Access denied” hangs there, and visitors are asked to verify it."
    story = read(page(paragraphs(about, *BODY), title=title))
    assert story.title == title
    assert story.paragraphs[0].text == about


@pytest.mark.parametrize("mark", ["class='cookie-banner'", "id=onetrust-box", "class=consent"])
def test_a_short_article_wins_over_the_cookie_notice_beside_it(mark: str) -> None:
    notice = "We use cookies to remember you, to count visits, and to show you what you may like."
    banner = f"<div {mark}><h2>Cookies</h2>{paragraphs(notice, notice + ' ' + notice)}</div>"
    main = f"<main><h1>{TITLE}</h1><p>{BODY[0]}</p></main>"
    story = read(f"<html><head><title>{TITLE}</title></head><body>{banner}{main}</body></html>")
    assert [paragraph.text for paragraph in story.paragraphs] == [BODY[0]]
    with pytest.raises(ChallengeError):
        read(f"<html><body>{banner}</body></html>")


_NOTICES = {
    "de": "Wir verwenden Cookies, um Besuche zu zählen. Ihre Einwilligung zu Cookies können Sie "
    "jederzeit ändern. Mehr über Cookies lesen Sie in den Hinweisen.",
    "fr": "Nous utilisons des cookies pour compter les visites. Votre consentement vaut un an. "
    "Vous pouvez refuser les cookies à tout moment.",
    "ko": "이 사이트는 방문 수를 세기 위해 쿠키를 사용합니다. 언제든지 동의를 바꿀 수 있고, "
    "쿠키는 일 년 동안 남습니다.",
    "ja": "当サイトはクッキーを使用して訪問数を数えています。同意はいつでも変更でき、"
    "クッキーは一年残ります。",
}


@pytest.mark.parametrize("language", _NOTICES)
@pytest.mark.parametrize("box", ["<div role=dialog>{}</div>", "<section><div>{}</div></section>"])
def test_a_short_article_wins_over_a_notice_that_nothing_marks(box: str, language: str) -> None:
    notice = box.format(f"<h2>Cookies</h2><p>{_NOTICES[language]}</p><button>OK</button>")
    main = f"<div><h1>{TITLE}</h1><p>{BODY[0]}</p></div>"
    for order in (notice + main, main + notice):
        story = read(f"<html><head><title>{TITLE}</title></head><body>{order}</body></html>")
        assert [paragraph.text for paragraph in story.paragraphs] == [BODY[0]]
    with pytest.raises(ChallengeError):
        read(f"<html><body>{notice}</body></html>")


@pytest.mark.parametrize(
    "text",
    [
        "The site of the town says “we use cookies” on every page, and some find that too much.",
        "“By clicking here you agree to our cookies”, the page of the harbour said until May.",
        'A sign with "Subscribe to our newsletter" hangs over the counter of the fish hall.',
    ],
)
def test_a_report_on_such_words_is_read(text: str) -> None:
    about = "A cookie is kept for two years, the clerk said, and consent is asked for only once."
    body = f"<div class=text>{paragraphs(text, about)}</div>"
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{body}</body></html>"
    assert [paragraph.text for paragraph in read(html).paragraphs] == [text, about]
