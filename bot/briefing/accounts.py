"""The same fact told elsewhere: which sentences say the same, so that it is shown once."""

from __future__ import annotations

from collections.abc import Set

from bot.search.index import Index, Sentence

# Two sentences tell the same where they share this part of the lighter one's weight and this part
# of both together, and this many terms that are no names: the sentences of one desk name the same
# few countries all the time, and a short sentence is soon held by a long one.
_CONTAINED = 0.6
_SHARED = 0.3
_FEWEST = 3


def tells_the_same(one: Sentence, other: Sentence, index: Index) -> bool:
    """Whether two sentences tell the same, as near as their terms show."""
    first, second = content(one), content(other)
    shared = first & second
    return (
        sum(not term.startswith("@") for term in shared) >= _FEWEST
        and contained(first, second, index) >= _CONTAINED
        and weight(shared, index) >= _SHARED * weight(first | second, index)
    )


def content(sentence: Sentence) -> frozenset[str]:
    """The sentence's distinct terms, a name counted once."""
    return sentence.content


def contained(one: Set[str], other: Set[str], index: Index) -> float:
    """The part of the lighter set's weight that the other holds too, from 0 to 1; a term weighs its
    rarity."""
    fewest = min(weight(one, index), weight(other, index))
    return weight(one & other, index) / fewest if fewest else 0.0


def weight(terms: Set[str], index: Index) -> float:
    return sum(index.bm25.rarity(term) for term in terms)
