"""How much text there is, for the limit on that of a server."""

from collections.abc import Iterable

from bot.errors import LibraryError
from bot.model import Paragraph


def paragraphs_size(paragraphs: Iterable[Paragraph]) -> int:
    """Return the bytes of the paragraphs' text in UTF-8."""
    return sum(len(paragraph.text.encode(errors="replace")) for paragraph in paragraphs)


def refuse_text_beyond(limit: int | None, size: int, more: int = 0) -> None:
    """Raise LibraryError if `more` bytes do not fit a server that has `size` of `limit`."""
    if limit is None or (size < limit and size + more <= limit):
        return
    if size >= limit:
        raise LibraryError(
            "This server already has {megabytes:,} MB of text, which is the limit. Remove an "
            "article first with /library remove.",
            megabytes=limit // 1_000_000,
        )
    raise LibraryError(
        "With this, the server would have more than {megabytes:,} MB of text, which is the "
        "limit. Remove an article first with /library remove, or add less.",
        megabytes=limit // 1_000_000,
    )
