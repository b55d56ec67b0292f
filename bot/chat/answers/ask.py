"""/ask: a question, answered with quotations, and the button for more of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from discord import app_commands, ui

from bot.briefing.ask import MAX_QUESTION_LENGTH
from bot.briefing.follow_up.resolving import resolve_heading
from bot.chat.answers.digest import nothing_more, topic_buttons
from bot.chat.answers.quotations import count_shown, quotes_page
from bot.chat.answers.reply_buttons import reply_buttons
from bot.chat.components.layout import AMBER, GREEN, GREY, framed
from bot.chat.components.markdown import one_line
from bot.chat.components.periods import filter_lines
from bot.chat.components.quote_ids import read_subject
from bot.chat.interaction.buttons import PersistentButton, with_buttons
from bot.chat.interaction.checked import Checked
from bot.chat.interaction.context import Interaction, is_private, view_for
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import reply_with_quotes
from bot.chat.interaction.selections import (
    NO_FILTER,
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
from bot.language import say
from bot.library import EVERY_ARTICLE, View
from bot.model import Answer, Selection

_MAX_WORDS = 300  # characters


@everywhere
@app_commands.command(description="Ask a question and get quotes from the articles that answer it.")
@app_commands.describe(
    question="In your own words, such as: when will the bridge reopen?",
    period="Only articles from: past week, since Monday, 1 to 5 March (default: all)",
    source="Only articles from this outlet, site or feed (default: all)",
    private="Show the answer only to you (default: to the whole channel)",
)
@app_commands.autocomplete(period=complete_period, source=complete_source)
async def ask(
    interaction: Interaction,
    question: app_commands.Range[str, 1, MAX_QUESTION_LENGTH],
    period: PeriodText | None = None,
    source: SourceText | None = None,
    private: bool | None = None,
) -> None:
    """Reply with the answer."""
    chosen = await read_filter(interaction, period, source)
    refuse_new_only(chosen)
    await show_answer(
        interaction, question, private=is_private(interaction, private), chosen=chosen
    )


class MoreQuotesButton(PersistentButton, kind="more", values=rf"\d{{1,3}}{TOKEN}"):
    """Shows further quotes privately; its id says how many were shown, and to which articles the
    answer is limited; its message has the question."""

    async def press(self, interaction: Interaction) -> None:
        """Reply with the next quotes."""
        assert interaction.message is not None
        view, question = view_for(interaction), read_subject(interaction.message)
        shown_count, token = split_number(self.value)
        offset, chosen = int(shown_count), await filter_from_token(interaction, token)

        def render(checked: Checked[Answer]) -> ui.LayoutView | str:
            if not checked.result.quotes:
                return nothing_more()
            return answer_page(checked, interaction, private=True, offset=offset, token=token)

        await reply_with_quotes(
            interaction,
            compute=lambda: answer_heading(
                view, question, after=offset, selection=chosen.selection
            ),
            render=render,
            private=True,
        )


FEATURE = Feature(
    ask, (MoreQuotesButton,), position=10, help_place=("ask", 10), gap_options=("question",)
)


async def show_answer(
    interaction: Interaction, question: str, *, private: bool, chosen: ArticleFilter = NO_FILTER
) -> None:
    """Reply with the answer to a question."""
    view = view_for(interaction)
    await reply_with_quotes(
        interaction,
        compute=lambda: view.ask(question, selection=chosen.selection),
        render=lambda checked: answer_page(
            checked, interaction, private=private, token=chosen.token
        ),
        private=private,
    )


def answer_heading(
    view: View, heading: str, *, after: int = 0, selection: Selection = EVERY_ARTICLE
) -> Answer:
    """Answer the heading of an answer: a question, or one and what was asked after it. The answer's
    question is the heading; the first `after` quotes are left out."""
    question = resolve_heading(heading, view.index.analyser.names)
    answer = view.ask(question, after=after, selection=selection)
    return answer if question == heading else replace(answer, question=heading)


def answer_page(
    checked: Checked[Answer],
    interaction: Interaction | None = None,
    *,
    private: bool = False,
    offset: int = 0,
    token: str = "",
) -> ui.LayoutView:
    """Return the question and its quotes with a row of buttons; `related` and `none` say in words
    that they are no answer. `offset` counts the quotes shown before, `token` is that of the filter.
    """
    answer = checked.result
    if answer.status == "none" or not answer.quotes:
        layout = framed(GREY, "\n".join(_no_answer(answer)), subject=answer.question)
        return with_buttons(layout, topic_buttons(answer.nearest_topics, token))
    notes = [f"-# {say('More quotes')}"] if offset else []
    notes += filter_lines(answer.selected)
    if answer.status == "related":
        notes.append(say("No article answers this directly. These passages come closest."))
    if answer.unquoted_words:
        words = _words(answer.unquoted_words)
        notes.append(f"-# {say('Not in these quotes: {words}.', words=words)}")
    layout = quotes_page(
        GREEN if answer.status == "answer" else AMBER,
        "\n".join(notes),
        checked.part(lambda answer: answer.quotes),
        subject=answer.question,
        token=token,
    )
    shown_count = offset + count_shown(layout, answer.quotes)
    has_more = answer.has_more or shown_count < offset + len(answer.quotes)
    more = MoreQuotesButton(f"{shown_count}{token}", say("More")) if has_more else None
    return with_buttons(layout, reply_buttons(interaction, private=private, more=more))


def _no_answer(answer: Answer) -> Iterator[str]:
    if answer.selected is None:
        yield say("No article here answers this.")
    else:
        yield say("None of the articles you chose answers this.")
        yield from filter_lines(answer.selected)
    notes = []
    if answer.matched_words:
        notes.append(say("Words found: {words}", words=_words(answer.matched_words)))
    if answer.missing_words:
        notes.append(say("Words not found: {words}", words=_words(answer.missing_words)))
    if notes:
        yield f"-# {' · '.join(notes)}"


def _words(words: Sequence[str]) -> str:
    return one_line(", ".join(words), _MAX_WORDS)
