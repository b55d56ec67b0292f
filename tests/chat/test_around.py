"""Around a quote: its context, further quotes, the articles behind a message, and sharing it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simcord import InteractionResult
from simcord.builders import UserHandle

from bot.briefing.ask import LONGEST_QUESTION
from bot.chat.answers.context import context_page
from bot.chat.components.layout import asked_heading
from bot.chat.components.markdown import unescape
from bot.chat.components.quote_ids import ASKED_PREFIX, Place, standing
from bot.model import Article, Paragraph, Quote
from tests.support.discord_rules import walk
from tests.support.house import SEOUL, TEASERS, House, labels, said, small_library
from tests.support.layouts import QUOTE, assert_sendable, read_block_quote, texts_of
from tests.support.strategies import long_texts, quotes

QUESTION = "Will Seoul choose a side?"

# Facts on one subject, so that a question and a topic have three pages and more.
HARBOUR = tuple(
    Article(
        f"harbour{number}",
        f"Report {number}",
        (Paragraph(f"The harbour of Tessel {fact}."),),
        "harbour.txt",
        outlet="The Herald" if number < 7 else "The Courier",
    )
    for number, fact in enumerate(
        (
            "was dredged by a Dutch company that won the tender against nine rivals",
            "lost its oldest lighthouse in a fire which nobody could explain",
            "has forty fishing boats whose owners want cheaper diesel from the state",
            "smells of tar and herring whenever the wind turns to the north",
            "paid for a hospital wing with the fees of visiting cruise ships",
            "closed twice because striking pilots blocked the narrow entrance",
            "keeps a museum about whaling that schoolchildren may enter free",
            "will plant oaks along the quay to shade its summer market",
            "banned scooters after an alderman broke his wrist on a ramp",
            "exports more gravel than any rival between Rotterdam and Bergen",
            "hosts a choir of retired dockers every Christmas",
            "froze solid during the winter when soldiers crossed it with horses",
            "hired a marine biologist after dead seals drifted ashore",
            "leased two cranes from a bankrupt shipyard in Gdansk",
        )
    )
)


@pytest.fixture
def harbour(house: House) -> House:
    house.client.library = small_library([SEOUL, *HARBOUR])
    return house


async def ask(house: House, question: str = QUESTION, **options: Any) -> InteractionResult:
    return await house.member.slash(house.channel, "ask", question=question, **options)


async def press(
    house: House, result: InteractionResult, label: str, by: UserHandle | None = None
) -> InteractionResult:
    """Press the first button of the last reply that is labelled so."""
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    button = next(c for c in walk(message.components) if c["type"] == 2 and c["label"] == label)
    return await (by or house.member).click(message, custom_id=button["custom_id"])


def payload(message: discord.Message) -> list[Any]:
    return [component.to_dict() for component in message.components]


def quoted(result: InteractionResult) -> list[str]:
    return re.findall(r"^> (.*)$", said(result), re.MULTILINE)


# Context


async def test_context_shows_the_paragraph_between_its_neighbours_privately(house: House) -> None:
    answered = await ask(house)
    await house.restart()
    around = await press(house, answered, "Context")
    assert around.ephemeral
    text = said(around)
    assert "20 February 2026 · [open](<https://example.com/seoul>)" in text
    assert "Paragraph 1 of 3, with the quote in bold\n> President Lee said" in text
    assert f"Paragraph 2 of 3\n> {SEOUL.paragraphs[1].text}" in text
    assert SEOUL.paragraphs[2].text not in text
    assert around.response is not None
    raw = "\n".join(c["content"] for c in walk(around.response.components) if c["type"] == 10)
    assert (
        "> **President Lee said that Seoul will not choose between Washington and Beijing**."
        in (raw)
    )


async def test_previous_next_and_the_way_back_turn_the_same_reply(house: House) -> None:
    around = await press(house, await ask(house), "Context")
    first = said(around)
    assert labels(around) == ["Next"]
    await house.restart()
    second = await press(house, around, "Next")
    assert second.response is not None
    assert second.response.ephemeral
    assert labels(second) == ["Previous", "Next", "Back to the quote"]
    assert "Paragraph 3 of 3" in said(second)
    third = await press(house, second, "Next")
    assert labels(third) == ["Previous", "Back to the quote"]
    assert "with the quote in bold" not in said(third)
    assert said(await press(house, third, "Back to the quote")) == first


@pytest.mark.parametrize("now", [[*TEASERS], [replace(SEOUL, paragraphs=SEOUL.paragraphs[1:])]])
async def test_a_quote_that_no_longer_stands_has_no_context(
    house: House, now: Sequence[Article]
) -> None:
    answered = await ask(house)
    around = await press(house, answered, "Context")
    house.client.library = small_library(now)
    for result, label in ((answered, "Context"), (around, "Next")):
        pressed = await press(house, result, label)
        assert pressed.ephemeral
        assert said(pressed).startswith("This quote no longer stands in an article here")


async def test_an_article_of_another_server_has_no_context_here(house: House) -> None:
    theirs = Article("theirs", "Secret", (Paragraph("The harbour was sold."),), "x", outlet="X")
    house.client.library.put(1, theirs)
    place = Place.of(Quote(theirs, 1, 0, 21, theirs.paragraphs[0].text))
    message = await house.put_button(f"v1:context:{place}")
    pressed = await house.member.click(message, custom_id=f"v1:context:{place}")
    assert said(pressed).startswith("This quote no longer stands in an article here")


@given(quotes(also=False), st.lists(long_texts.filter(bool), max_size=3), st.integers(0, 3))
@settings(max_examples=30)
def test_any_context_keeps_every_limit_and_every_character(
    quote: Quote, others: list[str], number: int
) -> None:
    [paragraph] = quote.article.paragraphs
    before = tuple(map(Paragraph, others[:number]))
    after = tuple(map(Paragraph, others[number:]))
    article = replace(quote.article, paragraphs=(*before, paragraph, *after))
    quote = replace(quote, article=article, paragraph=len(before) + 1)
    for shown_number in range(len(article.paragraphs) + 2):
        layout = context_page(quote, shown_number)
        assert_sendable(layout)
        _, *blocks = texts_of(layout)
        for label, block in zip(blocks[::2], blocks[1::2], strict=True):
            found = re.search(r"aragraph (\d+) of", label)
            assert found
            text = article.paragraphs[int(found[1]) - 1].text
            assert read_block_quote(block) in text
            assert read_block_quote(block) == text or "From" in label or text != text.strip()


def test_of_a_long_paragraph_the_part_around_the_quote_is_shown() -> None:
    text = "Word by word. " * 600 + "Here it stands. " + "And it goes on. " * 600
    start = text.index("Here")
    article = Article("a", "t", (Paragraph(text), Paragraph(text), Paragraph(text)), "a.txt")
    layout = context_page(Quote(article, 2, start, start + 15, "Here it stands."), 2)
    assert_sendable(layout)
    _, _, before, label, middle, _, after = texts_of(layout)
    assert before.endswith("And it goes on.")
    assert label == "-# From paragraph 2 of 3, with the quote in bold"
    assert "word. **Here it stands**. And" in middle
    assert after.startswith("> Word by word.")


def test_a_quote_longer_than_a_message_is_in_bold_as_far_as_it_is_shown() -> None:
    text = "word " * 2000 + "end."
    layout = context_page(Quote(Article("a", "t", (Paragraph(text),), "a"), 1, 0, 10_004, text), 1)
    assert_sendable(layout)
    _, label, shown = texts_of(layout)
    assert label == "-# From paragraph 1 of 1, with the quote in bold"
    assert shown.startswith("> **word word")
    assert shown.endswith("word**")


# Places


@given(quotes(also=False))
def test_a_place_is_read_as_it_was_written(quote: Quote) -> None:
    assert Place.read(str(Place.of(quote))) == Place.of(quote)


def test_a_quote_stands_only_as_long_as_its_words_do() -> None:
    place = Place.of(QUOTE)
    edited = replace(QUOTE.article, paragraphs=(Paragraph("Lee will now choose between the two."),))
    for article, stands in ((QUOTE.article, True), (edited, False)):
        view = small_library([article]).view()
        assert (standing(place, view) is not None) == stands
    assert standing(place, small_library([SEOUL]).view()) is None


@given(st.text(max_size=LONGEST_QUESTION))
def test_what_was_asked_is_read_back_as_it_was_asked(question: str) -> None:
    asked = " ".join(question.split())
    heading = asked_heading(asked)
    assert unescape(heading.removeprefix(ASKED_PREFIX)) == asked


# More


async def test_more_gives_further_quotes_until_there_are_none(harbour: House) -> None:
    question = "What is said of the *harbour* of Tessel? @everyone 1. \\ #"
    page = await ask(harbour, question)
    seen = quoted(page)
    while "More" in labels(page):
        await harbour.restart()
        page = await press(harbour, page, "More")
        assert page.ephemeral
        assert said(page).startswith(f"### {question}\n-# Further quotes\n")
        assert not set(quoted(page)) & set(seen)
        seen += quoted(page)
    assert len(seen) == len(HARBOUR)


async def test_more_of_a_digest_says_nothing_again(harbour: House) -> None:
    page = await harbour.member.slash(harbour.channel, "digest", topic="harbour of Tessel")
    seen = quoted(page)
    assert len(seen) == 6
    while "More" in labels(page):
        page = await press(harbour, page, "More")
        assert "-# Further quotes · " in said(page)
        assert not set(quoted(page)) & set(seen)
        seen += quoted(page)
    assert len(seen) > 12


async def test_more_of_what_has_gone_is_one_sentence(harbour: House) -> None:
    for command, words in (("ask", "question"), ("digest", "topic")):
        harbour.client.library = small_library([SEOUL, *HARBOUR])
        asked = {words: "the harbour of Tessel"}
        page = await harbour.member.slash(harbour.channel, command, **asked)
        harbour.client.library = small_library([SEOUL])
        pressed = await press(harbour, page, "More")
        assert pressed.ephemeral
        assert said(pressed) == "The articles here hold nothing more on this."


async def test_no_more_is_offered_where_there_is_none(house: House) -> None:
    assert "More" not in labels(await ask(house))


# The articles behind


async def test_sources_lists_each_article_once_with_its_quotes(harbour: House) -> None:
    page = await harbour.member.slash(harbour.channel, "digest", topic="harbour of Tessel")
    await harbour.restart()
    behind = await press(harbour, page, "Sources")
    assert behind.ephemeral
    assert said(behind).count("1 quote") == 6
    assert re.search(r"Report \d\n-# The Herald · 1 quote", said(behind))


async def test_sources_counts_quotes_that_stand_no_more(house: House) -> None:
    page = await ask(house)
    house.client.library = small_library(TEASERS)
    behind = said(await press(house, page, "Sources"))
    assert "1 quote stands in its article no more: it was changed or removed." in behind


# Sharing


async def test_a_private_answer_is_shared_once_and_says_by_whom(house: House) -> None:
    private = await ask(house, private=True)
    assert labels(private)[-4:] == ["Sources", "Share", "Useful", "Not useful"]
    await house.restart()
    shared = await press(house, private, "Share")
    [public] = shared.followups
    assert not public.ephemeral
    assert said(private).splitlines()[:2] == said(shared).splitlines()[:2]
    assert said(shared).endswith(f"-# Shared by <@{house.member.id}>")
    assert [c["label"] for c in walk(public.components) if c["type"] == 2] == [
        *("Context", "Sources", "Useful", "Not useful")
    ]
    around = await house.member.click(public, label="Context")
    assert "with the quote in bold" in said(around)
    [quote] = await house.client.store.posted_quotes.for_article("seoul")
    assert (quote.post.kind, quote.post.message_id) == ("reply", public.id)


async def test_what_was_shared_cannot_be_shared_again(house: House) -> None:
    private = await ask(house, private=True)
    await press(house, private, "Share")
    [left] = [m for m in house.channel.history(viewer=house.member) if m.flags.ephemeral]
    assert [c["label"] for c in walk(payload(left)) if c["type"] == 2] == [
        *("Context", "Sources", "Useful", "Not useful")
    ]
    assert "Share" not in labels(await ask(house))


async def test_an_answer_with_a_quote_that_no_longer_stands_is_not_shared(house: House) -> None:
    private = await ask(house, private=True)
    house.client.library = small_library(TEASERS)
    refused = await press(house, private, "Share")
    assert refused.ephemeral
    assert said(refused) == (
        "A quote here no longer stands in its article, so this is not shared; ask again."
    )


async def test_only_who_may_send_messages_may_share(house: House) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    guild = house.channel.guild
    assert guild
    channel = guild.create_text_channel("news", overwrites={house.member: silent})
    private = await house.member.slash(channel, "ask", question=QUESTION, private=True)
    assert "Share" not in labels(private)


async def test_a_share_button_under_a_public_message_does_nothing(house: House) -> None:
    message = await house.put_button("v1:share:all")
    refused = await house.member.click(message, custom_id="v1:share:all")
    assert refused.ephemeral
    assert said(refused).endswith("so this stays with you alone.")


async def test_in_a_direct_message_there_is_no_feedback_and_a_private_answer_may_be_shared(
    house: House,
) -> None:
    open_answer = await house.member.user.slash("ask", question=QUESTION)
    assert labels(open_answer) == ["Context", "Sources"]
    private = await house.member.user.slash("ask", question=QUESTION, private=True)
    assert labels(private) == ["Context", "Sources", "Share"]
    shared = await press(house, private, "Share", by=house.member.user)
    assert "Shared by" in said(shared)


async def test_a_shared_timeline_takes_its_picture_along(harbour: House) -> None:
    dated = [
        replace(article, published=date(2026, 2, number + 1))
        for number, article in enumerate(HARBOUR)
    ]
    harbour.client.library = small_library(dated)
    private = await harbour.member.slash(
        harbour.channel, "timeline", topic="harbour of Tessel", private=True
    )
    shared = await press(harbour, private, "Share")
    [public] = shared.followups
    galleries = [c for c in walk(public.components) if c["type"] == 12]
    assert len(galleries) == 1
    [picture] = galleries[0]["items"]
    assert picture["description"]
    assert len(public.attachments) == 1


# In Korean


async def test_all_around_a_quote_is_said_in_korean_where_the_server_chose_it(
    harbour: House,
) -> None:
    await harbour.prefer(language="ko")
    private = await ask(harbour, "the harbour of Tessel", private=True)
    assert labels(private) == [
        *("앞뒤 문맥",) * 3,
        *("더 보기", "출처", "공유", "도움 됨", "도움 안 됨"),
    ]
    behind = await press(harbour, private, "출처")
    assert "인용" in said(behind)
    around = await press(harbour, private, "앞뒤 문맥")
    assert "문단" in said(around)
    more = await press(harbour, private, "더 보기")
    assert said(more).startswith("### the harbour of Tessel\n-# 인용문 더 보기")
    shared = await press(harbour, private, "공유")
    assert f"<@{harbour.member.id}>" in said(shared)
    assert "Shared" not in said(shared)
    harbour.client.library = small_library([SEOUL])
    gone = await press(harbour, private, "앞뒤 문맥")
    assert re.search(r"[가-힣]", said(gone))


async def test_more_of_everything_is_understood_in_korean(harbour: House) -> None:
    await harbour.prefer(language="ko")
    page = await harbour.member.slash(harbour.channel, "digest", topic="everything")
    assert said(page).startswith("### 전체\n")
    seen = quoted(page)
    assert "더 보기" in labels(page)
    more = await press(harbour, page, "더 보기")
    assert quoted(more)
    assert not set(quoted(more)) & set(seen)
