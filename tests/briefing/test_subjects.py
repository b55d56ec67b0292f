"""What an article is about: the names in its opening."""

from __future__ import annotations

import pytest

from bot.briefing.subjects import find_subjects
from bot.text.names import Name, Names
from tests.support.stories import article

TESSEL = Name("Tessel Port", "organisation", ("Tessel Port", "the port of Tessel"))


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("The crane of Harl and NASA’s ferry met there.", {"Harl", "NASA"}),
        ("They left Elden Ring for New Harl Bay.", {"Elden Ring", "New Harl Bay"}),
        ("The port of Tessel has a crane now.", {"Tessel Port"}),
        ("On Monday in May the ferry met 18F’s crane and K’s boat.", set()),
        ("Ferries left. Cranes turned.", set()),
    ],
)
def test_names_in_capitals_are_subjects(text: str, subjects: set[str]) -> None:
    names = find_subjects(article("Ferries", text), Names([TESSEL]))
    assert set(names.values()) == subjects


def test_only_the_opening_counts() -> None:
    texts = ("The crane turned.",) * 4 + ("Write to Ann Okafor.",)
    assert find_subjects(article("Ferries", *texts), Names([])) == {}
