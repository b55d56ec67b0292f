"""What a page states of its article in JSON-LD, with references between its nodes resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

_LD_JSON = "application/ld+json"
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report)$")
_PAGE_TYPE = re.compile(r"(?:WebPage|Recipe|Review|HowTo)$")
_NESTED_KEYS = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The first article that a page says it is, the page's own node, and all nodes by their id."""

    article: Mapping[str, Any]
    page: Mapping[str, Any]
    nodes: Mapping[str, Mapping[str, Any]]

    def read_names(self, *keys: str) -> list[Any]:
        """Return the values that the article, or else the page, has under the first of `keys`.

        Each is a name, or nothing of use; a node stands for its name, a reference for its node.
        """
        values = (node.get(key) for node in (self.article, self.page) for key in keys)
        named = ([self._read_name(item) for item in as_list(value)] for value in values)
        return next(filter(any, named), [])

    def _read_name(self, value: Any) -> Any:
        if isinstance(value, dict):
            node = value if "name" in value else self.nodes.get(str(value.get("@id")), {})
            return next(iter(as_list(node.get("name"))), None)
        node = self.nodes.get(value, {}) if isinstance(value, str) else {}
        return node.get("name", value)


def read_linked_data(tree: HtmlElement) -> LinkedData:
    """Return what the page's JSON-LD states; articles that it only links to do not count."""
    nodes = list(_find_nodes(tree))
    by_id: dict[str, Mapping[str, Any]] = {}
    for node in nodes:
        if isinstance(node.get("@id"), str) and "name" in node:
            by_id.setdefault(node["@id"], node)
    return LinkedData(
        next((node for node in nodes if _has_type(node, _ARTICLE_TYPE)), {}),
        next((node for node in nodes if _has_type(node, _PAGE_TYPE)), {}),
        by_id,
    )


def _find_nodes(tree: HtmlElement) -> Iterator[Mapping[str, Any]]:
    for script in tree.iter("script"):
        if script.get("type", "").split(";")[0].strip().lower() != _LD_JSON:
            continue
        queue: list[Any] = []
        with suppress(ValueError, RecursionError):
            queue.append(json.loads(script.text or "", strict=False))
        for value in queue:  # grows as it is read
            if isinstance(value, list):
                queue.extend(value)
            elif isinstance(value, dict):
                yield value
                queue.extend(value[key] for key in _NESTED_KEYS if key in value)


def _has_type(node: Mapping[str, Any], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(str(kind)) for kind in as_list(node.get("@type")))


def as_list(value: Any) -> list[Any]:
    """Return a list as it is, anything else as the one item of a list."""
    return value if isinstance(value, list) else [value]
