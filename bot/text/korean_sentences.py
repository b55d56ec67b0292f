"""Korean sentences: whether one is a statement, and whether it is understood by itself."""

from __future__ import annotations

from bot.text.lazy import lazy_pattern
from bot.text.quotations import is_balanced, remove_quotations

# Korean writes particles and auxiliaries in one word, so a statement needs fewer words than in
# English, and 40 of them are as long as 60 there.
_STATEMENT_WORDS = range(4, 61)
_MIN_LETTERS = 12

# A statement ends in the ending of its verb: -다, -요, -죠, -까.
_STATEMENT_END = lazy_pattern(r"[다요죠까][.!。]['\"”’)\]」』]*(?:\[[^\]]{1,4}\])*$")
_LETTER = lazy_pattern(r"[^\W\d_]")
_KOREAN_LETTER = lazy_pattern(r"[가-힣]")
# The writer's own "I" and "we"; 우리 is left, as news says "our army" of the country's.
_FIRST_PERSON = lazy_pattern(r"(?<![가-힣])(?:저는|제가|저희|나는|내가)")

# An opening that refers to the previous sentence: "this", "he", "they", "of these" ...
_OPENING_REFERENCE = lazy_pattern(
    r"(?:이|그)(?:는|를|에|와|로|들은?|들이|들의|녀는|녀가|가|의|같은|중에?)?[ ,]"
    r"|이(?:에|로|를) (?:대해|따라|관해|앞서|위해|인해|통해)"
    r"|이(?:같은|러한|런|로써|처럼)[ ,]|그(?:러한|런|곳|것|때|중|들)[가-힣]{0,2}[ ,]"
    r"|(?:해당|동|양측|양사|두 사람|나머지|당시|이번|이날|같은 날|그날)[은는이가]?[ ,]"
)
# ... or a connective: "but", "however", "also", "then".
_OPENING_CONNECTIVE = lazy_pattern(
    r"(?:그러나|하지만|그런데|그리고|그래서|그러면서|그러므로|그럼에도|그렇지만|따라서|때문에|반면에?|반대로"
    r"|다만|또|또한|또는|아울러|더불어|게다가|심지어|특히|이어|이어서|이후|이처럼|결국|즉|왜냐하면|나아가"
    r")[ ,]"
)


def is_korean(text: str) -> bool:
    """Whether most letters of a sentence are Korean."""
    if text.isascii():
        return False
    return 2 * len(_KOREAN_LETTER.findall(text)) > len(_LETTER.findall(text))


def is_korean_statement(text: str) -> bool:
    """Whether a Korean sentence is a whole statement of fair length, as a summary needs it."""
    return (
        len(text.split()) in _STATEMENT_WORDS
        and len(_LETTER.findall(text)) >= _MIN_LETTERS
        and bool(_STATEMENT_END.search(text))
        and "?" not in remove_quotations(text)
        and is_balanced(text)
        and not _FIRST_PERSON.search(remove_quotations(text))
    )


def refers_back(text: str) -> bool:
    """Whether a Korean sentence opens with what only the previous one explains."""
    return bool(_OPENING_REFERENCE.match(text) or _OPENING_CONNECTIVE.match(text))
