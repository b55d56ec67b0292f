"""What people paste becomes an address, and two spellings of one address one key."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.errors import FetchError
from bot.reading.web.address import MAX_LENGTH, canonicalise, normalise


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("https://example.com/story", "https://example.com/story"),
        ("  http://example.com/story\n", "http://example.com/story"),
        ("<https://example.com/story>", "https://example.com/story"),
        ("example.com/story?id=7", "https://example.com/story?id=7"),
        ("//example.com/story", "https://example.com/story"),
        ("example.com:8080/story", "https://example.com:8080/story"),
        ("HTTPS://EXAMPLE.com/Story", "https://example.com/Story"),
        ("https://example.com/story#comments", "https://example.com/story"),
        ("https://example.com", "https://example.com"),
        ("https://bücher.example/ü", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://한국.example/", "https://xn--3e0b707e.example/"),
        ("https://example.com/a%20b?q=%26", "https://example.com/a%20b?q=%26"),
        ("http://wiki/page", "http://wiki/page"),
        ("http://[2001:db8::1]:81/", "http://[2001:db8::1]:81/"),
    ],
)
def test_what_is_pasted_becomes_an_address(pasted: str, url: str) -> None:
    assert normalise(pasted) == url


@pytest.mark.parametrize(
    ("pasted", "why"),
    [
        ("", "The address is missing"),
        (" <> ", "The address is missing"),
        ("file:///etc/passwd", "file: addresses cannot be fetched"),
        ("FILE:/etc/passwd", "file: addresses cannot be fetched"),
        ("ftp://example.com/story", "ftp: addresses cannot be fetched"),
        ("gopher://example.com:70/1", "gopher: addresses cannot be fetched"),
        ("data:text/html,<p>hi</p>", "data: addresses cannot be fetched"),
        ("javascript:alert(1)", "javascript: addresses cannot be fetched"),
        ("javascript:1", "not a web address"),
        ("view-source:https://example.com", "view-source: addresses cannot be fetched"),
        ("https://ann:secret@example.com/", "must not have a name or password in it"),
        ("https://ann@example.com/", "must not have a name or password in it"),
        ("https://:@example.com/", "must not have a name or password in it"),
        ("https://example.com\\@127.0.0.1/", "not a web address"),
        ("two words", "cannot have spaces"),
        ("https://example.com/a b", "cannot have spaces"),
        ("https://example.com/\r\nHost: x", "cannot have spaces or invisible"),
        ("https://example.com/\u202egnp.exe", "cannot have spaces or invisible"),
        ("https://example.com/\udcff", "cannot have spaces or invisible"),
        ("word", "not a web address"),
        ("https://", "not a web address"),
        ("https:///story", "not a web address"),
        ("https:example.com", "not a web address"),
        ("https://a..b/", "not a web address"),
        ("https://localhost./", "not a web address"),
        ("https://ex%61mple.com/", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://[fe80::1%eth0]/", "not a web address"),
        ("https://example.com:99999/", "not a web address"),
        ("https://example.com:http/", "not a web address"),
        (f"https://{'a' * 64}.com/", "not a web address"),
        (f"https://example.com/{'a' * MAX_LENGTH}", "longer than 2,000 characters"),
        (f"https://example.com/{'ü' * 400}", "longer than 2,000 characters"),
    ],
)
def test_what_is_no_address_is_refused_in_one_sentence(pasted: str, why: str) -> None:
    with pytest.raises(FetchError, match=why) as refused:
        normalise(pasted)
    assert len(str(refused.value)) < 200


@given(st.text(max_size=40))
def test_whatever_is_pasted_gives_an_address_or_a_sentence(pasted: str) -> None:
    try:
        url = normalise(pasted)
    except FetchError:
        return
    assert normalise(url) == url
    assert canonicalise(canonicalise(url)) == canonicalise(url)


ONE_STORY = [
    "https://example.com/story",
    "http://example.com/story",
    "https://www.example.com/story/",
    "https://EXAMPLE.com:443/story",
    "http://example.com:80/story",
    "https://example.com/story#comments",
    "https://example.com/story?",
    "https://example.com/news/../story",
    "https://example.com/%73tory",
    "https://example.com/story?utm_source=feed&UTM_medium=rss",
    "https://example.com/story?fbclid=1&gclid=2&mc_cid=3&at_campaign=4&_ga=5&igsh=6",
]


@pytest.mark.parametrize("url", ONE_STORY)
def test_the_spellings_of_one_address_have_one_key(url: str) -> None:
    assert canonicalise(url) == "https://example.com/story"


# Names that courlan takes for trackers, and that some sites give their stories.
STORY_NAMES = ("id", "uid", "cid", "eid", "ref", "source", "session", "keyword", "article_id")
DIFFERENT = [
    ("https://example.com/a", "https://example.com/b"),
    ("https://example.com/story", "https://example.com/Story"),
    ("https://example.com/story", "https://example.org/story"),
    ("https://example.com/story", "https://news.example.com/story"),
    ("https://example.com/story", "https://example.com:8080/story"),
    ("https://example.com/?p=1", "https://example.com/?p=2"),
    ("https://example.com/?1", "https://example.com/?2"),
    ("https://example.com/story?page=1", "https://example.com/story?page=2"),
    ("https://example.com/a%2Fb", "https://example.com/a/b"),
    ("https://example.com/news", "https://example.com/news/amp"),
    ("https://www.com/", "https://com/"),
    *(
        (f"https://example.com/?{name}=1", f"https://example.com/?{name}=2")
        for name in [
            "id",
            "uid",
            "cid",
            "eid",
            "aid",
            "oid",
            "ref",
            "source",
            "session",
            "keyword",
            "lang",
            "article_id",
        ]
    ),
]


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_what_may_be_two_stories_has_two_keys(first: str, second: str) -> None:
    assert canonicalise(first) != canonicalise(second)


def test_the_order_of_parameters_does_not_matter_but_that_of_one_name_does() -> None:
    assert canonicalise("https://a.com/?b=2&a=1") == canonicalise("https://a.com/?a=1&b=2")
    assert canonicalise("https://a.com/?a=1&a=2") != canonicalise("https://a.com/?a=2&a=1")


labels = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
hosts = st.lists(labels | st.just("www"), min_size=1, max_size=4).map(".".join)
paths = st.lists(st.text("abc/.%2F~ü ", max_size=6), max_size=3).map("/".join)
parameters = st.lists(
    st.tuples(st.sampled_from(["id", "p", "utm_source", "ü", "b"]), st.text("1a=&+ü%", max_size=4))
)


@given(hosts, paths, parameters, st.sampled_from(["", ":80", ":443", ":8080"]))
def test_the_key_of_a_key_is_itself(
    host: str, path: str, query: list[tuple[str, str]], port: str
) -> None:
    assume(" " not in path)
    pairs = "&".join(f"{name}={value}" for name, value in query)
    key = canonicalise(f"http://{host}{port}/{path}?{pairs}")
    assert canonicalise(key) == key


@given(hosts, paths, parameters)
def test_a_tracker_never_makes_another_story(
    host: str, path: str, query: list[tuple[str, str]]
) -> None:
    assume(" " not in path)
    pairs = [f"{name}={value}" for name, value in query]
    url = f"https://{host}/{path}?"
    tracked = [*pairs, "utm_campaign=x", "fbclid=y"]
    assert canonicalise(url + "&".join(pairs)) == canonicalise(url + "&".join(tracked))


def test_what_is_no_address_has_no_key() -> None:
    with pytest.raises(FetchError):
        canonicalise("mailto:ann@example.com")
