"""Web addresses: completed from what a person pasted, and compared by a canonical key."""

from __future__ import annotations

import re
from typing import Final

from yarl import URL

from bot.errors import FetchError

# Every browser and server takes this many characters, and every database can index them.
MAX_LENGTH: Final = 2000

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d)", re.IGNORECASE)  # `example.com:80` has none
_HOST = re.compile(
    r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*"
    r"|[0-9a-f:]+(?:(?:\.\d+){3})?"  # Python 3.13 writes an IPv4-mapped address with dots
)
_WWW = re.compile(r"^(?:www\.)+(?=[^.]+\.)")

# Parameters that say how a reader came to a page and never which page it is. Names that some sites
# use for the story itself (id, uid, cid, ref, source) are kept.
_TRACKERS = re.compile(
    r"(?:utm|mtm|oly|vero)_.*|pk_(?:campaign|kwd|keyword|source|medium|content)|mc_[ce]id"
    r"|at_(?:medium|format|campaign.*|link_.*|ptr_name)|ns_(?:campaign|mchannel|source|linkname)"
    r"|(?:fb|g|dc|tw|y|ysc|ms|tt)clid|(?:gb|wb)raid|gclsrc|msclkid|igsh(?:id)?|li_fat_id"
    r"|_hs(?:enc|mi)|_g[al]|_openstat|mkt_tok|wickedid|s_cid|cmpid|ncid|smid|xtor"
)


def normalise(text: str) -> str:
    """Return the http or https address in `text`; https where no scheme is given.

    Raises FetchError, which says what to give instead.
    """
    pasted = text.strip().strip("<>").strip()  # <…> keeps Discord from showing a preview
    if not pasted:
        raise FetchError("The address is missing; enter one that begins with https://.")
    if _SCHEME.match(pasted):
        return str(parse_url(pasted))
    url = parse_url(f"https://{pasted.lstrip('/')}")
    if "." not in (url.raw_host or ""):
        raise _invalid_address(pasted)
    return str(url)


def canonicalise(url: str) -> str:
    """Return the key of a page: two addresses with one key lead to the same story.

    Its scheme is https; it has no `www.`, trailing slash, fragment, default port or tracking
    parameters, and the other parameters are sorted by name. Raises FetchError where `url` is no web
    address.
    """
    parsed = parse_url(url)
    host = _WWW.sub("", parsed.host_subcomponent or "")
    port = "" if parsed.port in (80, 443) else f":{parsed.port}"
    parameters = [parameter for parameter in parsed.raw_query_string.split("&") if parameter]
    query = "&".join(
        parameter
        for parameter in sorted(parameters, key=_parameter_name)
        if not _TRACKERS.fullmatch(_parameter_name(parameter))
    )
    return f"https://{host}{port}{parsed.raw_path.rstrip('/')}{'?' if query else ''}{query}"


def parse_url(text: str) -> URL:
    """Return `text` as the downloader requests it, without its fragment.

    Raises FetchError unless it is an http or https address of a host, without credentials.
    """
    if " " in text or not text.isprintable():
        raise FetchError("An address cannot have spaces or invisible characters; copy it again.")
    scheme = _SCHEME.match(text)
    if scheme and scheme[1].lower() not in ("http", "https"):
        raise FetchError(
            "{scheme}: addresses cannot be fetched; use one that begins with https://.",
            scheme=scheme[1].lower(),
        )
    try:
        url = URL(text).with_fragment(None)
    except ValueError as error:
        raise _invalid_address(text) from error
    if not url.scheme or not _HOST.fullmatch(url.raw_host or ""):
        raise _invalid_address(text)
    if url.user is not None or url.password is not None:
        raise FetchError(
            "An address must not have a name or password in it; leave out what is before @."
        )
    if len(str(url)) - len(url.scheme) > MAX_LENGTH:
        raise FetchError(
            "The address is longer than {most:,} characters; use a shorter one.", most=MAX_LENGTH
        )
    return url


def _parameter_name(parameter: str) -> str:
    return parameter.partition("=")[0].lower()


def _invalid_address(text: str) -> FetchError:
    excerpt = text if len(text) <= 80 else f"{text[:79]}…"
    return FetchError(
        "“{text}” is not a web address; use one that begins with https://.", text=excerpt
    )
