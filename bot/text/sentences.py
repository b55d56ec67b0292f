"""A paragraph split into sentences: quotations and abbreviations whole, no character changed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files

import sentencex

from bot.model import Span
from bot.text.lazy import lazy_pattern
from bot.text.quotations import find_quotations
from bot.text.stems import has_hangul

# A piece of so few words that opens in lower case is a slip of the pen ("at the heart. of it
# all."), not a sentence.
_MAX_SLIP_WORDS = 3

_WEEKDAYS = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day\b|\.)"
_MONTHS = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_ZONES = (
    r"(?:GMT|UTC|BST|CES?T|EES?T|WES?T|IST|JST|KST|MSK|SGT|HKT|[ECMPA][SD]?T|AK[SD]T|HS?T|A[CEW][SD]T"
    r"|NZ[SD]T)\b|(?:Eastern|Central|Mountain|Pacific|Atlantic|Alaskan?|Hawaii)\b"
    r"|(?:[A-Z][\w’'-]+ ){1,3}(?:[Ss]tandard |[Dd]aylight |[Ss]ummer )?[Tt]ime\b"
)
# A day opens a sentence only where a verb follows it: "Monday is a holiday."
_VERB_FOLLOWS = r"(?! (?:is|was|will|would|has|had|may|brings|brought|marks|marked|saw)\b)"
_CLOCK = re.compile(r"\b[ap]\. ?m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    rf"{_ZONES}|{_WEEKDAYS}{_VERB_FOLLOWS}|{_MONTHS} \d|\d{{1,2}} {_MONTHS}"
    r"|[/–—-]|\((?:\d|[A-Z]{2}|local)"
)
_WEEKDAY = re.compile(rf"\b{_WEEKDAYS}$")
_AFTER_WEEKDAY = re.compile(rf"{_MONTHS} \d|\d")

# German ordinals: "am 3. Mai", "das 20. Jahrhundert"; and the dates of Korean, "2024. 3. 5.".
_ORDINAL = re.compile(
    r"\b(?:der|die|das|de[mns]|vom|zu[mr]|i[mn]|beim|seit|bis|ab|ein(?:e[mnrs]?)?) \d{1,3}\.$"
    r"|(?<!\bI )\bam \d{1,2}\.$",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b\d{1,2}\.$")
_AFTER_DAY = re.compile(
    r"(?:Januar|Jänner|Februar|März|Mai|Juni|Juli|Oktober|Dezember|Jahrhunderts?)\b"
)
_DATE = re.compile(r"\b\d{4}\. ?(?:\d{1,2}\. ?){0,2}$")
_AFTER_DATE = lazy_pattern(r"[가-힣]|\d{1,2}\.")

_LAST_TOKEN = re.compile(r"[^\s(\[“\"‘']+(?=\.$)")
_VOWEL = re.compile(r"[aeiouyäöüáéíóúàèаеёиоуыэюя]", re.IGNORECASE)
_YEAR = re.compile(r"\d{3,}")
_ROMAN = re.compile(r"[IVXL]+")
_NO_WORD = re.compile(r"[\W\d_]*|[a-zA-Z]\W*")
_NO_LETTER = re.compile(r"[\W_]*")
_WRITTEN_SMALL = re.compile(r"[a-zà-öø-ÿа-яё]+(?![A-Z\w])")
_SMALL_WORD = re.compile(r"[a-zà-öø-ÿа-яё]+[\s,;]")  # not crates.io

# “Will we go?” Ann Lee asked.
_QUOTED_END = re.compile(r"[?!][”\"’'»]+$")
_SPEAKER = lazy_pattern(
    r"(?:[A-Z][\w.’'-]* ){1,4}(?:said|says|asked|asks|told|wrote|writes|cried|shouted|added|replied"
    r"|answered|wondered|exclaimed|joked|recalled|tweeted)\b"
)
_CLOSING = re.compile(r"[”\"’'»」』]$")
_PARTICLE = lazy_pattern(r"[가-힣ぁ-ゟァ-ヿ一-鿿]")
# “간다.” 라고 말했다: what careless Korean writes apart opens no sentence.
_STRAY_PARTICLE = lazy_pattern(
    r"(?:이?라(?:고도?|고는|며|면서|는|던|는데)|[고며면]|고도|면서|[냐자다](?:고|며|는)|라|등"
    r"|[을를은는의에로]|으로|하고|와|과)(?![가-힣])"
)

# Where sentences end that sentencex keeps together, as it pairs apostrophes and mixed marks: after
# a word that is no abbreviation, outside quotations and brackets.
_END = re.compile(
    r"(?P<word>[^\W\d_]+|\d+%?)?(?P<stop> ?\.{3}| ?…|[.!?])(?P<marks>[”\"’'»)\]]*)"
    r"(?:\[[\w ?]+\])*\s+(?=(?P<next>[“\"„«‘(\[]?[A-ZÀ-Þ]\w*))"
)
# What all of these have, looked for first, as it is found in a tenth of the time.
_MAY_END = re.compile(r"[.!?…][”\"’'»)\]]*(?:\[[\w ?]+\])*\s+[“\"„«‘(\[]?[A-ZÀ-Þ]")
# Discord shows no longer text, and comparing words in pairs would take seconds. The longest
# sentence of the seeds and of bench's pages has fewer characters by far.
MAX_SENTENCE = 3_000
# Characters that are split at once. sentencex holds all threads up meanwhile, and takes time by the
# square of quotation marks: 8 ms for 5,000 of them, 2 s for 80,000.
_WINDOW = 5_000
_OVERLAP = 1_000  # so many are split again with what follows: a quotation may be left open there
_OPENING_MARKS = '“"„«‘'
_SHORT_CAPITALISED = 5  # letters of an abbreviation in capitals: Mich., Calif.


@cache
def _load_abbreviations() -> dict[str, frozenset[str]]:
    text = files("bot.text").joinpath("abbreviations.toml").read_text("utf-8")
    return {name: frozenset(words.split()) for name, words in tomllib.loads(text).items()}


def split_sentences(text: str, asides: Iterable[Span] = ()) -> tuple[Span, ...]:
    """Return the sentences of `text` in order, without the white space around them.

    `asides` are spans that belong to no sentence, such as a caption in the middle of a paragraph;
    the text before and after each is split separately. sentencex keeps what stands between
    quotation marks together. What runs on for more than MAX_SENTENCE is none.
    """
    sentences: list[Span] = []
    start = 0
    for aside in (*sorted(asides), Span(len(text), len(text))):
        sentences.extend(_split_range(text, start, aside.start))
        start = max(start, aside.end)
    return tuple(span for span in sentences if span.end - span.start <= MAX_SENTENCE)


def _split_range(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the sentences of a range, which is split in windows: the last sentences of each open
    the next, and one that is longer than a window is yielded whole."""
    pending: Span | None = None
    while start < end:
        window_end = min(start + _WINDOW, end)
        sentences = list(_split_window(text, start, window_end))
        if pending:
            last_end = sentences[0].end if sentences else pending.end
            sentences[:1] = [Span(pending.start, last_end)]
            pending = None
        if window_end == end or not sentences:
            start = window_end
        else:
            limit = window_end - _OVERLAP
            whole = [sentence for sentence in sentences[:-1] if sentence.start <= limit]
            following = sentences[len(whole)]
            if following.start > start:
                start = following.start
            else:
                start = text.rfind(" ", start + 1, window_end) + 1 or window_end
                pending = following
            sentences = whole
        yield from sentences
    if pending:
        yield pending


