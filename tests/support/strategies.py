"""Hypothesis strategies for what the bot shows: hostile texts, articles, quotes, comparisons."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from bot.briefing.verify import MAX_TEXT_LENGTH
from bot.model import Article, Comparison, Paragraph, Quote, Span, Topic, Verification

FEWER_EXAMPLES = settings(max_examples=15)  # each of these builds and checks whole messages

# Texts that have slipped through Discord bots before, to be mixed with any others.
TRAPS = (
    "@everyone @here <@1> <@&2> <#3> </ask:4> <t:0:R> <id:guide> <:emoji:5> <a:emoji:6> :smile:",
    "# heading\n## heading\n-# small\n- list\n+ list\n1. one\n2) two\n> quote\n>>> all\n=== ---",
    "[label](https://example.com/a_b_c) https://example.com/*a*_b_ <https://a.example> a@b.example",
    "**bold** __under__ ~~struck~~ ||spoiler|| `code` ```py\nblock``` _it_ \\* \\\\ &amp; &#42;",
    "ends with a backslash \\",
    "line\rline\r\nline\n\n\nline  \nline\u2028line\x0bline",
    "[broken\nlabel](https://example.com)",
    "한국 정부는 “균형”을 말했다. 🇰🇷👩‍👩‍👧",
)
texts = st.text() | st.sampled_from(TRAPS) | st.lists(st.sampled_from(TRAPS)).map("".join)
long_texts = texts | st.builds(lambda text, n: (text or "x") * n, texts, st.integers(1, 60))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Articles of one paragraph, with hostile texts everywhere."""
    return Article(
        id=draw(st.text("0123456789abcdef", min_size=12, max_size=12)),
        title=draw(long_texts),
        paragraphs=(Paragraph(draw(long_texts.filter(bool))),),
        source="a.txt",
        kind=draw(st.sampled_from(["main", "related"])),
        outlet=draw(st.none() | long_texts),
        url=draw(st.none() | long_texts | texts.map("https://example.com/".__add__)),
        published=draw(st.none() | st.dates()),
    )


@st.composite
def quotes(draw: st.DrawFn, also: bool = True) -> Quote:
    """Quotes with any marks; with `also`, some have repeats and accounts that differ."""
    article = draw(articles())
    text = article.paragraphs[0].text
    start = draw(st.integers(0, len(text) - 1))
    end = draw(st.integers(start + 1, len(text)))
    places = st.integers(-1, end - start + 1)
    return Quote(
        article,
        paragraph=1,
        start=start,
        end=end,
        text=text[start:end],
        marks=tuple(Span(*pair) for pair in draw(st.lists(st.tuples(places, places), max_size=6))),
        repeats=tuple(draw(st.lists(quotes(also=False), max_size=5))) if also else (),
        differs=tuple(draw(st.lists(comparisons(), max_size=1))) if also else (),
    )


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    """Quotes with any spans of what differs."""
    quote = draw(quotes(also=False))
    spans = st.lists(st.builds(Span, st.integers(0, 400), st.integers(0, 400)), max_size=4)
    return Comparison(quote, tuple(draw(spans)), tuple(draw(spans)))


verifications = st.builds(
    Verification,
    text=long_texts.filter(bool).map(lambda text: text[:MAX_TEXT_LENGTH]),
    status=st.sampled_from(["exact", "near"]),
    matches=st.lists(comparisons(), min_size=1, max_size=5).map(tuple),
)


topics = st.builds(
    Topic,
    slug=long_texts.filter(bool),
    title=long_texts.filter(bool),
    aliases=st.lists(texts).map(tuple),
)
