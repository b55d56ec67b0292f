"""Whether a new article speaks of what somebody watches, in which words, and if that is new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.briefing.digest.coverage import Likeness, content_terms
from bot.briefing.digest.salience import Subject, read_subject, salient
from bot.briefing.quoting import quote
from bot.briefing.statements import Statement, statements
from bot.briefing.topics import EVERYTHING, Topics
from bot.errors import QuestionError
from bot.model import Article, PostedQuote, Quote, Topic
from bot.search.index import Index
from bot.text.stems import is_hangul
from bot.text.synonyms import synonyms
from bot.text.terms import Analyser

# An article speaks of the words where one statement in its first paragraph, one below a title that
# names them, or any two tell of them: where they are not just mentioned, but stand near the front.
# Of 181 mentions of 85 words in 45 news pages, titles left out, 114 were judged to be what the
# article speaks of: this finds .83 of them, and .97 of what it finds is right. Any mention finds
# all, .63 right; any statement that tells of them .94, .75 right; two statements .71, .99 right.
_TELLS = 0.5


def to_watch(words: str, topics: Topics, analyser: Analyser) -> Topic:
    """The topic that is meant by `words`. Raises QuestionError where there is no word in it."""
    topic = topics.topic(" ".join(words.split()))
    if topic is not EVERYTHING and not read_subject(topic, analyser).phrases:
        raise QuestionError("There is no word to watch for; name a person, a place or a subject.")
    return topic


def spoken_of(
    article: Article, watched: Iterable[str], topics: Topics, analyser: Analyser
) -> Mapping[str, Quote]:
    """Of the words that are `watched` those that `article` speaks of, each with the quote that does
    so best."""
    index = Index(analyser)
    index.add(article)
    found = {}
    for words in watched:
        subject = watched_subject(words, topics, analyser)
        if topics.topic(words) is EVERYTHING:
            best = opening_statement(index.slots(article.id), index)
        else:
            best = telling(map(int, index.bm25.matching(subject.terms)), subject, index)
        if best:
            found[words] = quote(best.sentences[-1], index, subject.terms)
    return found


def says_again(said: Quote, had: Iterable[PostedQuote], index: Index) -> bool:
    """Whether `said` repeats what was posted before, as a digest never does; `index` tells how rare
    words are."""
    likeness = Likeness(index)
    analyser = index.analyser
    content = frozenset(content_terms(analyser.terms(said.text)))
    return any(
        likeness.one_point(content, frozenset(content_terms(analyser.terms(other.text))))
        for other in had
    )


def watched_subject(words: str, topics: Topics, analyser: Analyser) -> Subject:
    """What is watched for: the names and words of a topic, or, of any other text, its own phrases
    and each of these with a synonym in it.

    A word that stands alone has no synonyms, or "talks" would be told of every discussion; a Korean
    one has, as the articles are in English.
    """
    subject = read_subject(topics.topic(words), analyser)
    if topics.find(words):
        return subject
    others = (other for phrase in subject.phrases for other in _with_synonyms(phrase))
    return Subject((*subject.phrases, *others))


def telling(slots: Iterable[int], subject: Subject, index: Index) -> Statement | None:
    """Of the paragraphs of one article that name the subject, the statement that tells most of it;
    None where the article does not speak of it."""
    found = [told for told in salient(slots, subject, index) if told[1] >= _TELLS]
    if not found:
        return None
    passage = found[0][0].passage
    titled = subject.mentions(index.analyser.terms(passage.article.title))
    if len(found) < 2 and passage.number > 1 and not titled:
        return None
    return max(found, key=lambda told: told[1])[0]


def opening_statement(slots: Iterable[int], index: Index) -> Statement | None:
    """The first statement of some paragraphs: who watches everything is told of every article."""
    return next((each for slot in slots for each in statements(slot, index)), None)


def _with_synonyms(
    phrase: tuple[tuple[str, ...], ...],
) -> Iterator[tuple[tuple[str, ...], ...]]:
    """The phrase with one of its terms replaced, in every way."""
    alone = sum(map(len, phrase)) == 1
    for at, compound in enumerate(phrase):
        for place, term in enumerate(compound):
            for synonym in synonyms(term) if is_hangul(term) or not alone else ():
                other = (*compound[:place], synonym, *compound[place + 1 :])
                yield (*phrase[:at], other, *phrase[at + 1 :])
