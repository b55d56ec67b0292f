"""Web addresses: what a person pasted made whole, and the key by which two addresses are one."""

from __future__ import annotations

import re
from typing import Final

from yarl import URL

from bot.errors import FetchError

# The longest that browsers and servers of every kind take, and that every database indexes.
MAX_LENGTH: Final = 2000

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)  # `example.com:80` has none
_HOST = re.compile(
    r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*"
    r"|[0-9a-f:]+(?:(?:\.\d+){3})?"  # Python 3.13 writes an IPv4-mapped address with dots
)
_WWW = re.compile(r"^(?:www\.)+(?=[^.]+\.)")

# What says how a reader came to a page and never which page it is. Names that some sites use for
# the story itself (id, uid, cid, ref, source) stay, whatever else they are used for.
_TRACKERS = re.compile(
    r"(?:utm|mtm|oly|vero)_.*|pk_(?:campaign|kwd|keyword|source|medium|content)|mc_[ce]id"
    r"|at_(?:medium|format|campaign.*|link_.*|ptr_name)|ns_(?:campaign|mchannel|source|linkname)"
    r"|(?:fb|g|dc|tw|y|ysc|ms|tt)clid|(?:gb|wb)raid|gclsrc|msclkid|igsh(?:id)?|li_fat_id"
    r"|_hs(?:enc|mi)|_g[al]|_openstat|mkt_tok|wickedid|s_cid|cmpid|ncid|smid|xtor"
)


def normalise(text: str) -> str:
    """The http or https address that a person meant by `text`; https where no scheme is given.

    Raises FetchError, which says what to give instead.
    """
    pasted = text.strip().strip("<>").strip()  # <…> keeps Discord from showing a preview
    if not pasted:
        raise FetchError("No address was given; give one that begins with https://.")
    if _SCHEME.match(pasted):
        return str(parse(pasted))
    url = parse(f"https://{pasted.lstrip('/')}")
    if "." not in (url.raw_host or ""):
        raise _no_address(pasted)
    return str(url)


def canonical(url: str) -> str:
    """The key of a page: two addresses with one key lead to the same story.

    It knows no scheme but https, no `www.`, no trailing slash, no fragment, no default port and no
    tracking parameters; the other parameters are in the order of their names. Raises FetchError for
    what is no web address.
    """
    parsed = parse(url)
    host = _WWW.sub("", parsed.host_subcomponent or "")
    port = "" if parsed.port in (80, 443) else f":{parsed.port}"
    parameters = [part for part in parsed.raw_query_string.split("&") if part]
    named = sorted(((_name(part), part) for part in parameters), key=lambda pair: pair[0])
    query = "&".join(part for name, part in named if not _TRACKERS.fullmatch(name))
    return f"https://{host}{port}{parsed.raw_path.rstrip('/')}{'?' if query else ''}{query}"


def parse(text: str) -> URL:
    """`text` as the downloader reads it, without its fragment.

    Raises FetchError for everything but an http or https address of a host, without credentials.
    """
    if " " in text or not text.isprintable():
        raise FetchError("An address has no spaces or invisible characters in it; copy it again.")
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise FetchError(
            "{scheme}: addresses cannot be fetched; give one that begins with https://.",
            scheme=scheme[1].lower(),
        )
    try:
        url = URL(text).with_fragment(None)
    except ValueError as error:
        raise _no_address(text) from error
    if not url.scheme or not _HOST.fullmatch(url.raw_host or ""):
        raise _no_address(text)
    if url.user is not None or url.password is not None:
        raise FetchError(
            "An address must not carry a name or password; leave out what is before @."
        )
    if len(str(url)) - len(url.scheme) > MAX_LENGTH:
        raise FetchError(
            "The address is longer than {most:,} characters; give a shorter one.", most=MAX_LENGTH
        )
    return url


def _name(parameter: str) -> str:
    return parameter.partition("=")[0].lower()


def _no_address(text: str) -> FetchError:
    shown = text if len(text) <= 80 else f"{text[:79]}…"
    return FetchError("“{text}” is no web address; give one that begins with https://.", text=shown)
