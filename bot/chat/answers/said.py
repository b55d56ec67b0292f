"""/said: what the articles quote of a person, page by page, and buttons for the people meant."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from discord import app_commands, ui

from bot.briefing.digest.digest import MAX_TOPIC_LENGTH
from bot.briefing.speech.speakers import MAX_NAME_LENGTH
from bot.chat.answers.quotations import quotes_page
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.answers.topics import complete_topic
from bot.chat.components.layout import BLUE, GREY, framed, page_label
from bot.chat.components.markdown import one_line
from bot.chat.components.periods import filter_lines
from bot.chat.components.quote_ids import read_subject
from bot.chat.components.titles import topic_title
from bot.chat.interaction.buttons import MAX_ID, MAX_LABEL, PersistentButton, with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, is_private, suggest, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import PATIENCE, Content, reply_with_quotes
from bot.chat.interaction.selections import (
    TOKEN,
    ArticleFilter,
    PeriodText,
    SourceText,
    complete_period,
    complete_source,
    filter_from_token,
    read_filter,
    refuse_new_only,
    split_number,
)
from bot.chat.interaction.suggestions import suggestions
from bot.language import join_list, say, say_count
from bot.library import View
from bot.model import Quote, Selection, Statements

QUOTES_PER_PAGE = 4

_MAX_NAME = 100
_TOKEN_AND_NAME = re.compile(rf"(?=[^|])({TOKEN})\|(.+)")


@dataclass(frozen=True, slots=True)
class StatementsPage:
    """`statements` with the quotes of one page alone, its number from 0, and how many there are;
    `extent` says in lines how much there is in all."""

    statements: Statements
    number: int
    pages: int
    extent: tuple[str, ...]


async def complete_person(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest the speakers in the articles; nobody as long as these are still being read."""
    view = view_for(interaction)
    task = asyncio.ensure_future(suggest(interaction, partial(view.suggest_speakers, typed)))
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    return suggestions(((name, name) for name in task.result()), typed) if done else []


@everywhere
@app_commands.command(
    name="said", description="List what a person said, as quoted in the articles, by date."
)
@app_commands.describe(
    person="Someone the articles quote; a surname is enough",
    topic="Only what they said about this (default: everything)",
    period="Only articles from: past week, since Monday, 1 to 5 March (default: all)",
    source="Only articles from this outlet, site or feed (default: all)",
    private="Show the reply only to you (default: to the whole channel)",
)
@app_commands.autocomplete(
    person=complete_person,
    topic=complete_topic,
    period=complete_period,
    source=complete_source,
)
async def list_statements(
    interaction: Interaction,
    person: app_commands.Range[str, 1, MAX_NAME_LENGTH],
    topic: app_commands.Range[str, 1, MAX_TOPIC_LENGTH] | None = None,
    period: PeriodText | None = None,
    source: SourceText | None = None,
    private: bool | None = None,
) -> None:
    """Reply with the first page of statements."""
    topic = " ".join((topic or "").split())
    chosen = await read_filter(interaction, period, source)
    refuse_new_only(chosen)
    private = is_private(interaction, private)
    await _show_page(interaction, person, topic, chosen, private=private)


class StatementsButton(PersistentButton, kind="said", values=rf"\d{{1,4}}{TOKEN}:.{{0,90}}"):
    """Turns a private reply to the page, the filter and the topic in its id. A public one stays as
    it is: the page is then shown privately. The person is named in the message."""

    async def press(self, interaction: Interaction) -> None:
        """Edit the reply, or reply privately."""
        message = interaction.message
        assert message is not None
        page, _, topic = self.value.partition(":")
        number, token = split_number(page)
        chosen = await filter_from_token(interaction, token)
        view, person = view_for(interaction), read_subject(message)
        await reply_with_quotes(
            interaction,
            compute=lambda: read_statements_page(
                view, person, topic, chosen.selection, int(number)
            ),
            render=lambda checked: statements_page(
                checked, interaction, topic=topic, private=True, token=token
            ),
            private=True,
            edit=message.flags.ephemeral or interaction.guild_id is None,
        )


class SpeakerButton(PersistentButton, kind="speaker", values=".+"):
    """Shows what the articles quote of the person in its id, privately; from all articles, or those
    of the token before the name and a bar."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the first page."""
        match = _TOKEN_AND_NAME.fullmatch(self.value)
        token, name = match.groups() if match else ("", self.value)
        chosen = await filter_from_token(interaction, token)
        await _show_page(interaction, name, "", chosen, private=True)


FEATURE = Feature(
    list_statements,
    (StatementsButton, SpeakerButton),
    position=50,
    help_place=("ask", 30),
    gap_options=("person", "topic"),
)


