"""Repair the XML of a feed before it is parsed: one wrong character costs itself, not the feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from html.entities import html5
from typing import Final

from bot.reading.decoding import drop_forbidden, repair_references

# What may stand before the first element of an XML text.
PROLOG: Final = r"""\ufeff?(?>\s*(?:
    <\?.*?\?>
    |<!--.*?-->
    |<!DOCTYPE(?:[^>\["']|"[^"]*"|'[^']*')*+
        (?:\[(?:[^\]"'<]|"[^"]*"|'[^']*'|<!--.*?-->|<\?.*?\?>|<)*+\]\s*)?>
))*+\s*"""

_PROLOG = re.compile(PROLOG, re.IGNORECASE | re.DOTALL | re.VERBOSE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_DECLARATION = re.compile(r"<!ENTITY\s+([\w.:-]+)\s+(?:\"([^\"]*)\"|'([^']*)')\s*>", re.IGNORECASE)
_REFERENCE = re.compile(
    # Text in which a reference means nothing; to the end where it is not closed.
    r"(?P<verbatim><!--(?:.*?-->|.*)|<!\[CDATA\[(?:.*?\]\]>|.*)|<\?(?:.*?\?>|.*))"
    r"|(?P<number>&\#(?:[0-9]+|[xX][0-9a-fA-F]+);)|&(?P<name>[a-zA-Z][\w.-]*);|&",
    re.DOTALL,
)
# An address in the text of a link, which feedparser leaves for one in an attribute.
_LINK_TEXT = re.compile(r"<link\s[^<>]*[^<>/]>\s*(https?://[^<>\s]+)\s*</link>", re.IGNORECASE)
_PREDEFINED = ("amp", "lt", "gt", "quot", "apos")  # in every XML text
_MAX_ENTITY = 10_000  # characters that one entity may stand for
_MAX_GROWTH = 1_000_000  # characters by which all entities may lengthen a feed


class UnsafeEntitiesError(ValueError):
    """The entities that a text declares would make it far longer than it is."""


def repair_xml(text: str) -> str:
    """Return the XML `text` without its prolog and with only what a strict parser reads.

    The named characters of HTML and the entities that the prolog declares are replaced by what they
    stand for, other names are text, and characters that XML forbids are left out. No external
    entity is read. Raises UnsafeEntitiesError.
    """
    prolog = _PROLOG.match(text)
    start = prolog.end() if prolog else 0
    entities = _read_declarations(text[:start])
    text = _Resolver(entities, _MAX_GROWTH).resolve(drop_forbidden(text[start:]))
    return _LINK_TEXT.sub(r"<link>\1</link>", text)


def _read_declarations(prolog: str) -> Mapping[str, str]:
    """Return what each entity stands for; one may refer to those declared before it."""
    entities: dict[str, str] = {}
    for name, *values in _DECLARATION.findall(_COMMENT.sub("", prolog)):
        if name not in _PREDEFINED:
            resolver = _Resolver(entities, _MAX_ENTITY)
            entities.setdefault(name, resolver.resolve(drop_forbidden("".join(values))))
    return entities


class _Resolver:
    """Replaces references to entities, as long as a text grows by no more than `max_growth`."""

    def __init__(self, entities: Mapping[str, str], max_growth: int) -> None:
        self._entities = entities
        self._room = max_growth

    def resolve(self, text: str) -> str:
        """Return `text` with its references resolved or made text."""
        return _REFERENCE.sub(self._replace, text)

    def _replace(self, match: re.Match[str]) -> str:
        if match["verbatim"]:
            return match[0]
        if match["number"]:
            return repair_references(match[0])
        name = match["name"]
        if name is None:
            return "&amp;"
        if name in _PREDEFINED:
            return match[0]
        if name in self._entities:
            self._room -= len(self._entities[name])
            if self._room < 0:
                raise UnsafeEntitiesError
            return self._entities[name]
        character = html5.get(f"{name};")
        return escape(character, quote=True) if character else f"&amp;{name};"
