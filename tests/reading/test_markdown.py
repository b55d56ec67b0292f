"""Markdown, in a file that says so or in plain text: read as it is displayed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading.files import read_file
from bot.reading.pages.page import Story
from bot.reading.plain_text import is_markdown
from bot.reading.template_tags import remove_template_tags

TITLE = "Harbour of Harl gets a new crane"
LEDE = "The harbour of Harl gets a new crane in May, the port office said on Monday."
MORE = "The old crane has stood on the quay since 1931 and can lift four tons."
LAST = "Forty people came to see the drawing of it, said Ann Okafor of the office."


def read(text: str, name: str = "crane.txt") -> Story:
    (story,) = read_file(text.encode(), name=name)
    return story


def texts(text: str, name: str = "crane.txt") -> list[str]:
    return [paragraph.text for paragraph in read(text, name).paragraphs]


def body_of(*blocks: str) -> str:
    return "\n\n".join((f"# {TITLE}", *blocks))


CONSTRUCTS = [
    pytest.param(LEDE.replace("crane", "**crane**"), [LEDE], id="bold"),
    pytest.param(LEDE.replace("May", "*May*"), [LEDE], id="italic"),
    pytest.param(LEDE.replace("new crane", "__new__ _crane_"), [LEDE], id="underlines"),
    pytest.param(
        LEDE.replace("Harl", '[Harl](https://harl.example/a "Harl")'), [LEDE], id="a link"
    ),
    pytest.param(
        LEDE.replace("Harl", "[Harl][1]") + "\n\n[1]: https://harl.example",
        [LEDE],
        id="its address",
    ),
    pytest.param(LEDE.replace("Harl", "[Harl][the port]"), [LEDE], id="an address kept elsewhere"),
    pytest.param(LEDE.replace("Harl", "[Harl][]"), [LEDE], id="a name kept elsewhere"),
    pytest.param(
        LEDE.replace("new crane", "[new\ncrane][our\ncranes]"), [LEDE], id="kept, over a line end"
    ),
    pytest.param("![The crane](crane.jpg)\n\n" + LEDE, [LEDE], id="a picture"),
    pytest.param(
        "![](/crane.jpg)\n*Photo: Ann Okafor*\n\n" + LEDE, [LEDE], id="a picture with its credit"
    ),
    pytest.param(f"> {LEDE}\n>\n> {MORE}", [LEDE, MORE], id="a quotation"),
    pytest.param(f"- {LEDE}\n- {MORE}", [LEDE, MORE], id="a list of dashes"),
    pytest.param(f"* {LEDE}\n* {MORE}", [LEDE, MORE], id="a list of asterisks"),
    pytest.param(f"1. {LEDE}\n2. {MORE}", [LEDE, MORE], id="a numbered list"),
    pytest.param(f"{LEDE}\n\n* * *\n\n{MORE}", [LEDE, MORE], id="a rule"),
    pytest.param(LEDE.replace(" in ", "\nin "), [LEDE], id="a line end in a paragraph"),
    pytest.param(LEDE.replace("crane", "`crane`"), [LEDE], id="code in a line"),
    pytest.param(
        f"{LEDE}\n\nRun this to lift it:\n\n```sh\ncrane up\ncrane --down\n```\n\n{MORE}",
        [LEDE, "Run this to lift it:", "crane up", "crane --down", MORE],
        id="lines of code",
    ),
    pytest.param(
        f"{LEDE}\n\n| Year | Lifted |\n|------|-------:|\n| 1931 | 4 tons of coal |\n\n{MORE}",
        [LEDE, "Year | Lifted", "1931 | 4 tons of coal", MORE],
        id="a table",
    ),
    pytest.param(
        f"{LEDE}[^1] {MORE}[^b]\n\n[^1]: See the paper of Harl.\n[^b]: Page 4.",
        [f"{LEDE} {MORE}"],
        id="notes",
    ),
    pytest.param(LEDE.replace("crane", r"cr\*ane\_"), [LEDE.replace("crane", "cr*ane_")], id="\\"),
]


@pytest.mark.parametrize(("markdown", "expected"), CONSTRUCTS)
@pytest.mark.parametrize("name", ["crane.md", "crane.txt"])
def test_markdown_is_read_as_it_shows(markdown: str, expected: list[str], name: str) -> None:
    text = body_of(markdown, LAST)
    story = read(text, name)
    assert story.title == TITLE
    assert read(text.replace("\n", "\r\n"), name) == story
    assert [paragraph.text for paragraph in story.paragraphs] == [*expected, LAST]


@pytest.mark.parametrize(
    "heading", [f"# {TITLE}", f"# {TITLE} #", f"{TITLE}\n====", f"# **{TITLE}**", f"## {TITLE}"]
)
def test_headings_are_the_title_and_stand_over_their_paragraphs(heading: str) -> None:
    story = read(f"{heading}\n\n{LEDE}\n\n## The old crane\n\n{MORE}\n\n### The day\n\n{LAST}")
    assert story.title == TITLE
    headings = [paragraph.heading for paragraph in story.paragraphs]
    assert headings == [None, "The old crane", "The day"]


def test_the_first_heading_of_the_first_level_is_the_title() -> None:
    assert read(f"## Harbour news\n\n# {TITLE}\n\n{LEDE}\n\n{MORE}").title == TITLE


@pytest.mark.parametrize("byline", ["By Ann Okafor", "*By Ann Okafor*", "**By Ann Okafor**"])
def test_without_headings_the_line_that_looks_like_one_is_the_title(byline: str) -> None:
    story = read(
        f"{TITLE}\n\n{byline}\n\nMay 4, 2025\n\n{LEDE}\n\n[Harl](https://e.example) {MORE}"
    )
    assert (story.title, story.author, story.published) == (TITLE, "Ann Okafor", date(2025, 5, 4))
    assert story.paragraphs[0].text == LEDE


FRONT_MATTER = [
    pytest.param(f"title: {TITLE}\nauthor: Ann Okafor\ndate: 2025-05-04", id="plain"),
    pytest.param(
        f'title: "{TITLE}"\nauthors:\n  - Ann Okafor\ndate: 2025-05-04T10:30:00\ntags: [a, b]',
        id="quoted, with lists",
    ),
    pytest.param(
        f"layout: post\nTitle: '{TITLE}'\nauthor:\n  name: Ann Okafor\n  mail: a@harl.example\n"
        "published: May 4, 2025\ntags:\n- sea\n- port\n# a note\ndraft: false",
        id="nested, with other fields",
    ),
    pytest.param(f"title: {TITLE}\nauthor: [ Ann Okafor ]\npubDate: 2025/05/04", id="in brackets"),
    pytest.param(
        f'title: "{TITLE.replace(" gets", chr(10) + "gets")}"\nauthor: Ann Okafor\n'
        'excerpt: "\nIt can \\"lift\\" four tons.\n\nNote: not yet."\ndate: 2025-05-04',
        id="quoted over several lines",
    ),
    pytest.param(
        f"excerpt: 'tis new\ntitle: '{TITLE}'\nauthor: Ann Okafor\ndate: 2025-05-04",
        id="an apostrophe that opens no quotation",
    ),
]


@pytest.mark.parametrize("fields", FRONT_MATTER)
@pytest.mark.parametrize("name", ["crane.md", "crane.txt"])
def test_front_matter_states_title_author_and_date(fields: str, name: str) -> None:
    story = read(f"---\n{fields}\n---\n\n{LEDE}\n\n{MORE}\n", name)
    assert (story.title, story.author, story.published) == (TITLE, "Ann Okafor", date(2025, 5, 4))
    assert [paragraph.text for paragraph in story.paragraphs] == [LEDE, MORE]


TAGS = [
    pytest.param("{% assign day = 'Monday' %}\n{% include map.html %}\n\n" + LEDE, id="on lines"),
    pytest.param(LEDE.replace(",", "{% include note.html n=1 %},"), id="within a line"),
    pytest.param('{% image "/c.png"\n   "At 50% of its height" %}\n\n' + LEDE, id="over two lines"),
    pytest.param(f"{{%- if may -%}}\n{LEDE}\n{{%- endif -%}}", id="around a paragraph"),
    pytest.param(LEDE.replace("crane", '[crane]({{ "/crane/" | url }})'), id="an address"),
    pytest.param(LEDE.replace("crane", "[crane]({{ site.root }}/crane)"), id="half an address"),
    pytest.param('![The crane]({{ "/crane.png" | url }})\n\n' + LEDE, id="a picture"),
    pytest.param('{{< figure src="crane.png" >}}\n\n{{% note %}}\n' + LEDE, id="shortcodes"),
    pytest.param('![The crane]({{< ref "c.png" >}})\n\n' + LEDE, id="a picture by its reference"),
    pytest.param("{% comment %} Ask Ann\nof it. {% endcomment %}\n\n" + LEDE, id="a comment"),
    pytest.param(f"{{{{ content }}}}\n\n{LEDE}", id="a value on its line"),
]


@pytest.mark.parametrize("text", TAGS)
def test_tags_of_site_generators_are_no_text(text: str) -> None:
    assert texts(f"# {TITLE}\n\n{text}\n\n{MORE}", "crane.md") == [LEDE, MORE]


def test_tags_in_code_and_values_in_sentences_stay() -> None:
    code = "{% if crane %}"
    body = f"{LEDE}\n\nWrite `{code}` first.\n\n```\n{code}\n```\n\n    {code}\n\nAt {{{{ day }}}}."
    lines = ["Write {% if crane %} first.", code, code, "At {{ day }}."]
    assert texts(f"# {TITLE}\n\n{body}", "crane.md") == [LEDE, *lines]


@given(st.text(alphabet="[]\\a1 `\n*", max_size=60))
def test_addresses_kept_elsewhere_add_nothing(text: str) -> None:
    assert "#" not in " ".join(texts(f"{body_of(LEDE)}\n\n{text}\n\n```\n[a][b]", "crane.md"))


@given(st.text(alphabet="{%}<>` \n-a", max_size=300))
def test_any_braces_are_read(text: str) -> None:
    removed = remove_template_tags(text)
    assert remove_template_tags(text.replace("{", "")) == text.replace("{", "")
    assert len(removed) <= len(text)


@pytest.mark.parametrize("text", ["{%", "{{< ", "`", "```\n", "{% comment", "]({{", "{\n"])
def test_tags_that_nothing_ends_are_looked_for_in_time(text: str) -> None:
    repeated = text * (100_000 // len(text))
    assert remove_template_tags(repeated) == repeated  # the time limit of tests is the measure


TOML = [
    pytest.param(f"title = '{TITLE}'\nauthors = ['Ann Okafor']\ndate = 2025-05-04", id="a date"),
    pytest.param(
        f'title = "{TITLE}"\ndate = 2025-05-04T10:30:00Z\ndraft = false\n\n[extra]\n'
        'author = "Ann Okafor"\ntitle = "short"\nlinks = [{ to = "sea" }]',
        id="a time and tables",
    ),
    pytest.param(
        f'path = "2025/05/04/crane"\ntitle = """{TITLE}"""\nauthor = "Ann Okafor" # of Harl',
        id="the day in the path",
    ),
]


@pytest.mark.parametrize("fields", TOML)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_front_matter_may_be_toml(fields: str, line_end: str) -> None:
    story = read(f"+++\n{fields}\n+++\n\n{LEDE}\n\n{MORE}\n".replace("\n", line_end))
    assert (story.title, story.author, story.published) == (TITLE, "Ann Okafor", date(2025, 5, 4))
    assert [paragraph.text for paragraph in story.paragraphs] == [LEDE, MORE]


@pytest.mark.parametrize(
    ("place", "day"),
    [
        ("permalink: /news/2025/05/04/crane/", date(2025, 5, 4)),
        ("slug: 2025-05-04-crane", date(2025, 5, 4)),
        ("url: https://harl.example/2025/05/crane", None),
        ("slug: crane-2025-05-0412", None),
        ("path: 2025/13/40/crane", None),
    ],
)
def test_without_a_date_the_address_may_tell_the_day(place: str, day: date | None) -> None:
    story = read(f"---\ntitle: {TITLE}\n{place}\n---\n\n{LEDE}\n\n{MORE}")
    assert story.published == day


@pytest.mark.parametrize(
    ("name", "text", "day"),
    [
        ("2025-05-04-crane.md", f"# {TITLE}\n\n{LEDE}", date(2025, 5, 4)),
        ("2025-05-04 crane.txt", f"{TITLE}\n\n{LEDE}\n\n{MORE}", date(2025, 5, 4)),
        ("2025-05-04.md", f"---\ndate: 2025-05-01\n---\n\n{LEDE}", date(2025, 5, 1)),
        ("crane-2025-05-04.md", LEDE, None),
        ("2025-13-40-crane.md", LEDE, None),
        ("2025-05-0412.md", LEDE, None),
    ],
)
def test_a_day_that_opens_the_name_of_a_file_counts_where_the_text_states_none(
    name: str, text: str, day: date | None
) -> None:
    assert read(text, name).published == day


@pytest.mark.parametrize("day", ["03/04/2025", "soon", "", "2025-13-40"])
def test_a_day_that_front_matter_does_not_tell_is_not_known(day: str) -> None:
    story = read(f"---\ntitle: {TITLE}\ndate: {day}\nlastmod: 2025-06-01\n---\n\n{LEDE}\n\n{MORE}")
    assert (story.title, story.author, story.published) == (TITLE, None, None)


PLAIN = [
    pytest.param(LEDE.replace("tons", "tons*") + " * Without the hook.", id="one asterisk"),
    pytest.param(f"- {MORE}\n- {LEDE}", id="dashes"),
    pytest.param(f"* {MORE}\n* {LEDE}", id="asterisks"),
    pytest.param(f"1. {MORE}\n2. {LEDE}", id="numbers"),
    pytest.param(f"> {MORE}\n> {LEDE}", id="a mail that is answered"),
    pytest.param(f"#harbour #crane\n{LEDE}", id="tags of a post"),
    pytest.param(f"#1 in Harl\n{LEDE}", id="a rank"),
    pytest.param(f"{LEDE}\n---\n{MORE}", id="a rule"),
    pytest.param(f"---\n{LEDE}\n---\n{MORE}", id="rules around a text"),
    pytest.param(f"+++\n{LEDE}\n+++\n{MORE}", id="plus signs around a text"),
    pytest.param(f"{LEDE} [1] (see https://harl.example) {MORE}", id="a note and an address"),
    pytest.param("The d**n crane and the f*** hook * stay, he said on Monday.", id="a mild oath"),
    pytest.param("Five * four * three is sixty, and 2**3**2 is 512, he said.", id="sums"),
    pytest.param("The files crane_old_plan and __init__ stay on the disk of the port.", id="names"),
    pytest.param("~~~~~~~~\nThe letter of the harbour of Harl is here.\n~~~~~~~~", id="waves"),
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_is_no_markdown(text: str) -> None:
    assert not is_markdown(text)
    assert not is_markdown(f"{TITLE}\n\n{text}\n\n{LAST}")


@given(st.text(alphabet="*_`#[]()!>-|:=~ \nab.A1", max_size=60))
def test_any_text_is_read_one_way_or_the_other(text: str) -> None:
    for name in ("a.txt", "a.md"):
        for paragraph in read(f"{text}\n\n{LEDE}\n\n{MORE}", name).paragraphs:
            assert paragraph.text.strip()
