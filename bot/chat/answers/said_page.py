"""What the articles quote of a person, page by page, and the people who may be meant by a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from discord import ui

from bot.chat.answers.render import quotations
from bot.chat.answers.views import reply_buttons
from bot.chat.components.layout import BLUE, GREY, Page, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.quote_ids import asked_in
from bot.chat.interaction.buttons import LONGEST_ID, LONGEST_LABEL, PersistentButton, with_buttons
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.replies import change, computed, show, vouched
from bot.language import join_list, say, say_count
from bot.model import Quote, Statements

QUOTES_A_PAGE = 4

_LONGEST_SHOWN = 100


class SayingsButton(PersistentButton, kind="said", values=r"\d{1,4}:.{0,90}"):
    """Turns a private reply to the page and the topic in its id. A public one stays as it is:
    whoever presses gets the page privately. Whose words they are stands in the message."""

    async def press(self, interaction: Interaction) -> None:
        message = interaction.message
        assert message is not None
        number, _, topic = self.value.partition(":")
        said = await _read(interaction, asked_in(message), topic, private=True)
        page = _page(said.quotes, int(number))
        layout = _laid_out(said, page, interaction, topic=topic, private=True)
        if message.flags.ephemeral or interaction.guild_id is None:
            await change(interaction, layout)
        else:
            await show(interaction, layout, private=True)


class SpeakerButton(PersistentButton, kind="speaker", values=".+"):
    """Shows what the articles quote of the person in its id to whoever presses it, privately."""

    async def press(self, interaction: Interaction) -> None:
        await show_sayings(interaction, self.value, private=True)


async def show_sayings(
    interaction: Interaction, person: str, topic: str | None = None, *, private: bool
) -> None:
    """Reply with what the articles quote of a person, open at what is latest."""
    topic = " ".join((topic or "").split())
    said = await _read(interaction, person, topic, private=private)
    page = _page(said.quotes)
    layout = _laid_out(said, page, interaction, topic=topic, private=private)
    await show(interaction, layout, private=private, quotes=page.entries, status=said.status)


async def _read(interaction: Interaction, person: str, topic: str, *, private: bool) -> Statements:
    view = view_for(interaction)
    said = await computed(interaction, lambda: view.find_statements(person, topic), private=private)
    return replace(said, quotes=vouched(said.quotes, view.is_current))


def _page(quotes: Sequence[Quote], number: int | None = None) -> Page[Quote]:
    """The page of the quotes that stands nearest to `number`, the last one where that is None; the
    last, which has the latest, is always full."""
    pages = max(1, -(-len(quotes) // QUOTES_A_PAGE))
    number = pages - 1 if number is None else min(number, pages - 1)
    end = len(quotes) - (pages - 1 - number) * QUOTES_A_PAGE
    return Page(quotes[max(0, end - QUOTES_A_PAGE) : end], number, pages)


def _laid_out(
    said: Statements, page: Page[Quote], interaction: Interaction, *, topic: str, private: bool
) -> ui.LayoutView:
    """A page with its buttons; where nothing is quoted, with buttons for people who are."""
    if not said.quotes:
        people = _people(
            (said.speaker,) if said.speaker else said.other_speakers or said.nearest_names
        )
        asked = said.speaker or said.requested_name
        return with_buttons(framed(GREY, _nothing(said), asked=asked), people)
    heading = "\n".join(f"-# {line}" for line in _extent(said, page))
    layout = quotations(BLUE, heading, page.entries, asked=said.speaker)
    with_buttons(layout, (*_turns(page, topic), *_people(said.other_speakers[:3])))
    return with_buttons(layout, reply_buttons(interaction, private=private))


def _turns(page: Page[Quote], topic: str) -> Iterator[PersistentButton]:
    """Buttons to the pages beside; none where the topic is too long for their ids."""
    beside = ((page.number - 1, say("Earlier quotes")), (page.number + 1, say("Later quotes")))
    for number, label in beside:
        value = f"{number}:{topic}"
        if 0 <= number < page.pages and len(SayingsButton.id_for(value)) <= LONGEST_ID:
            yield SayingsButton(value, label)


def _people(names: Sequence[str]) -> Iterator[PersistentButton]:
    """A button for each of some speakers whose name it can hold."""
    for name in names:
        if len(name) <= LONGEST_LABEL:
            yield SpeakerButton(name, name)


def _extent(said: Statements, page: Page[Quote]) -> Iterator[str]:
    """How much there is, on what and in which order."""
    quotes = say_count(len(said.quotes), "{number:,} quote", "{number:,} quotes")
    parts = [say("In their own words"), quotes]
    if said.topic:
        parts.append(say("Topic: {topic}", topic=one_line(said.topic, _LONGEST_SHOWN)))
    if page.pages > 1:
        parts.append(page.place)
    yield " · ".join(parts)
    yield say("The words in bold are what this person said, in order of date.")
    if any(quote.article.published is None for quote in said.quotes):
        yield say("Stories without a date stand by the day on which they were added.")


def _nothing(said: Statements) -> str:
    topic = one_line(said.topic or "", _LONGEST_SHOWN)
    if said.speaker:
        name = one_line(said.speaker, _LONGEST_SHOWN)
        return say("No article here quotes {person} on {topic}.", person=name, topic=topic)
    if said.other_speakers:
        return say("Several people of this name are quoted here. Whom do you mean?")
    lines = [say("No article here quotes anybody of this name.")]
    if said.nearest_names:
        people = one_line(join_list(said.nearest_names), _LONGEST_SHOWN * 3)
        lines.append(f"-# {say('Quoted here: {people}', people=people)}")
    return "\n".join(lines)
