"""Answers and digests of the seeds as Discord shows them, for docs/examples.md: make examples."""

from __future__ import annotations

import re
from pathlib import Path

from discord import ui

from bench.model import find_model
from bench.report import put
from bot.chat.answers.ask import answer_page
from bot.chat.answers.digest import digest_page
from bot.chat.interaction.checked import check_quotes
from bot.library import Library
from bot.reading.desk import read_desk

_ROOT = Path(__file__).parents[1]
_PAGE = _ROOT / "docs" / "examples.md"

QUESTIONS = (
    "How does Lee want to stop North Korea's nuclear programme?",
    "Why was Japan his first foreign stop?",
    "what did korea promise to invest in the us",
    "Who is South Korea's foreign minister?",
    "how many american troops are stationed in korea",
    "Would Seoul defend Taiwan?",
    "What do critics say about the pardons?",
    "is kim jong un willing to talk",
    "When does Lee's term end?",
    "What will the Bank of Korea do about interest rates?",
)
TOPICS = ("north-korea", "us-alliance", "japan", "trade", "nuclear", "Lee's pardons")


def main() -> None:
    """Put the answers and digests of the examples into docs/examples.md."""
    all_articles = Library(read_desk(_ROOT / "seeds"), encoder=find_model())
    while all_articles.encode_next():
        pass
    library = all_articles.view()
    answers = []
    for question in QUESTIONS:  # the status is the colour in Discord
        answer = check_quotes(library.ask(question), library.is_current)
        answers.append(f"{as_page(answer_page(answer))}\n\nStatus: `{answer.result.status}`")
    digests = [
        as_page(digest_page(check_quotes(library.digest(topic), library.is_current)))
        for topic in TOPICS
    ]
    section = "\n\n".join(("## Answers", *answers, "## Digests", *digests))
    _PAGE.write_text(put(_PAGE.read_text("utf-8"), "examples", section), "utf-8")


def as_page(view: ui.LayoutView) -> str:
    """A layout's texts as Markdown for a page.

    Discord's small print (`-# `) is Discord's alone; and without a blank line a page would draw
    what follows a quotation into it.
    """
    texts = (item.content for item in view.walk_children() if isinstance(item, ui.TextDisplay))
    lines = "\n\n".join(texts).splitlines()
    small = [re.sub(r"^-# (.*)", r"\n<sub>\1</sub>\n", line) for line in lines]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(small)).strip()


if __name__ == "__main__":
    main()
