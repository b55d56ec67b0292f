"""What a schedule would post now, and what is said of it when it is made or changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chat.answers.digest import nearest_line
from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.components.titles import topic_title
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.replies import run_in_thread
from bot.language import say, say_count
from bot.library import View
from bot.model import Digest, PostedQuote


@dataclass(frozen=True, slots=True)
class Forecast:
    """The `digest` that would be posted now; `is_covered` if the channel has had all of it."""

    digest: Digest
    is_covered: bool = False


async def make_forecast(
    interaction: Interaction, channel_id: int, query: str, max_quotes: int | None
) -> Forecast:
    """Return what a summary of `query` would post to the channel now.

    Raises QuestionError where there is nothing to search for, StoreError and BusyError.
    """
    posted = await interaction.client.store.posted_quotes.for_channel(channel_id)
    view = view_for(interaction)
    return await run_in_thread(
        interaction, lambda: _forecast(view, query, posted, max_quotes), private=True
    )


def _forecast(
    view: View, query: str, posted: Sequence[PostedQuote], max_quotes: int | None
) -> Forecast:
    digest = view.digest(query, already_posted=posted, max_points=max_quotes)
    if digest.points or not posted:
        return Forecast(digest)
    whole = view.digest(query)
    is_covered = bool(whole.points) and not whole.is_nearest
    return Forecast(digest if is_covered else whole, is_covered)


def forecast_lines(forecast: Forecast) -> Iterator[str]:
    """Yield how many quotes wait, or that the topic finds nothing, with the nearest topics."""
    digest = forecast.digest
    if forecast.is_covered:
        yield say("Nothing is waiting. The channel already has everything in the articles on this.")
    elif digest.points and not digest.is_nearest:
        count = len(digest.points)
        if digest.has_more:
            yield say_count(
                count,
                "{number:,} quote is ready for the next summary, and more for later ones.",
                "{number:,} quotes are ready for the next summary, and more for later ones.",
            )
        else:
            yield say_count(
                count,
                "{number:,} quote is ready for the next summary.",
                "{number:,} quotes are ready for the next summary.",
            )
    else:
        yield say(
            "**No article here mentions {topic} yet**, so nothing would be posted now.",
            topic=one_line(topic_title(digest), MAX_TITLE),
        )
        yield from nearest_line(digest.nearest_topics)
