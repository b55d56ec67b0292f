"""The people of one Korean article: who is meant by a name, a surname with a title, or both."""

from __future__ import annotations

from bot.text.korean_people import TitledName
from bot.text.names import Names

_MIN_SHARED_TITLE = 2  # letters at the end: 실장 and 안보실장, 장관 and 국방부장관


class KoreanPeople:
    """The people whom a Korean article has named so far.

    A full name with a title is a person unless it is known for something else. Later the name
    alone stands for them, and a surname with the same title as long as nobody else has both.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._titles: dict[str, set[str]] = {}  # of each name as written
        self._people: dict[str, str] = {}  # each name as written, and the person it stands for

    def identify(self, named: TitledName) -> str | None:
        """Return the person whom a name with a title means; None if nobody, or perhaps two."""
        if named.is_surname:
            return self._find_by_surname(named.name, named.title)
        known_name = self._names.match(named.name)
        if known_name and known_name.kind != "person":
            return None
        name = self._find_longer(named.name) or named.name
        self._titles.setdefault(name, set()).add(named.title)
        return self._people.setdefault(name, known_name.entity if known_name else name)

    def find_named(self, name: str) -> str | None:
        """Return the person whom the article has named so before, with a title."""
        name = self._find_longer(name) or name
        return self._people.get(name)

    def _find_longer(self, name: str) -> str | None:
        """Return the name of two words that ends in this one: 엘리아스 베르그 for 베르그."""
        longer = [full for full in self._titles if full.endswith(f" {name}")]
        return longer[0] if len(longer) == 1 else None

    def _find_by_surname(self, surname: str, title: str) -> str | None:
        end = title[-_MIN_SHARED_TITLE:]
        people = {
            self._people[name]
            for name, titles in self._titles.items()
            if " " not in name
            and name.startswith(surname)
            and any(earlier.endswith(end) for earlier in titles)
        }
        return people.pop() if len(people) == 1 else None
