"""The posts about articles and pauses: quotes for watches, flags, notes on pauses and refusals."""

from discord import ui

from bot.chat.answers.quotations import quotes_page
from bot.chat.components.layout import AMBER, BLUE, framed, listed
from bot.chat.components.markdown import one_line
from bot.chat.components.stories import MAX_TITLE
from bot.chat.components.titles import topic_title
from bot.chat.interaction.checked import Checked
from bot.errors import unpack_message
from bot.language import say, say_count
from bot.model import Digest, Notice

_MAX_QUOTE = 400
_MAX_REASON = 300


def watch_quotes_page(digest: Checked[Digest], left_out: int) -> ui.LayoutView:
    """Show the quotes of a new article for a watch; `left_out` articles before it were dropped."""
    words = one_line(topic_title(digest.result), MAX_TITLE)
    heading = f"### {say('A new article mentions {words}', words=words)}"
    if left_out:
        note = say_count(
            left_out,
            "{number:,} more article mentioned this, but waited over a day and was left out.",
            "{number:,} more articles mentioned this, but waited over a day and were left out.",
        )
        heading += f"\n-# {note}"
    return quotes_page(BLUE, heading, digest.part(lambda result: result.points))


def flag_page(notice: Notice) -> ui.LayoutView:
    """Say below a post that its quotes are no longer in their article."""
    title = f"**{one_line(notice.brief.title, MAX_TITLE) or say('untitled')}**"
    if notice.kind == "withdrawn":
        heading = say("Removed by its source")
        happened = say("{title}, which this was quoted from, is gone:", title=title)
    else:
        heading = say("Changed by its source")
        happened = say("{title} was edited and no longer has this:", title=title)
    lines = [f"> {one_line(point.quote.text, _MAX_QUOTE)}" for point in notice.brief.points]
    return listed(f"### {heading}\n{happened}", lines)


def maker_page(notice: Notice, title: str) -> ui.LayoutView:
    """Tell the person who made a schedule or a watch that it is paused, or a post of it refused;
    `title` is that of its topic."""
    title = one_line(title, MAX_TITLE)
    channel = f"<#{notice.channel_id}>"
    if notice.kind == "paused":
        heading = say("Paused: {title}", title=title)
        where = say("I have stopped posting it in {channel}.", channel=channel)
    else:
        heading = say("Not posted: {title}", title=title)
        where = say("I skipped one post. Later posts will go out as usual.")
        if notice.channel_id is not None:
            where = say(
                "I skipped one post to {channel}. Later posts will go out as usual.",
                channel=channel,
            )
    reason = one_line(unpack_message(notice.reason or ""), _MAX_REASON)
    return framed(AMBER, f"### {heading}\n{where}\n{reason}")
