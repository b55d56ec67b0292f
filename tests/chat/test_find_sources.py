"""Find sources: what the articles hold on a message, sentence by sentence, or that they do not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import discord
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from simcord import InteractionResult

from bot.briefing.claims import MAX_CLAIMS
from bot.chat.answers.find_sources import source_report_page
from bot.errors import QuestionError
from bot.library import Library, View
from bot.model import Claim, Comparison, SourceReport
from bot.reading.desk import read_desk
from tests.support.discord_rules import walk
from tests.support.layouts import assert_sendable, checked, components
from tests.support.simulation import (
    SEOUL,
    FixedLibrary,
    Server,
    button_labels,
    menu_options,
    reply_text,
)
from tests.support.strategies import FEWER_EXAMPLES, comparisons, long_texts

LEE, _, EXPORTS = (paragraph.text for paragraph in SEOUL.paragraphs)


@pytest.fixture(scope="module")
def seeds() -> View:
    return Library(read_desk(Path(__file__).parents[2] / "seeds")).view()


# Sentences of the seeds, as they stand, with some words changed, or in other words: how they are
# found, and words of the quote that speaks to them.
TOLD = {
    "Yoon adopted a confrontational stance toward North Korea, and openly sided with Washington in "
    "its rivalry with Beijing.": ("exact", "Yoon adopted a confrontational stance"),
    "Phones capture screenshots every five minutes, accessible only to authorities, reflecting the "
    "regime's efforts to stifle foreign media exposure.": ("exact", "every five minutes"),
    "Securing 52% of the vote, Lee defeated conservative Kim Moon-soo amid high voter turnout.": (
        "near",
        "Securing 49.25% of the vote",
    ),
    "Trump has previously praised the amount South Korea pays for the US forces stationed on its "
    "soil.": ("near", "Trump has previously criticized the amount South Korea pays"),
    "Macron thinks the split between America and China is the world's greatest danger.": (
        "related",
        "the biggest global threat today",
    ),
    "Taiwan is building up its defences.": (
        "related",
        "Taiwan is strengthening defense strategies",
    ),
    "The deputy mayor of Taichung is worried about the trade talks of Taiwan.": (
        "related",
        "very anxious about Taiwan's trade negotiations",
    ),
    "Russian officials joked about the quarrel between Trump and Musk and offered to mediate.": (
        "related",
        "proposed acting as mediators",
    ),
    "kim jong un called the south an enemy in january 2024": ("related", "an 'enemy' nation"),
    "북한은 러시아에 군대를 보냈다.": ("related", "North Korea has sent troops to Russia."),
}

# News of other subjects, and of the same countries and people, that the seeds do not tell.
NOT_TOLD = (
    "The city council approved a new bicycle lane along the river.",
    "The football federation elected a new president.",
    "Nurses in Ontario voted for a contract with better pay.",
    "The Bank of Korea cut its interest rate to 2.5 percent.",
    "Kim Jong Un travelled to Moscow in May for the Victory Day parade.",
    "Hyundai agreed to invest 21 billion dollars in the United States.",
    "Washington approved the building of nuclear-powered submarines by South Korea.",
    "China's exports of rare earths to Japan were stopped in November.",
    "Elon Musk founded a new political party called the America Party.",
    "The Supreme Court of South Korea overturned Lee's acquittal.",
)


@pytest.mark.parametrize("text", TOLD)
def test_a_sentence_of_the_seeds_is_found_with_the_quote_that_speaks_to_it(
    seeds: View, text: str
) -> None:
    (claim,) = seeds.find_sources(text).claims
    status, words = TOLD[text]
    assert claim.status == status
    assert words in claim.matches[0].quote.text
    assert all(seeds.is_current(place.quote) for place in claim.matches)


@pytest.mark.parametrize("text", NOT_TOLD)
def test_nothing_speaks_to_what_is_not_in_the_seeds(seeds: View, text: str) -> None:
    said = seeds.find_sources(text)
    assert said.claims == (Claim(text, "none"),)
    assert said.status == "none"


def test_a_text_is_taken_sentence_by_sentence_and_line_by_line(seeds: View) -> None:
    text = "I agree! Lee beat the conservative Kim Moon-soo. And he said:\nPeace is always cheaper."
    said = seeds.find_sources(text)
    assert [claim.text for claim in said.claims] == [
        "Lee beat the conservative Kim Moon-soo.",
        "Peace is always cheaper.",
    ][: len(said.claims)]
    assert said.skipped_count == 4 - len(said.claims)


def test_what_a_sentence_tells_in_two_parts_is_looked_for_in_each(seeds: View) -> None:
    text = (
        "Hybe, which made BTS, has opened its first office in China, and Sheikh Hasina says Yunus "
        "is selling Bangladesh to the United States."
    )
    (claim,) = seeds.find_sources(text).claims
    first, second = (place.quote.text for place in claim.matches)
    assert "Hybe, known for BTS" in first
    assert "'selling the country to the US,'" in second


def test_of_a_long_text_the_first_sentences_are_looked_for(seeds: View) -> None:
    said = seeds.find_sources("Rain fell on every harbour of the coast. " * (MAX_CLAIMS + 3))
    assert (len(said.claims), said.unchecked_count) == (MAX_CLAIMS, 3)


def test_a_sentence_longer_than_any_quote_is_looked_for(seeds: View) -> None:
    (claim,) = seeds.find_sources("North Korea sent troops to Russia and " * 60).claims
    assert claim.status == "related"


@given(st.text(max_size=300))
@example("B각0")  # three terms in one word
def test_any_text_has_its_sources_sought(seeds: View, text: str) -> None:
    for claim in seeds.find_sources(text).claims:
        assert claim.text in text
        assert bool(claim.matches) == (claim.status != "none")


# In Discord


async def find_sources(server: Server, content: str) -> InteractionResult:
    message = await server.member.send(server.channel, content)
    return await server.administrator.context_menu(server.channel, "Find sources", message)


MESSAGE = f"""\
**{LEE}** <https://example.com/seoul>
> Nine percent fewer chips were exported to China. The weather in Lisbon was lovely on Sunday.
I agree!"""


async def test_each_sentence_of_a_message_has_its_quotes_or_none(server: Server) -> None:
    result = await find_sources(server, MESSAGE)
    assert result.ephemeral
    text = reply_text(result)
    assert f"“{LEE}”\nQuoted word for word:\n> {LEE}" in text
    chips = "“Nine percent fewer chips were exported to China.”\nRelated quotes:"
    assert f"{chips}\n> {EXPORTS}" in text
    lisbon = "“The weather in Lisbon was lovely on Sunday.”\nNo related quotes here."
    assert text.index(chips) < text.index(lisbon)
    assert "1 sentence says too little to search for." in text
    assert "may not support the sentence" in text
    assert len(menu_options(result)) == 2 + 2
    assert button_labels(result) == ["Share"]


async def test_what_was_found_can_be_shared_with_the_channel(server: Server) -> None:
    result = await find_sources(server, MESSAGE)
    assert result.response is not None
    shared = await server.administrator.click(result.response, label="Share")
    assert not shared.followups[-1].ephemeral if shared.followups else not shared.ephemeral
    assert EXPORTS in reply_text(shared)


async def test_where_nothing_is_told_every_sentence_says_so(server: Server) -> None:
    text = reply_text(
        await find_sources(server, "Nurses in Ontario voted for a contract. Rain is wet.")
    )
    assert text.count("No related quotes here.") == 1
    assert "says too little" in text
    assert "support the sentence" not in text
    assert "\n> " not in text


async def test_korean_is_spoken_to_those_whose_server_prefers_it(server: Server) -> None:
    await server.prefer(language="ko")
    text = reply_text(await find_sources(server, MESSAGE))
    assert EXPORTS in text
    assert "Related quotes" not in text
    assert "Nothing here" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "https://example.com/a <https://example.com/b>",
            "has only links, mentions, emoji or code",
        ),
        ("<@1> <#2> <:smile:3> 😀 <t:4:R>", "has only links, mentions, emoji or code"),
        ("```\nLee met Xi in Seoul.\n```", "has only links, mentions, emoji or code"),
        ("I agree with you!", "says too little"),
    ],
)
async def test_a_message_that_tells_nothing_gets_one_private_sentence(
    server: Server, content: str, sentence: str
) -> None:
    result = await find_sources(server, content)
    assert result.ephemeral
    assert sentence in reply_text(result)
    assert "\n" not in reply_text(result)
    server.expect_fault(QuestionError)


async def test_a_message_with_a_picture_alone_gets_one_private_sentence(server: Server) -> None:
    message = await server.member.send(server.channel, attachments=[("picture.png", b"\x89PNG")])
    result = await server.member.context_menu(server.channel, "Find sources", message)
    assert reply_text(result) == "This message has no text; choose one with a sentence in it."
    server.expect_fault(QuestionError)


async def test_a_forwarded_message_says_what_it_carries(server: Server) -> None:
    carried = await server.member.send(server.channel, LEE)
    forwarded = await server.member.forward(carried, server.channel)
    result = await server.member.context_menu(server.channel, "Find sources", forwarded)
    assert f"Quoted word for word:\n> {LEE}" in reply_text(result)


async def test_what_the_bot_of_a_feed_puts_in_a_box_is_read(server: Server) -> None:
    assert server.channel.guild
    feed = server.channel.guild.create_webhook(server.channel)
    post = await feed.send(embed=discord.Embed(title="News", description=f"{LEE} Read more."))
    result = await server.member.context_menu(server.channel, "Find sources", post)
    assert f"Quoted word for word:\n> {LEE}" in reply_text(result)


async def test_of_its_own_messages_it_says_what_to_do_instead(server: Server) -> None:
    asked = await server.member.slash(server.channel, "ask", question="Will Seoul choose a side?")
    assert asked.response is not None
    result = await server.member.context_menu(server.channel, "Find sources", asked.response)
    assert result.ephemeral
    assert "This message is mine" in reply_text(result)
    server.expect_fault(QuestionError)


class Forging(View):
    """A view whose quotes do not stand in its articles."""

    def __init__(self, view: View) -> None:
        self.__dict__.update(view.__dict__)

    def find_sources(self, text: str) -> SourceReport:
        found = super().find_sources(text)
        return replace(found, claims=tuple(map(_forged, found.claims)))


def _forged(claim: Claim) -> Claim:
    places = (replace(p, quote=replace(p.quote, text="Never said.")) for p in claim.matches)
    return replace(claim, matches=tuple(places))


async def test_a_quote_that_does_not_stand_is_never_sent(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.client.library = FixedLibrary(Forging(server.client.library.view()))
    text = reply_text(await find_sources(server, LEE))
    assert "No related quotes here." in text
    assert "Never said" not in text
    assert "not verbatim" in caplog.text


async def test_it_can_be_installed_for_oneself_and_used_anywhere(server: Server) -> None:
    registered = server.registered("Find sources")
    assert registered["type"] == discord.AppCommandType.message.value
    assert sorted(registered["integration_types"]) == [0, 1]
    assert sorted(registered["contexts"]) == [0, 1, 2]


claims = st.builds(
    Claim,
    text=long_texts.filter(bool),
    status=st.sampled_from(["exact", "near", "related"]),
    matches=st.lists(comparisons(), min_size=1, max_size=2).map(tuple),
) | st.builds(Claim, text=long_texts.filter(bool), status=st.just("none"))


@FEWER_EXAMPLES
@given(st.builds(SourceReport, st.lists(claims, min_size=1, max_size=MAX_CLAIMS).map(tuple)))
def test_whatever_was_found_is_a_message_that_discord_takes(found: SourceReport) -> None:
    assert_sendable(source_report_page(checked(found), "https://discord.com/channels/1/2/3"))


def test_sentences_whose_quotes_do_not_fit_are_counted(seeds: View) -> None:
    quotes = [Comparison(quote) for quote in seeds.ask("What did Lee say of China?").quotes]
    found = SourceReport(
        tuple(Claim(f"Claim {n}", "related", (quotes[n % 3],)) for n in range(8)), 2
    )
    payload = components(source_report_page(checked(found), ""))
    shown = "\n".join(c["content"] for c in walk(payload) if c["type"] == 10)
    left_out = 8 - shown.count("Related quotes:") + 2
    assert left_out > 2
    assert f"{left_out} more sentences were left out." in shown
