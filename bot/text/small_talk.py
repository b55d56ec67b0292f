"""Small talk: how people ask for whatever there is on a subject, which is no part of it."""

from __future__ import annotations

import re

# What a message on Discord holds besides words: mentions, emoji, times, the numbers of a list.
_MARKUP = re.compile(
    r"<a?:\w+:\d+>|<(?:[@#/]|t:)[^>]*>|(?<!\w)@\w+|(?<!\w):\w+:(?!\w)|(?<!\S)\d{1,2}\.(?=\s\W|\s*$)"
)
# How a question refers to the articles.
_ARTICLE_REFERENCE = re.compile(
    r"\b(?:according to|in|from|of|by) (?:the|this|these|that|an?y?) "
    r"(?:article|report|text|stor(?:y|ie)|page|passage|author|paragraph|piece|source)s?\b",
    re.IGNORECASE,
)
# "what is the latest on", "any news about", "thoughts on": what follows is the subject.
_ASKS_FOR_ANYTHING = re.compile(
    r"""
    \b(?:what(?:['’]?s|\sis|\sare|\swas)?\s(?:the\s)?(?:new|latest|newest|up|going\son|happening)
      | (?:(?:any|some|the|more|what|latest|newest|recent|breaking)\s)?
        (?:news|updates?|info|information)
      | (?:(?:any|your|the)\s)?(?:thoughts|opinions?|takes?|views?|word)
      | tell\s(?:me|us)(?:\s(?:more|something|everything|all))?
      | give\s(?:me|us)\s(?:an?\s)?(?:summary|update|overview)
      | catch\s(?:me|us)\sup | fill\s(?:me|us)\sin | summary | overview | anything(?:\snew)?
    )\W+(?:with|on|about|of|from|around|re|for|regarding|concerning)\b
    | \btl;?\s?dr\b | \bright\snow\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_FOR_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent|recent(?:ly)?|lately|these days|nowadays|today|tonight"
    r"|(?:this|last|past) (?:week|month)|news|updates?|up to date|what['’]?s new|anything new)\b",
    re.IGNORECASE,
)
# Words that ask or chat and name no subject. They are function words of a question only: in an
# article "call" or "kind" may carry meaning, so these are not stop words of the index.
CHAT_WORDS = frozenset(
    """
    actually along anybody anyone anything basically bit btw call called calls compare compared
    currently describe described does exact exactly explain fyi going guy guys happen happened
    happening happens hello hey hi hm hmm idk imo kind know lately latest lmao lol lot lots maybe
    mean means mention mentioned name named newest news nowadays ok okay omg people's please pls plz
    quote quoted really recently reckon say saying says said somebody someone something somehow
    sort still stuff talk talked tell thanks thing things think thinks thoughts thx today told
    update updates vs want wanted wants whatever whichever whoever word words yeah
    """.split()  # noqa: SIM905 - a word list reads best as words
)
# Function words that ask: a text with one of them is a question and no mere subject.
ASKING_WORDS = frozenset(
    """
    what whats what's who whos who's whom whose when whens where wheres why how hows which is are
    was were am do does did has have had can could will would should may might must isn't aren't
    wasn't weren't don't doesn't didn't
    """.split()  # noqa: SIM905 - a word list reads best as words
)


def remove_small_talk(text: str) -> str:
    """Return `text` without mentions, emoji and what asks for no more than anything there is."""
    for pattern in (_MARKUP, _ARTICLE_REFERENCE, _ASKS_FOR_ANYTHING):
        text = pattern.sub(" ", text)
    return text


def asks_for_newest(text: str) -> bool:
    """Whether `text` asks for the latest there is."""
    return bool(_ASKS_FOR_NEWEST.search(text))
