"""The front matter of a Markdown text: its fields in YAML or TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

_MAX_FRONT_MATTER = 60  # lines
# A field whose value opens with a quotation mark and has no other that ends it.
_OPEN_QUOTATION = re.compile(r"\w[\w -]{0,30}:\s+(?:\"(?:[^\"\\]|\\.)*\\?|'(?:[^']|'')*)")
_FIELD = re.compile(r"(\w[\w -]{0,30}):(?:\s+(.*))?")


def split_front_matter(text: str) -> tuple[Mapping[str, str], str]:
    """Return the fields at the start of `text`, between two lines of three dashes (YAML) or of
    three plus signs (TOML), in lower case, and the text below them. The items of a list are joined
    by commas."""
    edge, *lines = text.lstrip("\ufeff").split("\n")
    read = _FORMATS.get(edge.strip())
    if read is None:
        return {}, text
    stripped = [line.strip() for line in lines[: _MAX_FRONT_MATTER - 1]]
    if edge.strip() not in stripped:
        return {}, text
    end = stripped.index(edge.strip())
    fields = read(lines[:end])
    if not fields:
        return {}, text
    return {name: ", ".join(values) for name, values in fields.items()}, "\n".join(lines[end + 1 :])


def _read_yaml(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the values of each field; none where a line is neither a field nor an item of one."""
    fields: dict[str, list[str]] = {}
    name = ""
    for line in _join_quoted(lines):
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
            return {}
    return fields


def _join_quoted(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, each whose quoted value goes on below with those up to its end as one."""
    opened: list[str] = []
    for line in lines:
        if _FIELD.fullmatch(line) and line[0].islower():  # 'tis no quotation that was open
            yield from opened
            opened = []
        opened.append(line)
        joined = " ".join(filter(None, map(str.strip, opened)))
        if not _OPEN_QUOTATION.fullmatch(joined):
            yield joined if len(opened) > 1 else line
            opened = []
    yield from opened


def _values(text: str) -> list[str]:
    """Return the value of a field, or those of a list in brackets, without quotation marks."""
    text = text.strip()
    items = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    bare = (item.strip() for item in items)
    values = map(_unquote, bare)
    return [value for value in values if value and value not in (">", ">-", "|", "|-")]


def _unquote(item: str) -> str:
    """Return a value without its quotation marks, and what is escaped between them as it is."""
    mark, inner = item[:1], item[1:-1]
    if len(item) < 2 or mark not in ('"', "'") or item[-1] != mark:
        return item
    return inner.replace("''", "'") if mark == "'" else re.sub(r"\\([\"\\/])", r"\1", inner)


def _read_toml(lines: Sequence[str]) -> dict[str, list[str]]:
    """Return the values of each field, those of tables such as [extra] where no field outside one
    has the name; none where it is not TOML."""
    try:
        stated = tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return {}
    fields: dict[str, list[str]] = {}
    tables = [value for value in stated.values() if isinstance(value, dict)]
    for table in (stated, *tables):
        for name, value in table.items():
            items = value if isinstance(value, list) else [value]
            texts = [
                item.isoformat() if isinstance(item, date) else str(item)
                for item in items
                if not isinstance(item, dict | list)
            ]
            fields.setdefault(name.casefold(), texts)
    return fields


_FORMATS = {"---": _read_yaml, "+++": _read_toml}
