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

from bot.briefing.ask import MAX_QUESTION_LENGTH
from bot.chat.answers.context import QuoteContext, context_page
from bot.chat.components.layout import subject_heading
from bot.chat.components.markdown import unescape
from bot.chat.components.quote_ids import SUBJECT_PREFIX, QuoteId, find_quote
from bot.model import Article, Paragraph, Quote
from tests.support.discord_rules import walk
from tests.support.layouts import QUOTE, assert_sendable, checked, read_block_quote, texts_of
from tests.support.simulation import (
    SEOUL,
    TEASERS,
    Server,
    button_labels,
    choose,
    reply_text,
    small_library,
)
from tests.support.strategies import long_texts, quotes

QUESTION = "Will Seoul choose a side?"
OF_THE_MENU = ("Context", "The articles", "Export", "문맥", "이 인용문")

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
def harbour(server: Server) -> Server:
    server.client.library = small_library([SEOUL, *HARBOUR])
    return server


async def ask(server: Server, question: str = QUESTION, **options: Any) -> InteractionResult:
    return await server.member.slash(server.channel, "ask", question=question, **options)


async def press(
    server: Server, result: InteractionResult, label: str, by: UserHandle | None = None
) -> InteractionResult:
    """Press the first button of the last reply that is labelled so, or choose of its menu."""
    if label in OF_THE_MENU:
        return await choose(by or server.member, result, label)
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    button = next(c for c in walk(message.components) if c["type"] == 2 and c["label"] == label)
    return await (by or server.member).click(message, custom_id=button["custom_id"])


def payload(message: discord.Message) -> list[Any]:
    return [component.to_dict() for component in message.components]


def quoted(result: InteractionResult) -> list[str]:
    return re.findall(r"^> (.*)$", reply_text(result), re.MULTILINE)


# Context


async def test_context_shows_the_paragraph_between_its_neighbours_privately(server: Server) -> None:
    answered = await ask(server)
    await server.restart()
    around = await press(server, answered, "Context")
    assert around.ephemeral
    text = reply_text(around)
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


async def test_previous_next_and_the_way_back_turn_the_same_reply(server: Server) -> None:
    around = await press(server, await ask(server), "Context")
    first = reply_text(around)
    assert button_labels(around) == ["Next", "Cite"]
    await server.restart()
    second = await press(server, around, "Next")
    assert second.response is not None
    assert second.response.ephemeral
    assert button_labels(second) == ["Previous", "Next", "Back to the quote", "Cite"]
    assert "Paragraph 3 of 3" in reply_text(second)
    third = await press(server, second, "Next")
    assert button_labels(third) == ["Previous", "Back to the quote", "Cite"]
    assert "with the quote in bold" not in reply_text(third)
    assert reply_text(await press(server, third, "Back to the quote")) == first


@pytest.mark.parametrize("now", [[*TEASERS], [replace(SEOUL, paragraphs=SEOUL.paragraphs[1:])]])
async def test_a_quote_that_no_longer_stands_has_no_context(
    server: Server, now: Sequence[Article]
) -> None:
    answered = await ask(server)
    around = await press(server, answered, "Context")
    server.client.library = small_library(now)
    for result, label in ((answered, "Context"), (around, "Next")):
        pressed = await press(server, result, label)
        assert pressed.ephemeral
        assert reply_text(pressed).startswith("This quote is no longer in an article here")


async def test_an_article_of_another_server_has_no_context_here(server: Server) -> None:
    theirs = Article("theirs", "Secret", (Paragraph("The harbour was sold."),), "x", outlet="X")
    server.client.library.put(1, theirs)
    quote_id = QuoteId.of(Quote(theirs, 1, 0, 21, theirs.paragraphs[0].text))
    message = await server.put_button(f"v1:context:{quote_id}")
    pressed = await server.member.click(message, custom_id=f"v1:context:{quote_id}")
    assert reply_text(pressed).startswith("This quote is no longer in an article here")


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
        layout = context_page(checked(QuoteContext.of(quote, shown_number)))
        assert_sendable(layout)
        _, *blocks = texts_of(layout)
        for label, block in zip(blocks[::2], blocks[1::2], strict=True):
            found = re.search(r"aragraph (\d+) of", label)
            assert found
            text = article.paragraphs[int(found[1]) - 1].text
            assert read_block_quote(block) in text
            assert read_block_quote(block) == text or "Part of" in label or text != text.strip()


