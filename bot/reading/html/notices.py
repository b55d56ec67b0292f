"""Pages that stand in for the one asked for: challenges, errors, redirects, notices on cookies."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.resources import files

from lxml.html import HtmlElement

from bot.errors import ChallengeError
from bot.language import translatable
from bot.reading.html.blocks import Block, read_blocks
from bot.reading.pages.furniture import drop_quoted
from bot.reading.pages.lines import Look, count_words

# Words of what was read: a page with more is an article, whatever it is called.
_MAX_TITLED = 40  # with such a title alone
_MAX_TITLED_AND_PHRASED = 600  # if a part of it holds such phrases
_MIN_TITLED_SHARE = 0.2
_MAX_PHRASED = 300  # without such a title, if half of it does
_MIN_SHARE = 0.5
_MAX_REDIRECT = 50
_MAX_PHRASE_LINE = 60  # a longer paragraph that holds a phrase is a report about it
_MAX_DELAY = 10  # seconds: news sites reload themselves after minutes

_REASONS = {
    "challenge": translatable(
        "{where} showed a browser check instead of its text; try again later."
    ),
    "error": translatable("{where} showed an error page instead of its text; try again later."),
    "redirect": translatable("{where} only leads to another page; add that page's link instead."),
    "consent": translatable(
        "{where} shows a notice about cookies or consent instead of an article."
    ),
}
_BAR = re.compile(r"\s[-–—|:]\s|\s*[|｜»]\s*")
_REFRESH = re.compile(r"\s*(\d+)(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*['\"]?\s*(\S+)", re.IGNORECASE)
_NOTICE_MARKS = re.compile(
    r"cookie|consent|gdpr|dsgvo|onetrust|didomi|usercentrics|sp_message|cmp-|cmpbox|qc-cmp|"
    r"privacy-(?:banner|notice|popup)",
    re.IGNORECASE,
)
_ABOUT_CONSENT = re.compile(
    r"cookie|consent|einwilligung|zustimm|consentement|consentimiento|consentimento|consenso|"
    r"toestemming|쿠키|동의|クッキー|同意|隐私|隱私",
    re.IGNORECASE,
)
_NOTICE_TAGS = ("div", "section", "aside", "form", "dialog", "footer", "p", "ul")
_BOX_TAGS = ("div", "section", "aside", "form", "dialog", "footer")
_MAX_BOX = 2_000  # characters
_MIN_MENTIONS = 2
_MAX_WORDS_PER_MENTION = 20
_STORY_TAGS = ("article", "main", "h1")


def drop_notices(tree: HtmlElement) -> bool:
    """Remove the banners about cookies from the page; return whether there were any.

    A banner is marked as one, talks about cookies or consent, and neither is nor holds a story. One
    that is not marked talks of little else, and there is prose beside it.
    """
    banners = [
        element
        for element in tree.iter(*_NOTICE_TAGS)
        if _NOTICE_MARKS.search(f"{element.get('class', '')} {element.get('id', '')}")
        and _ABOUT_CONSENT.search(element.text_content())
        and _is_beside_story(element)
    ]
    for banner in banners:
        if banner.getparent() is not None:
            banner.drop_tree()
    return _drop_unmarked_notices(tree) or bool(banners)


def _drop_unmarked_notices(tree: HtmlElement) -> bool:
    """Remove the boxes that talk of cookies only, if prose is left; return whether it did."""
    boxes: list[HtmlElement] = []
    for element in reversed(list(tree.iter(*_BOX_TAGS))):  # the innermost first
        is_outer = any(element in box.iterancestors() for box in boxes)
        if not is_outer and _is_beside_story(element) and _talks_of_consent(element):
            boxes.append(element)
    for box in boxes:
        box.set("hidden", "")
    if not boxes or not any(block.line.look is Look.PROSE for block in read_blocks(tree)):
        for box in boxes:
            del box.attrib["hidden"]
        return False
    for box in boxes:
        box.drop_tree()
    return True


def _is_beside_story(element: HtmlElement) -> bool:
    is_within = next(element.iterancestors("article"), None) is not None
    return not is_within and next(element.iter(*_STORY_TAGS), None) is None


def _talks_of_consent(element: HtmlElement) -> bool:
    """Whether a box tells the reader about cookies and little else, as a short notice does."""
    text = " ".join(element.text_content().split())
    if len(text) > _MAX_BOX or not _holds_phrase(text, "consent"):
        return False
    mentions = len(_ABOUT_CONSENT.findall(text))
    return mentions >= _MIN_MENTIONS and count_words(text) <= mentions * _MAX_WORDS_PER_MENTION


def refuse_notice(
    tree: HtmlElement,
    blocks: Sequence[Block],
    titles: Iterable[str],
    texts: Sequence[str],
    where: str,
) -> None:
    """Raise ChallengeError, one sentence, where the page is no article but stands in for one.

    `titles` are its titles and headings, `texts` the paragraphs that were read from it. A long page
    is an article, and so is a short one that is not addressed to its reader in such words.
    """
    lines = texts or [block.text for block in blocks if not block.is_aside]
    words = [count_words(text) or 1 for text in lines]
    total = sum(words)
    for kind, reason in _REASONS.items():
        titled = any(_is_title(title, kind) for title in titles)
        named = titled or any(_has_title_part(title, kind) for title in titles)
        phrased = sum(
            count
            for text, count in zip(lines, words, strict=True)
            if count <= _MAX_PHRASE_LINE and _holds_phrase(text, kind)
        )
        share = phrased / total if total else 1.0
        if (
            (titled and total <= _MAX_TITLED)
            or (named and share >= _MIN_TITLED_SHARE and total <= _MAX_TITLED_AND_PHRASED)
            or (share >= _MIN_SHARE and 0 < total <= _MAX_PHRASED)
        ):
            raise ChallengeError(reason, where=where)
    if total <= _MAX_REDIRECT and _is_refreshed(tree):
        raise ChallengeError(_REASONS["redirect"], where=where)


def refuse_banner(where: str) -> None:
    """Raise ChallengeError for a page that holds nothing but a notice about cookies."""
    raise ChallengeError(_REASONS["consent"], where=where)


def _is_refreshed(tree: HtmlElement) -> bool:
    """Whether the page sends a browser to another one within seconds."""
    for element in tree.iter("meta"):
        if element.get("http-equiv", "").strip().lower() != "refresh":
            continue
        match = _REFRESH.match(element.get("content", ""))
        if match and next(element.iterancestors("noscript"), None) is None:
            with suppress(ValueError):
                return int(match[1]) <= _MAX_DELAY
    return False


@cache
def _load_notices() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(files(__package__).joinpath("notices.toml").read_text("utf-8"))


@cache
def _compile_phrases(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _load_notices()["phrases"][kind])))


def _holds_phrase(text: str, kind: str) -> bool:
    folded = drop_quoted(text).casefold().replace("’", "'")
    return _compile_phrases(kind).search(folded) is not None


def _is_title(title: str, kind: str) -> bool:
    """Whether the title is that of such a page."""
    bare = title.casefold().replace("’", "'").strip(" .…!?:|-–—")
    return bare in _load_notices()["titles"][kind]


def _has_title_part(title: str, kind: str) -> bool:
    """Whether a side of a bar or dash in the title is: the other may name the site."""
    return any(_is_title(part, kind) for part in _BAR.split(title))
