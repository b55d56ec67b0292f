"""A question with what it leaves out, filled in from what was asked before it."""

from __future__ import annotations

from typing import Final

from bot.briefing.follow_up import english, korean
from bot.text.names import Names
from bot.text.stems import has_hangul

# Between what was asked first and what was asked after it, in the heading of an answer.
SEPARATOR: Final = " · "


def is_follow_up(text: str, names: Names) -> bool:
    """Whether a text leaves out what must be read from the question before it, if there is one."""
    return _language(text).is_incomplete(_one_line(text), names)


def asks_for_more(text: str) -> bool:
    """Whether a follow-up asks for more than what was shown below the question before it."""
    return _language(text).asks_for_more(_one_line(text))


def resolve_follow_up(previous: str, text: str, names: Names) -> str | None:
    """Return the question that `text` asks after `previous`: with its pronoun, its person or all
    that it leaves out filled in. None for a text that stands alone, or that nothing in `previous`
    can complete."""
    previous, text = _one_line(previous), _one_line(text)
    if not previous or not is_follow_up(text, names):
        return None
    return _language(text).complete(previous, text, names)


def resolve_heading(heading: str, names: Names) -> str:
    """Return the question behind the heading of an answer, which may be what was asked first and
    what was asked after it, with SEPARATOR between them."""
    previous, separator, text = heading.rpartition(SEPARATOR)
    if not separator:
        return heading
    return resolve_follow_up(previous, text, names) or heading


def join_heading(heading: str, text: str, names: Names, *, limit: int) -> str:
    """Return the heading of an answer to `text`, asked below an answer with `heading`.

    It has two parts at most: of the third question on, the first part is what the two before it
    ask. Only `text` is left where it stands alone, or where either the heading or the question
    behind it were longer than `limit`.
    """
    previous = resolve_heading(_one_line(heading), names)
    text = _one_line(text)
    question = resolve_follow_up(previous, text, names)
    joined = f"{previous}{SEPARATOR}{text}"
    return text if question is None or max(len(question), len(joined)) > limit else joined


def _language(text: str) -> english.FollowUpReader | korean.FollowUpReader:
    return korean.READER if has_hangul(text) else english.READER


def _one_line(text: str) -> str:
    return " ".join(text.split())