def _split_window(text: str, start: int, end: int) -> Iterator[Span]:
    pending: Span | None = None
    quoted = _find_korean_quotations(text, start, end)
    for span in _find_pieces(text, start, end):
        is_in_quotation = any(quotation.start < span.start < quotation.end for quotation in quoted)
        if pending and (is_in_quotation or _continues(text, pending, span)):
            pending = Span(pending.start, span.end)
            continue
        if pending:
            yield pending
        pending = span
    if pending:
        yield pending


def _find_korean_quotations(text: str, start: int, end: int) -> Sequence[Span]:
    """Return the closed quotations of a Korean range, where single marks are never apostrophes and
    sentencex cuts between them; none in other scripts."""
    if not has_hangul(text):
        return ()
    return [
        Span(quotation.span.start + start, quotation.span.end + start)
        for quotation in find_quotations(text[start:end])
        if not quotation.is_open
    ]


def _find_pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what sentencex takes for sentences, cut where they hold several."""

    @cache  # found once for all pieces, and only where a piece may hold several sentences
    def quotations() -> Sequence[Span]:
        spans = (quotation.span for quotation in find_quotations(text[start:end]))
        return [Span(span.start + start, span.end + start) for span in spans]

    for boundary in sentencex.get_sentence_boundaries("en", _mask_inches(text[start:end])):
        first, last = start + boundary["start_index"], start + boundary["end_index"]
        for cut in (*_find_missed_ends(text, first, last, quotations), last):
            piece = text[first:cut]
            if piece.strip():
                stripped = first + len(piece) - len(piece.lstrip())
                yield Span(stripped, stripped + len(piece.strip()))
            first = cut


def _mask_inches(text: str) -> str:
    """Return `text` with other characters for the marks of inches (5" pipe), which sentencex would
    pair with quotation marks. Within a straight quotation a mark closes it."""
    if '"' not in text:
        return text
    characters = list(text)
    is_open = False
    for mark in re.finditer('"', text):
        if not is_open and text[mark.start() - 1 : mark.start()].isdecimal():
            characters[mark.start()] = "″"
        else:
            is_open = not is_open
    return "".join(characters)


def _find_missed_ends(
    text: str, first: int, last: int, quotations: Callable[[], Sequence[Span]]
) -> Sequence[int]:
    """Return where sentences end within the piece from `first` to `last` of a range of `text`,
    whose `quotations` are looked for only if needed."""
    if not _MAY_END.search(text, first, last):
        return ()
    matches = [match for match in _END.finditer(text, first, last) if _may_end(match)]
    if not matches:
        return ()
    ends = []
    for match in matches:
        at = match.end("marks")
        before = text[first:at]
        in_quotation = any(span.start < at < span.end for span in quotations())
        in_brackets = before.count("(") > before.count(")") or before.count("[") > before.count("]")
        if not in_quotation and not in_brackets:
            ends.append(match.end())
    return ends


def _may_end(match: re.Match[str]) -> bool:
    """Whether a stop ends a sentence, as far as the words before and after it tell."""
    word, following, abbreviations = match["word"], match["next"], _load_abbreviations()
    if "..." in match["stop"] or "…" in match["stop"]:
        return following in abbreviations["openers"]
    if match["stop"] != "." or match["marks"]:
        return True
    if not word or word[0].isdecimal() or _is_abbreviation(word):
        return False
    if len(word) == 1:
        return False
    return following[0] in _OPENING_MARKS or word.islower() or len(word) > _SHORT_CAPITALISED


def _is_abbreviation(word: str) -> bool:
    return any(word in words for name, words in _load_abbreviations().items() if name != "openers")


def _continues(text: str, pending: Span, following: Span) -> bool:
    """Whether the piece `following` belongs to the sentence that the one before it began."""
    before, after = text[slice(*pending)], text[slice(*following)]
    is_small = bool(_WRITTEN_SMALL.match(after))
    if is_small and len(after.split()) <= _MAX_SLIP_WORDS:
        return True
    if _NO_WORD.fullmatch(before) or _NO_LETTER.fullmatch(after):
        return True
    if pending.end == following.start and _CLOSING.search(before):
        return is_small or bool(_PARTICLE.match(after))
    if _CLOSING.search(before) and _STRAY_PARTICLE.match(after):
        return True
    if _QUOTED_END.search(before):
        return bool(_SPEAKER.match(after))
    if before[-1] in "!?":  # of a name, such as Jeopardy!; where all is in small letters, an end
        return bool(_SMALL_WORD.match(after)) and not before[0].islower()
    return before.endswith(".") and (
        _is_in_date(before, after) or _follows_abbreviation(before, after, is_small)
    )


def _is_in_date(before: str, after: str) -> bool:
    """Whether the stop of `before` is that of an hour, a day or an ordinal that goes on."""
    # What is quickly told comes first: what follows is looked at where it begins alone.
    if not before[-2:-1].isdecimal():
        return bool(
            (_AFTER_CLOCK.match(after) and _CLOCK.search(before))
            or (_AFTER_WEEKDAY.match(after) and _WEEKDAY.search(before))
        )
    return bool(
        _ORDINAL.search(before)
        or (_AFTER_DAY.match(after) and _DAY.search(before))
        or (_AFTER_DATE.match(after) and _DATE.search(before))
    )


def _follows_abbreviation(before: str, after: str, is_small: bool) -> bool:
    """Whether the stop of `before` is that of an abbreviation that does not end its sentence."""
    token = _LAST_TOKEN.search(before.rsplit(maxsplit=1)[-1])  # in a whole sentence it takes long
    if not token:
        return False
    word, abbreviations = token.group(), _load_abbreviations()
    if word in abbreviations["before_anything"]:
        return True
    if is_small:
        return (
            _is_abbreviation(word)
            or (not _VOWEL.search(word) and not _YEAR.fullmatch(word))
            or "." in word
            or bool(_ROMAN.fullmatch(word))
        )
    return (after[0].isdecimal() and word in abbreviations["before_figures"]) or (
        after[0].isupper()
        and word in abbreviations["before_names"]
        and after.split(maxsplit=1)[0] not in abbreviations["openers"]
    )