async def _show_page(
    interaction: Interaction, person: str, topic: str, chosen: ArticleFilter, *, private: bool
) -> None:
    view = view_for(interaction)

    def render(checked: Checked[StatementsPage]) -> Content:
        page = statements_page(
            checked, interaction, topic=topic, private=private, token=chosen.token
        )
        return Content(page, status=checked.result.statements.status)

    await reply_with_quotes(
        interaction,
        compute=lambda: read_statements_page(view, person, topic, chosen.selection),
        render=render,
        private=private,
    )


def read_statements_page(
    view: View, person: str, topic: str, selection: Selection, number: int = 0
) -> StatementsPage:
    """Return the page nearest to `number`; the first has the latest statements. Those of one day
    keep their order."""
    statements = view.find_statements(person, topic, selection=selection)
    quotes = tuple(sorted(statements.quotes, key=_newest_first))
    pages = max(1, -(-len(quotes) // QUOTES_PER_PAGE))
    number = min(number, pages - 1)
    start = number * QUOTES_PER_PAGE
    return StatementsPage(
        replace(statements, quotes=quotes[start : start + QUOTES_PER_PAGE]),
        number,
        pages,
        tuple(_extent(statements, number, pages)),
    )


def _newest_first(quote: Quote) -> int:
    return -quote.article.published_or_added.toordinal()


def statements_page(
    checked: Checked[StatementsPage],
    interaction: Interaction | None = None,
    *,
    topic: str = "",
    private: bool = False,
    token: str = "",
) -> ui.LayoutView:
    """Return a page with its buttons; where nothing is quoted, with buttons for people who are."""
    page, statements = checked.result, checked.result.statements
    if not statements.quotes:
        speaker, subject = statements.speaker, statements.speaker or statements.requested_name
        people = [speaker] if speaker else statements.other_speakers or statements.nearest_names
        lines = (_no_statements(statements), *filter_lines(statements.selected))
        layout = framed(GREY, "\n".join(lines), subject=subject)
        return with_buttons(layout, _people_buttons(people, token))
    layout = quotes_page(
        BLUE,
        "\n".join((*(f"-# {line}" for line in page.extent), *filter_lines(statements.selected))),
        checked.part(lambda page: page.statements.quotes),
        subject=statements.speaker,
        token=token,
    )
    people_buttons = _people_buttons(statements.other_speakers[:3], token)
    with_buttons(layout, (*_page_buttons(page, topic, token), *people_buttons))
    return with_buttons(layout, reply_buttons(interaction, private=private))


def _page_buttons(page: StatementsPage, topic: str, token: str) -> Iterator[PersistentButton]:
    """Yield buttons to the neighbouring pages; none where the topic is too long for their ids."""
    neighbours = ((page.number - 1, say("Later quotes")), (page.number + 1, say("Earlier quotes")))
    for number, label in neighbours:
        value = f"{number}{token}:{topic}"
        if 0 <= number < page.pages and len(StatementsButton.id_for(value)) <= MAX_ID:
            yield StatementsButton(value, label)


def _people_buttons(names: Sequence[str], token: str) -> Iterator[PersistentButton]:
    for name in names:
        value = f"{token}|{name}" if token else name
        if len(name) <= MAX_LABEL and len(SpeakerButton.id_for(value)) <= MAX_ID:
            yield SpeakerButton(value, name)


def _extent(statements: Statements, number: int, pages: int) -> Iterator[str]:
    quotes = say_count(len(statements.quotes), "{number:,} quote", "{number:,} quotes")
    parts = [say("In their own words"), quotes]
    if statements.topic:
        parts.append(
            say("Topic: {topic}", topic=one_line(topic_title(statements.topic), _MAX_NAME))
        )
    if pages > 1:
        parts.append(page_label(number, pages))
    yield " · ".join(parts)
    yield say("Latest first; the words in bold are this person's own.")
    if any(quote.article.published is None for quote in statements.quotes):
        yield say("Articles without a date are placed by the day they were added.")


def _no_statements(statements: Statements) -> str:
    topic = one_line(topic_title(statements.topic) if statements.topic else "", _MAX_NAME)
    if statements.speaker:
        name = one_line(statements.speaker, _MAX_NAME)
        return say("No article here quotes {person} on {topic}.", person=name, topic=topic)
    if statements.other_speakers:
        return say("The articles quote several people with this name. Who do you mean?")
    lines = [say("No article here quotes anyone with this name.")]
    if statements.nearest_names:
        people = one_line(join_list(statements.nearest_names), _MAX_NAME * 3)
        lines.append(f"-# {say('Quoted here: {people}', people=people)}")
    return "\n".join(lines)
