"""The characters that turn the direction of text, as the bidirectional algorithm reads them."""

from __future__ import annotations

import re

_EMBEDDINGS = "\u202a\u202b\u202d\u202e"
_POP = "\u202c"
_ISOLATES = "\u2066\u2067\u2068"
_POP_ISOLATE = "\u2069"
_FIRST_STRONG_ISOLATE = "\u2068"
_CONTROLS = re.compile(f"[{_EMBEDDINGS}{_POP}{_ISOLATES}{_POP_ISOLATE}]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


def remove_controls(text: str) -> str:
    """Return `text` without what turns the direction of the text after it. Marks, which turn
    nothing but themselves, stay."""
    return _CONTROLS.sub("", text)


def isolate(text: str) -> str:
    """Return `text` so that its direction does not move what stands beside it: Arabic and Hebrew
    are isolated, other scripts need nothing."""
    return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" if _RIGHT_TO_LEFT.search(text) else text


def find_closing_controls(line: str) -> str:
    """Return what ends the embeddings and isolates that `line` opens and leaves open, "" mostly."""
    closing: list[str] = []
    for control in _CONTROLS.findall(line):
        if control in _EMBEDDINGS:
            closing.append(_POP)
        elif control in _ISOLATES:
            closing.append(_POP_ISOLATE)
        elif control == _POP and closing[-1:] == [_POP]:
            closing.pop()
        elif control == _POP_ISOLATE and _POP_ISOLATE in closing:
            while closing.pop() != _POP_ISOLATE:
                pass
    return "".join(reversed(closing))