def test_of_a_long_paragraph_the_part_around_the_quote_is_shown() -> None:
    text = "Word by word. " * 600 + "Here it stands. " + "And it goes on. " * 600
    start = text.index("Here")
    article = Article("a", "t", (Paragraph(text), Paragraph(text), Paragraph(text)), "a.txt")
    quote = Quote(article, 2, start, start + 15, "Here it stands.")
    layout = context_page(checked(QuoteContext.of(quote, 2)))
    assert_sendable(layout)
    _, _, before, label, middle, _, after = texts_of(layout)
    assert before.endswith("And it goes on.")
    assert label == "-# Part of paragraph 2 of 3, with the quote in bold"
    assert "word. **Here it stands**. And" in middle
    assert after.startswith("> Word by word.")


def test_a_quote_longer_than_a_message_is_in_bold_as_far_as_it_is_shown() -> None:
    text = "word " * 2000 + "end."
    quote = Quote(Article("a", "t", (Paragraph(text),), "a"), 1, 0, 10_004, text)
    layout = context_page(checked(QuoteContext.of(quote, 1)))
    assert_sendable(layout)
    _, label, shown = texts_of(layout)
    assert label == "-# Part of paragraph 1 of 1, with the quote in bold"
    assert shown.startswith("> **word word")
    assert shown.endswith("word**")


# Places


@given(quotes(also=False))
def test_a_place_is_read_as_it_was_written(quote: Quote) -> None:
    assert QuoteId.parse(str(QuoteId.of(quote))) == QuoteId.of(quote)


def test_a_quote_stands_only_as_long_as_its_words_do() -> None:
    quote_id = QuoteId.of(QUOTE)
    edited = replace(QUOTE.article, paragraphs=(Paragraph("Lee will now choose between the two."),))
    for article, stands in ((QUOTE.article, True), (edited, False)):
        view = small_library([article]).view()
        assert (find_quote(quote_id, view) is not None) == stands
    assert find_quote(quote_id, small_library([SEOUL]).view()) is None


@given(st.text(max_size=MAX_QUESTION_LENGTH))
def test_what_was_asked_is_read_back_as_it_was_asked(question: str) -> None:
    asked = " ".join(question.split())
    heading = subject_heading(asked)
    assert unescape(heading.removeprefix(SUBJECT_PREFIX)) == asked


# More


async def test_more_gives_further_quotes_until_there_are_none(harbour: Server) -> None:
    question = "What is said of the *harbour* of Tessel? @everyone 1. \\ #"
    page = await ask(harbour, question)
    seen = quoted(page)
    while "More" in button_labels(page):
        await harbour.restart()
        page = await press(harbour, page, "More")
        assert page.ephemeral
        assert reply_text(page).startswith(f"### {question}\n-# More quotes\n")
        assert not set(quoted(page)) & set(seen)
        seen += quoted(page)
    assert len(seen) == len(HARBOUR)


async def test_more_of_a_digest_says_nothing_again(harbour: Server) -> None:
    page = await harbour.member.slash(harbour.channel, "digest", topic="harbour of Tessel")
    seen = quoted(page)
    assert len(seen) == 6
    while "More" in button_labels(page):
        page = await press(harbour, page, "More")
        assert "-# More quotes\n" in reply_text(page)
        assert not set(quoted(page)) & set(seen)
        seen += quoted(page)
    assert len(seen) > 12


async def test_more_of_what_has_gone_is_one_sentence(harbour: Server) -> None:
    for command, words in (("ask", "question"), ("digest", "topic")):
        harbour.client.library = small_library([SEOUL, *HARBOUR])
        asked = {words: "the harbour of Tessel"}
        page = await harbour.member.slash(harbour.channel, command, **asked)
        harbour.client.library = small_library([SEOUL])
        pressed = await press(harbour, page, "More")
        assert pressed.ephemeral
        assert reply_text(pressed) == "The articles here have nothing more on this."


async def test_no_more_is_offered_where_there_is_none(server: Server) -> None:
    assert "More" not in button_labels(await ask(server))


# The articles behind


async def test_sources_lists_each_article_once_with_its_quotes(harbour: Server) -> None:
    page = await harbour.member.slash(harbour.channel, "digest", topic="harbour of Tessel")
    await harbour.restart()
    behind = await press(harbour, page, "The articles")
    assert behind.ephemeral
    assert reply_text(behind).count("1 quote") == 6
    assert re.search(r"Report \d\n-# The Herald · 1 quote", reply_text(behind))


