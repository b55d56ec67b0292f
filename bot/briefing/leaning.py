"""Whether a sentence leans on the one before it, and so cannot be quoted alone."""

from __future__ import annotations

import re

from bot.search.index import Sentence
from bot.text.quotations import remove_quotations

# A sentence that opens so points back at the one before it.
_POINTS_BACK = re.compile(
    r"['\"“‘]?(?:he|she|they|it|this|that|these|those|his|her|their|its)\b", re.IGNORECASE
)
# What leans on the sentence before, other than a pronoun: a connective, a set phrase that looks
# back, "both" and the like.
_LOOKS_BACK = re.compile(
    r"(?:(?:but|and|so|or|nor|yet|also|still|then|thus|hence|instead|however|nevertheless"
    r"|nonetheless|meanwhile|moreover|furthermore|additionally|similarly|likewise|therefore"
    r"|consequently|simultaneously|otherwise|besides|finally|later|afterwards|overall|too)(?=[ ,])"
    r"|\w+ing (?:this|that|these|those)\b"
    r"|(?:both|such|another|neither|either|others?|the (?:former|latter|same|other|two|three)"
    r"|(?:in|at|on|by|for|with|from|after|before|despite|given|amid|following|because of|as)"
    r" (?:this|that|these|those|such|response|turn|addition|contrast|particular|return|a result"
    r"|the same time|the other hand|it|them|him|her|all))\b)",
    re.IGNORECASE,
)
# "Despite the challenges, he said": the subject is a pronoun, and nobody is named before it.
_PRONOUN_SUBJECT = re.compile(
    r"(?:[^,\"“]{3,80},|(?:After|Although|As|At|Because|Before|By|During|For|From|If|In|On|Since"
    r"|Though|Until|When|While|With)\b[^,\"“]{3,60}) (?:he|she|they|it)\b"
)
# "has to take this into account": a thing said before, wherever in the sentence.
_POINTS_FURTHER_BACK = re.compile(r"\bthis(?= (?:into|is|was|has|will|would|may|means)\b|[.;])")
# "The move aligns with", "The red vehicle was": a thing known from before, as nothing behind its
# noun says which one. "The divide between", "The Lee government" say it.
_KNOWN_THING = re.compile(
    r"The (?!\w+ (?:of|between|in|for|to|with|on|that|who|which|against|among|from|by)\b)"
    r"(?!(?:\w+ ){2}(?:of|between|for|with|that|against|among)\b)"
    r"(?:[a-z][\w-]* ){2}"
)


def leans(sentence: Sentence) -> bool:
    """Whether the sentence needs the one before it to be understood."""
    text = sentence.text
    opening = _PRONOUN_SUBJECT.match(text)
    first = sentence.position == 0 and sentence.passage.number == 1
    return (
        bool(_POINTS_BACK.match(text))
        or bool(_LOOKS_BACK.match(text) or _POINTS_FURTHER_BACK.search(remove_quotations(text)))
        or bool(opening and opening.group()[1:].islower())
        or (not first and bool(_KNOWN_THING.match(text)))
    )


def adjoin(before: Sentence, after: Sentence) -> bool:
    """Whether nothing but white space stands between two sentences of one paragraph."""
    return not before.passage.paragraph.text[before.span.end : after.span.start].strip()
