"""The tags of site generators in Markdown (Liquid, Jinja, Hugo), which no page shows."""

from __future__ import annotations

import re

# Code stays as it is, also where it is about tags.
_CODE = r"""
    (?P<code>
        ^[ ]{0,3}(?P<fence>`{3,}+|~{3,}+)[^\n]*+\n (?:.*\n)*? [ ]{0,3}(?P=fence)
        | (?<!`)(?P<ticks>`++) [^\n]{1,300}? (?<!`)(?P=ticks)(?!`)
        | ^(?:[ ]{4}|\t)[^\n]*
    )
"""
# A link's address that a page is made with: [cranes]({{ "/cranes/" | url }}).
_ADDRESS = r"(?P<address> (?<=\]\() [ ]? \{\{[^{}\n]{0,300}\}\} [^)\s]{0,300} )"
_TAG = r"""
    \{%-?\s*comment\s*-?%\} (?:[^{]|\{(?!%)){0,3000} \{%-?\s*endcomment\s*-?%\}
    | \{% (?:[^{%\n]++|\{(?!%)|%(?!\})|\n(?!\n)){0,100} %\}
    | \{\{[<%] (?:[^<>%{}\n]++|[<>%](?!\}\})|\n(?!\n)){0,100} [>%]\}\}
    | ^[ \t]*\{\{[^{}\n]{0,300}\}\}[ \t]*$
"""
_TAGS = re.compile(f"{_CODE} | {_ADDRESS} | {_TAG}", re.VERBOSE | re.MULTILINE)


def remove_template_tags(text: str) -> str:
    """Return a Markdown text without tags ({% … %}, {{< … >}}), comments in them, and values that
    are a line of their own; what stands between two tags stays.

    A value within a line, {{ … }}, stays: without it the sentence would be another one.
    """
    if "{%" not in text and "{{" not in text:
        return text
    return _TAGS.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    if match["code"]:
        return match["code"]
    return "#" if match["address"] else ""
