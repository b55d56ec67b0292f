"""The front matter of a Markdown text: fields between two lines of dashes."""

from __future__ import annotations

import re
from collections.abc import Mapping

_MAX_FRONT_MATTER = 60  # lines
_FRONT_MATTER_EDGE = re.compile(r"-{3}\s*")
_FIELD = re.compile(r"(\w[\w -]{0,30}):(?:\s+(.*))?")


def split_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Return the fields between two lines of three dashes at the start of `text`, in lower case,
    and the text below them. The items of a list are joined by commas."""
    lines = text.lstrip("\ufeff").splitlines()
    edges = [
        n for n, line in enumerate(lines[:_MAX_FRONT_MATTER]) if _FRONT_MATTER_EDGE.fullmatch(line)
    ][:2]
    if len(edges) < 2 or edges[0] != 0:
        return {}, text
    fields: dict[str, list[str]] = {}
    name = ""
    for line in lines[1 : edges[1]]:
        content = line.strip()
        if not content or content.startswith("#"):
            continue
        if match := _FIELD.fullmatch(line.rstrip()):
            name = match[1].casefold().replace(" ", "")
            fields[name] = _values(match[2] or "")
        elif name and (line[0].isspace() or content.startswith("- ")):
            item = content.removeprefix("- ").strip()
            named = _FIELD.fullmatch(item)
            if named is None or named[1].casefold() == "name":
                fields[name] += _values(named[2] or "" if named else item)
        else:
            return {}, text
    return {name: ", ".join(values) for name, values in fields.items()}, "\n".join(
        lines[edges[1] + 1 :]
    )


def _values(text: str) -> list[str]:
    """Return the value of a field, or those of a list in brackets, without quotation marks."""
    text = text.strip()
    items = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    bare = (item.strip() for item in items)
    values = (item[1:-1] if item[:1] in "\"'" and item[-1:] == item[:1] else item for item in bare)
    return [value for value in values if value and value not in (">", ">-", "|", "|-")]
