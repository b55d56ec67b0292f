"""Whether what is said in a server that chose Korean is Korean, and nothing of ours English."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from simcord import InteractionResult
from simcord.actors import MemberActor

from bot.model import Article, Paragraph
from tests.support.discord_rules import walk
from tests.support.simulation import MONDAY, SEOUL, TEASERS, TOPICS

# What one person said over some days: enough for pages of it, and for a chart.
HARBOUR = tuple(
    Article(
        f"harbour{number}",
        f"Harbour report {number}",
        (Paragraph(f"“{said},” said Mayor Jane Roe of the harbour on that day in Tessel."),),
        "harbour.txt",
        outlet="The Example",
        published=date(2026, 2, 10 + number),
        added_at=MONDAY,
    )
    for number, said in enumerate(
        (
            "Our ferries will sail again before the winter storms return",
            "Nobody who works on the docks is going to lose a job",
            "The new lighthouse costs four million and will be worth it",
            "We asked the ministry for engineers, and not for promises",
            "Fishing boats may leave at dawn as they always did",
            "A second bridge would ruin the view and the budget alike",
            "Children should learn to swim before they learn to row",
            "The customs house stays where my grandfather built it",
            "Cruise ships bring noise, and little money, to the old town",
            "Salt has eaten the cranes, so every crane must be replaced",
            "Storm insurance has doubled since the flood of last year",
            "The fish market opens on Sundays from now on",
        )
    )
)
ARTICLES = (SEOUL, *TEASERS, *HARBOUR)
# The articles' words and the desk's, which stay as they are.
THEIRS = (
    *(article.title for article in ARTICLES),
    *(paragraph.text for article in ARTICLES for paragraph in article.paragraphs),
    *(name for topic in TOPICS for name in (topic.title, *topic.aliases)),
    "The Example",
    "Mayor Jane Roe",
    "Jane Roe",
)
# What is called the same in Korean, and the names that Discord and the clocks go by.
MENU_ID = "v1:quotes:all"
KEPT = re.compile(
    r"Verbatim|Discord|ID|MB|OPML|UTC|[A-Z]\w+/[A-Z]\w+|English"
    r"|<[^>]*>|https?://\S+|\.(?:txt|md|html)|\b(?:txt|md|html)\b|#briefing"
)


def english_in(message: Any, typed: Sequence[str]) -> set[str]:
    """What of a message is English beside the quotes, what was typed, and what is called so."""
    return {word for text in texts(message) for word in english_words(text, typed)}


def english_words(text: str, typed: Sequence[str]) -> list[str]:
    """The English words of a text, without quotes, names and what was typed."""
    lines = [line for line in text.splitlines() if not line.startswith("> ")]
    ours = re.sub(r"\\(\W)", r"\1", "\n".join(lines).replace("**", ""))
    ours = re.sub(r"(?<=\] )[^·\n]*…", "", ours)  # a title that is cut short
    words = [word for text in typed for word in re.findall(r"\w+", text)]
    for theirs in sorted((*THEIRS, *typed, *words), key=len, reverse=True):
        ours = re.sub(re.escape(theirs), "", ours, flags=re.IGNORECASE)
    return re.findall(r"[A-Za-z]{2,}", KEPT.sub("", ours))


def components(message: Any) -> list[Any]:
    """All components of a message, nested ones too."""
    return list(walk([c if isinstance(c, dict) else c.to_dict() for c in message.components]))


def texts(message: Any) -> Iterator[str]:
    """All texts of a message: content, labels, placeholders, options."""
    yield message.content
    for component in components(message):
        for key in ("content", "label", "placeholder", "description"):
            if isinstance(text := component.get(key), str):
                yield text
        for part in (*component.get("options", ()), *component.get("items", ())):
            label = part.get("label") or ""
            # Of a menu of quotes each option begins with the first words of one.
            yield re.sub("“.*”", "", label) if component.get("custom_id") == MENU_ID else label
            yield part.get("description") or ""


def reply(result: InteractionResult) -> Any:
    """The last reply to an interaction."""
    return result.followups[-1] if result.followups else result.response


def in_korean(result: InteractionResult, *typed: str) -> Any:
    """The reply, which is in Korean."""
    message = reply(result)
    assert message is not None
    assert_korean(message, *typed)
    return message


def assert_korean(message: Any, *typed: str) -> None:
    """`typed` is what people wrote that may stand in the message."""
    assert any(re.search("[가-힣]", text) for text in texts(message)), list(texts(message))
    assert english_in(message, typed) == set(), list(texts(message))


async def press_all(actor: MemberActor, message: Any, *typed: str, deep: int = 2) -> set[str]:
    """The kinds of the buttons that were pressed, below the message and below what came of it; of a
    menu of quotes the first option is chosen and those that are about all of them."""
    pressed: set[str] = set()
    for menu in components(message):
        if menu.get("custom_id") == MENU_ID:
            pressed.add("quotes")
            for value in (menu["options"][0]["value"], "sources", "export"):
                result = await actor.select(message, [value], custom_id=menu["custom_id"])
                shown = in_korean(result, *typed)
                if deep:
                    pressed |= await press_all(actor, shown, *typed, deep=deep - 1)
    for component in components(message):
        custom_id = component.get("custom_id", "")
        kind = custom_id.split(":")[1] if ":" in custom_id else ""
        if component["type"] != 2 or not kind or kind in pressed or component.get("disabled"):
            continue
        pressed.add(kind)
        came = await actor.click(message, custom_id=custom_id)
        if reply(came) is not None:
            shown = in_korean(came, *typed)
            if deep:
                pressed |= await press_all(actor, shown, *typed, deep=deep - 1)
    return pressed
