"""Pages and feeds of an invented news site, as HTML and RSS."""

from __future__ import annotations

from bot.reading.feeds.feed import FeedContent, FeedEntry

URL = "https://news.example/2026/03/ferry"
TITLE = "Ferry line to the outer islands opens again"
BODY = (
    "The ferry to the outer islands sailed on Monday for the first time in four years, with two "
    "hundred passengers and a brass band on board.",
    "“We have waited for this day,” said Ann Oak, who keeps the only shop on the northern island "
    "and has had her flour flown in since the pier was lost.",
    "The line was closed after a storm took the pier; the province paid nine million crowns for "
    "a new one, of which the islands bore a tenth.",
    "Two boats will serve the line, one of them electric, and a third is to follow once the "
    "harbour of the eastern island has been dredged next spring.",
)
MENU = "".join(f"<li><a href='/{n}'>{n}</a></li>" for n in ("Home", "Sport", "Opinion", "Weather"))


def page(*body: str, head: str = "", title: str = TITLE) -> str:
    """A page of a news site around the HTML of `body`."""
    return (
        f"<!DOCTYPE html><html><head><title>{title} | Island Post</title>{head}</head><body>"
        f"<nav><ul>{MENU}</ul></nav><article><h1>{title}</h1>{''.join(body)}</article>"
        "<aside><h3>Most read</h3><p>Cat found in a tree on the northern island.</p></aside>"
        "<footer><p>© 2026 Island Post. All rights reserved.</p></footer></body></html>"
    )


def paragraphs(*texts: str) -> str:
    """Each text as an HTML paragraph."""
    return "".join(f"<p>{text}</p>" for text in texts)


FULL = paragraphs(*BODY)
TEASER = "The ferry to the outer islands sailed on Monday for the first time in four years."


def rss(*items: str, head: str = "<title>Island Post</title><link>/home</link>") -> str:
    """An RSS 2.0 feed of these items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel>{head}{''.join(items)}</channel></rss>"
    )


def item(
    title: str = "Ferry",
    *,
    link: str = "/ferry",
    guid: str = "",
    summary: str = TEASER,
    content: str = "",
    more: str = "",
) -> str:
    """An RSS item; the parts that are empty are left out."""
    parts = [
        ("title", "", title),
        ("link", "", link),
        ("guid", " isPermaLink='false'", guid),
        ("description", "", f"<![CDATA[{summary}]]>"),
        ("content:encoded", "", content and f"<![CDATA[{content}]]>"),
    ]
    said = "".join(f"<{name}{stated}>{text}</{name}>" for name, stated, text in parts if text)
    return f"<item>{said}{more}</item>"


def only_entry(feed: FeedContent) -> FeedEntry:
    """The one entry of a feed."""
    assert len(feed.entries) == 1
    return feed.entries[0]


def entry_texts(entry: FeedEntry) -> tuple[str, ...]:
    """The paragraphs of the stories that an entry carries."""
    return tuple(p.text for p in entry.story.paragraphs) if entry.story else ()


RSS_2 = rss(
    item(
        "Ferry &amp;amp; pier",
        guid="tag:1",
        content=FULL,
        more="<dc:creator>Ann Oak</dc:creator><pubDate>Mon, 02 Mar 2026 23:00:00 -0500</pubDate>",
    )
)
