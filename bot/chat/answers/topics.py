"""The list of topics, and the suggestions of them that commands offer while a person types."""

from collections.abc import Sequence

from discord import app_commands, ui

from bot.briefing.topics import EVERYTHING
from bot.chat.components.layout import GREY, framed, listed
from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.components.titles import topic_title
from bot.chat.interaction.context import Interaction, view_for
from bot.chat.interaction.suggestions import MAX_SUGGESTIONS, suggestions
from bot.language import command_name, join_list, say
from bot.library import View
from bot.model import Topic

_MAX_ALIASES = 300  # characters
_MAX_SUGGESTED = 8  # of those that nobody has named


async def complete_topic(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    """Suggest topics by title and alias, and what the server's articles are most about; before
    anything is typed, "everything" first."""
    matches = list(view_for(interaction).suggest_topics(typed, MAX_SUGGESTIONS))
    if not typed.strip():
        matches = [EVERYTHING, *matches]
    return suggestions(((topic_title(topic), topic.slug) for topic in matches), typed)


def topics_page(
    all_topics: Sequence[Topic], own: Sequence[Topic] = (), titles: Sequence[str] = ()
) -> ui.LayoutView:
    """Return every topic by title, with the other names that lead to it, what it leaves out, and
    whether it is the server's `own`; and `titles` that could be named."""
    command = command_name("digest")
    lines = [_own_line(topic) if topic in own else _line(topic) for topic in all_topics]
    suggested = ""
    if titles:
        suggested = say(
            "The articles mention these most: {names}.",
            names=join_list([one_line(title, MAX_TITLE) for title in titles]),
        )
    if not lines:
        none = say(
            "**There are no topics here yet.** You can use any words in /{command}.",
            command=command,
        )
        return framed(GREY, f"{none}\n{suggested}".strip())
    explained = say(
        "Use a title or another name in /{command}, or any words of your own.",
        command=command,
    )
    return listed(f"### {say('Topics')}\n{explained}\n{suggested}".strip(), lines)


def suggested_titles(view: View, limit: int = _MAX_SUGGESTED) -> Sequence[str]:
    """Return what the articles are most about, where the server has named no topic."""
    return [] if view.topics.own else [topic.title for topic in view.suggest_subjects("", limit)]


def _own_line(topic: Topic) -> str:
    return f"{_line(topic)} · {say('added by this server')}"


def _line(topic: Topic) -> str:
    title = topic_title(topic)
    line = f"**{one_line(title, MAX_TITLE)}**"
    if names := [name for name in (topic.title, *topic.aliases) if name != title]:
        line += f" · {one_line(', '.join(names), _MAX_ALIASES)}"
    if topic.excluded:
        left_out = one_line(", ".join(topic.excluded), _MAX_ALIASES)
        line += f" · {say('without {words}', words=left_out)}"
    return line
