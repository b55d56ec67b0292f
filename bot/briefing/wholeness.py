"""Whether a sentence is a whole one, and whether it is understood by itself."""

from __future__ import annotations

import re

from bot.search.index import Passage, Sentence
from bot.text.korean_sentences import is_korean, is_korean_statement, refers_back
from bot.text.lazy import lazy_pattern
from bot.text.quotations import is_balanced, remove_quotations

# An opening that refers to the previous sentence: a pronoun ...
_OPENING_PRONOUN = lazy_pattern(
    r"['\"“‘]?(?:he|she|they|it|this|that|these|those|his|her|their|its)\b", re.IGNORECASE
)
# ... a connective, a set phrase that looks back, "both" and the like.
_OPENING_CONNECTIVE = lazy_pattern(
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
_PRONOUN_SUBJECT = lazy_pattern(
    r"(?:[^,\"“]{3,80},|(?:After|Although|As|At|Because|Before|By|During|For|From|If|In|On|Since"
    r"|Though|Until|When|While|With)\b[^,\"“]{3,60}) (?:he|she|they|it)\b"
)
# "has to take this into account": something mentioned before, anywhere in the sentence.
_REFERRING_THIS = lazy_pattern(r"\bthis(?= (?:into|is|was|has|will|would|may|means)\b|[.;])")
# "The move aligns with", "The red vehicle was": something known, as nothing after its noun says
# which one is meant. "The divide between", "The Lee government" say it.
_KNOWN_THING = lazy_pattern(
    r"The (?!\w+ (?:of|between|in|for|to|with|on|that|who|which|against|among|from|by)\b)"
    r"(?!(?:\w+ ){2}(?:of|between|for|with|that|against|among)\b)"
    r"(?:[a-z][\w-]* ){2}"
)

# An opening that turns what the previous sentence says, or denies it.
_TURN = lazy_pattern(
    r"['\"“‘]?(?:(?:but|yet|however|nevertheless|nonetheless|instead|still|conversely)\b"
    r"|on the (?:other hand|contrary)\b"
    r"|(?:this|that|these|those|it|he|she|they|none of (?:this|that|these|those)) (?:\w+n['’]t\b"
    r"|cannot\b|(?:is|was|are|were|did|does|do|has|have|had|will|would|can|could|may|might|should)"
    r" (?:not|never|no longer)\b)"
    r"|그러나|하지만|그렇지만|반면|다만 )",
    re.IGNORECASE,
)

_EXCERPT_WORDS = range(6, 61)  # of a sentence
_ENDS_WHOLE = lazy_pattern(r"[.!]['\"”’)\]]*$")
_FIRST_PERSON = lazy_pattern(r"\b(?:[Ww]e|[Oo]urs?|I|[Mm]y|[Yy]ou|[Yy]our)\b")

# What tells readers where to look or whom to ask, and what describes a picture beside the text.
_NOTICE = lazy_pattern(
    r"(?:(?:Click|Contact|Follow|Join|Learn|Listen|Please|Read|Register|See|Subscribe|Visit) "
    r"|For (?:(?:more|further|additional) (?:details|information)|questions)\b"
    r"|To (?:learn|read|register|see|view|watch)\b"
    r"|(?:(?:Editor|Author)['’]s note|(?:Caption|Correction|Credit|Image|Photo)s?\b[^.]{0,40}):)"
)
_CAPTION = lazy_pattern(
    r"\b(?:pictured|shown|seen) (?:here|above|below|at (?:left|right)|on the (?:left|right))\b"
    r"|\((?:top|bottom|left|right|above|below|foreground|background|cent(?:er|re))\)"
    r"|^(?:An artist|In this (?:image|photo|photograph|picture|illustration|map|graphic)\b)"
)

# A short group of words without the look of a verb is a fragment: "K-pop and soap operas." Longer
# ones pass, as such looks deceive: auxiliaries, irregular and regular pasts, and in the present
# tense what "Seoul signals" and "talks stall" look like, but not "links to China".
_MAX_FRAGMENT_WORDS = 16
_IRREGULAR_VERBS = """
    am is are was were be been has have had do does did will would can cannot could may might must
    shall should ate beat became began bent bet bit bled blew bought bound bred broke brought built
    burst came cast caught chose cost crept cut dealt drank drew drove dug fed fell felt fled flew
    forbade forgot fought found froze gave got grew heard held hid hit hung hurt kept knew laid led
    left lent let lit lost made meant met overcame paid put quit ran rang read rode rose said sang
    sank sat saw sent set shone shook shot shrank shut slept slid sold sought spent split spoke
    spread stole stood struck stuck sung swam swept swore swung taught thought threw told took tore
    understood underwent went withdrew woke won wore wrote
"""
_VERB = lazy_pattern(
    rf"\b(?:{'|'.join(_IRREGULAR_VERBS.split())}|\w{{2,}}ed|\w+n['’]t)\b"
    r"|\b[A-Z]\w*[a-z] [a-z][\w-]*[^\Wsu]s\b"
    r"|\b[a-z][\w-]*[^\Wsu]s (?!(?:of|in|on|to|with|for|from|by|at)\b)\w"
)

# A sentence that announces what follows it, as the lead-in of a list does.
_ENDS_WITH_COLON = lazy_pattern(r"[:：]['\"”’)\]]*$")
_ENDS_WITH_STOP = lazy_pattern(r"[.!?…。！？]['\"”’»)\]」』]*\d*(?:\[[^\]]*\])*$")
_ITEM_MARK = lazy_pattern(r"(?:[•◦▪‣·*–—-]|\(?\w{1,2}[.)])\s")


def needs_previous_sentence(sentence: Sentence) -> bool:
    """Whether the sentence refers to the previous one and is not understood without it."""
    return sentence.derive(_needs_previous_sentence)


def _needs_previous_sentence(sentence: Sentence) -> bool:
    text = sentence.text
    if is_korean(text):
        return refers_back(text)
    opening = _PRONOUN_SUBJECT.match(text)
    is_first = sentence.position == 0 and sentence.passage.number == 1
    return (
        bool(_OPENING_PRONOUN.match(text))
        or bool(_OPENING_CONNECTIVE.match(text))
        or ("this" in text and bool(_REFERRING_THIS.search(remove_quotations(text))))
        or bool(opening and opening.group()[1:].islower())
        or (not is_first and bool(_KNOWN_THING.match(text)))
    )


def turns_previous_sentence(text: str) -> bool:
    """Whether a sentence turns or denies what stands before it, so that this misleads alone."""
    return bool(_TURN.match(text))


def announces(text: str) -> bool:
    """Whether a sentence ends with a colon, so that it says nothing without what follows it."""
    return bool(_ENDS_WITH_COLON.search(text))


def is_item(text: str) -> bool:
    """Whether a line is an item of a list, by its mark or because it ends without a stop."""
    return bool(_ITEM_MARK.match(text)) or not _ENDS_WITH_STOP.search(text)


def is_part(sentence: Sentence) -> bool:
    """Whether it is only a part of a sentence: cut by an aside, an item below a lead-in that stands
    in another paragraph, or a line, as of code, that leaves a bracket open."""
    if _is_cut_by_aside(sentence):
        return True
    text = sentence.text
    if not is_item(text) or _is_statement(text):
        return False
    return _leaves_bracket_open(text) or _follows_lead_in(sentence.passage)


def _leaves_bracket_open(text: str) -> bool:
    return any(text.count(opening) > text.count(closing) for opening, closing in ("()", "[]", "{}"))


def is_whole(sentence: Sentence) -> bool:
    """Whether the sentence is a whole statement of fair length, as a summary needs it.

    It is no question, no fragment, no list of names, no half of a quotation, no notice to readers
    and no caption, and not in the first person of nobody knows whom.
    """
    return sentence.derive(_is_whole)


def _is_whole(sentence: Sentence) -> bool:
    text = sentence.text
    if is_korean(text):
        return is_korean_statement(text)
    words = text.split()
    return (
        len(words) in _EXCERPT_WORDS
        and not text[0].islower()
        and bool(_ENDS_WHOLE.search(text))
        and "?" not in text
        and is_balanced(text)
        and (len(words) > _MAX_FRAGMENT_WORDS or bool(_VERB.search(text)))
        and not (sum(word[0].isupper() for word in words) * 2 > len(words) and text.count(",") > 2)
        and not _speaks_for_nobody(sentence)
        and not _NOTICE.match(text)
        and not _CAPTION.search(text)
    )


def _speaks_for_nobody(sentence: Sentence) -> bool:
    """Whether it is in the first person, and nothing says whose article it is."""
    article = sentence.passage.article
    if article.outlet or article.author or not _FIRST_PERSON.search(sentence.text):
        return False
    return bool(_FIRST_PERSON.search(remove_quotations(sentence.text)))


def _is_statement(text: str) -> bool:
    """Whether an item is a sentence of its own."""
    return bool(_ENDS_WITH_STOP.search(text) and (_VERB.search(text) or not text.isascii()))


def _follows_lead_in(passage: Passage) -> bool:
    """Whether a paragraph is one of the items below a paragraph that ends with a colon."""
    for paragraph in reversed(passage.article.paragraphs[: passage.number - 1]):
        text = paragraph.text.rstrip()
        if announces(text):
            return True
        if not is_item(text):
            return False
    return False


def _is_cut_by_aside(sentence: Sentence) -> bool:
    """Whether an aside interrupts the sentence, so that neither part of it is whole."""
    paragraph = sentence.passage.paragraph
    start, end = sentence.span
    text = paragraph.text
    for aside in paragraph.asides:
        resumes = text[aside.end :].lstrip()[:1].islower()
        if resumes and aside.end <= start and not text[aside.end : start].strip():
            return True
        is_next = aside.start >= end and not text[end : aside.start].strip()
        if resumes and is_next and not _ENDS_WITH_STOP.search(sentence.text):
            return True
    return False