async def test_sources_counts_quotes_that_stand_no_more(server: Server) -> None:
    page = await ask(server)
    server.client.library = small_library(TEASERS)
    behind = reply_text(await press(server, page, "The articles"))
    assert "1 quote is gone because its article has changed or was removed." in behind


# Sharing


async def test_a_private_answer_is_shared_once_and_says_by_whom(server: Server) -> None:
    private = await ask(server, private=True)
    assert button_labels(private) == ["Share", "Useful", "Not useful"]
    await server.restart()
    shared = await press(server, private, "Share")
    [public] = shared.followups
    assert not public.ephemeral
    assert reply_text(private).splitlines()[:2] == reply_text(shared).splitlines()[:2]
    assert reply_text(shared).endswith(f"-# Shared by <@{server.member.id}>")
    assert [c["label"] for c in walk(public.components) if c["type"] == 2] == [
        *("Useful", "Not useful")
    ]
    around = await choose(server.member, shared, "Context")
    assert "with the quote in bold" in reply_text(around)
    [quote] = await server.client.store.posted_quotes.for_article("seoul")
    assert (quote.post.kind, quote.post.message_id) == ("reply", public.id)


async def test_what_was_shared_cannot_be_shared_again(server: Server) -> None:
    private = await ask(server, private=True)
    await press(server, private, "Share")
    [left] = [m for m in server.channel.history(viewer=server.member) if m.flags.ephemeral]
    assert [c["label"] for c in walk(payload(left)) if c["type"] == 2] == [
        *("Useful", "Not useful")
    ]
    assert "Share" not in button_labels(await ask(server))


async def test_an_answer_with_a_quote_that_no_longer_stands_is_not_shared(server: Server) -> None:
    private = await ask(server, private=True)
    server.client.library = small_library(TEASERS)
    refused = await press(server, private, "Share")
    assert refused.ephemeral
    assert reply_text(refused) == (
        "A quote here is no longer in its article, so I did not share this; ask again."
    )


async def test_only_who_may_send_messages_may_share(server: Server) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    guild = server.channel.guild
    assert guild
    channel = guild.create_text_channel("news", overwrites={server.member: silent})
    private = await server.member.slash(channel, "ask", question=QUESTION, private=True)
    assert "Share" not in button_labels(private)


async def test_a_share_button_under_a_public_message_does_nothing(server: Server) -> None:
    message = await server.put_button("v1:share:all")
    refused = await server.member.click(message, custom_id="v1:share:all")
    assert refused.ephemeral
    assert reply_text(refused).endswith("so I did not share this.")


async def test_in_a_direct_message_there_is_no_feedback_and_a_private_answer_may_be_shared(
    server: Server,
) -> None:
    open_answer = await server.member.user.slash("ask", question=QUESTION)
    assert button_labels(open_answer) == []
    private = await server.member.user.slash("ask", question=QUESTION, private=True)
    assert button_labels(private) == ["Share"]
    shared = await press(server, private, "Share", by=server.member.user)
    assert "Shared by" in reply_text(shared)


async def test_a_shared_timeline_takes_its_picture_along(harbour: Server) -> None:
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
    harbour: Server,
) -> None:
    await harbour.prefer(language="ko")
    private = await ask(harbour, "the harbour of Tessel", private=True)
    assert button_labels(private) == [
        *("더 보기", "공유", "도움 됨", "도움 안 됨"),
    ]
    behind = await press(harbour, private, "이 인용문")
    assert "인용" in reply_text(behind)
    around = await press(harbour, private, "문맥")
    assert "문단" in reply_text(around)
    more = await press(harbour, private, "더 보기")
    assert reply_text(more).startswith("### the harbour of Tessel\n-# 인용문 더 보기")
    shared = await press(harbour, private, "공유")
    assert f"<@{harbour.member.id}>" in reply_text(shared)
    assert "Shared" not in reply_text(shared)
    harbour.client.library = small_library([SEOUL])
    gone = await press(harbour, private, "문맥")
    assert re.search(r"[가-힣]", reply_text(gone))


async def test_more_of_everything_is_understood_in_korean(harbour: Server) -> None:
    await harbour.prefer(language="ko")
    page = await harbour.member.slash(harbour.channel, "digest", topic="everything")
    assert reply_text(page).startswith("### 전체\n")
    seen = quoted(page)
    assert "더 보기" in button_labels(page)
    more = await press(harbour, page, "더 보기")
    assert quoted(more)
    assert not set(quoted(more)) & set(seen)
