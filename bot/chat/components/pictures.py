"""Charts in messages, with a description in words for those who do not see pictures."""

import io
from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.charts import Picture
from bot.chat.components.layout import MAX_TEXT
from bot.chat.components.markdown import one_line, size
from bot.chat.components.quote_ids import SUBJECT_ID


def add_picture(layout: ui.LayoutView, picture: Picture) -> discord.File:
    """Put `picture` below what was asked in a framed layout; return the file to send with it."""
    file = _png_file(picture.png)
    gallery = ui.MediaGallery[Any](discord.MediaGalleryItem(file, description=picture.alt))
    [frame] = (item for item in layout.children if isinstance(item, ui.Container))
    parts = frame.children
    texts = [part for part in layout.walk_children() if isinstance(part, ui.TextDisplay)]
    room = MAX_TEXT - sum(size(part.content) for part in texts)
    subject = next(position for position, part in enumerate(texts) if part.id == SUBJECT_ID)
    if picture.key:  # in one text with what stands below: a message may hold few components
        heading = texts[subject + 1]
        heading.content = f"{_key_line(picture.key, room - 1)}\n{heading.content}"
    frame.clear_items()
    for part in parts:
        frame.add_item(part)
        if part.id == SUBJECT_ID:
            frame.add_item(gallery)
    return file


def may_attach(channel: object) -> bool:
    """Whether the bot is known to be allowed to send files to a channel."""
    if not isinstance(channel, discord.abc.GuildChannel):
        return False
    me: discord.Member | None = channel.guild.me  # None while the server is not known
    return me is not None and channel.permissions_for(me).attach_files


async def reload_pictures(layout: ui.LayoutView, client: discord.Client) -> list[discord.File]:
    """Download the pictures of a layout that was sent before, to send them once more: the address
    of a picture ends with its message."""
    files: list[discord.File] = []
    for gallery in layout.walk_children():
        if isinstance(gallery, ui.MediaGallery):
            items = gallery.items
            gallery.clear_items()
            for item in items:
                files.append(_png_file(await client.http.get_from_cdn(item.media.url)))
                gallery.add_item(media=files[-1], description=item.description)
    return files


def _png_file(png: bytes) -> discord.File:
    return discord.File(io.BytesIO(png), "coverage.png")


def _key_line(key: Sequence[tuple[str, str]], room: int) -> str:
    """Return what the signs in a picture stand for, within `room` (in size)."""
    mark = "-# "
    return mark + one_line("; ".join(f"{sign}: {name}" for sign, name in key), room - len(mark))
