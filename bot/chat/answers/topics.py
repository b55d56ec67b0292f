"""/topics, and the suggestions of topics that other commands offer while a person types."""

from collections.abc import Sequence

from discord import app_commands, ui

from bot.briefing.topics import EVERYTHING
from bot.chat.components.layout import GREY, framed, listed
from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.interaction.context import Interaction
from bot.chat.interaction.features import Feature
from bot.chat.interaction.installation_contexts import everywhere
from bot.chat.interaction.replies import send_layout
from bot.chat.interaction.suggestions import MAX_SUGGESTIONS, suggestions
from bot.language import command_name, say
from bot.model import Topic

_MAX_ALIASES = 300  # characters


async def complete_topic(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest topics by title and alias; before anything is typed, "everything" and the first."""
    matches = interaction.client.library.topics.suggest(typed, MAX_SUGGESTIONS)
    if not typed.strip():
        matches = [EVERYTHING, *matches]
    return suggestions(((say(topic.title), topic.slug) for topic in matches), typed)


@everywhere
@app_commands.command(description="List the topics that /digest and /schedule know by name.")
async def topics(interaction: Interaction) -> None:
    """Reply with every topic."""
    await send_layout(interaction, topics_page(interaction.client.library.topics.all()))


FEATURE = Feature(topics, position=70, help_place=("list", 10))


def topics_page(all_topics: Sequence[Topic]) -> ui.LayoutView:
    """Return every topic by title, with the other names that lead to it."""
    command = command_name("digest")
    if not all_topics:
        none = say("**No topics are defined here.** Any words do in /{command}.", command=command)
        return framed(GREY, none)
    lines = [
        f"**{one_line(topic.title, MAX_TITLE)}**"
        + (f" · {one_line(', '.join(topic.aliases), _MAX_ALIASES)}" if topic.aliases else "")
        for topic in all_topics
    ]
    explained = say(
        "Name one in /{command}, by its title or any other name; any other words do too.",
        command=command,
    )
    return listed(f"### {say('Topics')}\n{explained}", lines)
