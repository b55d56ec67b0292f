"""The guard lets sockets go to the public internet, and nowhere else."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.reading.web.guard import ForbiddenError, Guard, NotPublicError, UnusualPortError, is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.15.0.1", "172.32.0.1", "192.0.1.1"]
PUBLIC += ["168.63.129.15", "198.17.0.1", "2606:4700::1111", "2a00:1450:4001::1", "2001:4860::8888"]
NOT_PUBLIC = {
    "this network": "0.0.0.0",
    "this network, any": "0.1.2.3",
    "private, large": "10.0.0.1",
    "private, middle": "172.16.0.1",
    "private, middle, last": "172.31.255.255",
    "private, small": "192.168.1.1",
    "loopback": "127.0.0.1",
    "loopback, any": "127.8.9.10",
    "carrier-grade NAT": "100.64.0.1",
    "metadata of Alibaba": "100.100.100.200",
    "link-local": "169.254.1.1",
    "metadata": "169.254.169.254",
    "metadata of Oracle": "192.0.0.192",
    "host of Azure": "168.63.129.16",
    "documentation": "192.0.2.1",
    "documentation 2": "198.51.100.1",
    "documentation 3": "203.0.113.1",
    "benchmarking": "198.18.0.1",
    "6to4 relay": "192.88.99.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "unspecified v6": "::",
    "loopback v6": "::1",
    "mapped": "::ffff:8.8.8.8",
    "mapped private": "::ffff:10.0.0.1",
    "compatible": "::8.8.8.8",
    "NAT64": "64:ff9b::808:808",
    "NAT64 private": "64:ff9b::a00:1",
    "NAT64 of one's own": "64:ff9b:1::808:808",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "benchmarking v6": "2001:2::1",
    "ORCHID": "2001:20::1",
    "documentation v6": "2001:db8::1",
    "documentation v6, new": "3fff::1",
    "6to4": "2002:808:808::1",
    "6to4 private": "2002:a00:1::1",
    "discard": "100::1",
    "segment routing": "5f00::1",
    "unique local": "fc00::1",
    "metadata of Amazon v6": "fd00:ec2::254",
    "link-local v6": "fe80::1",
    "link-local v6 with a zone": "fe80::1%eth0",
    "site-local": "fec0::1",
    "multicast v6": "ff02::1",
    "a name": "localhost",
    "nothing": "",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC.values(), ids=NOT_PUBLIC.keys())
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_to_be_special(
    address: IPv4Address | IPv6Address,
) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_no_ipv6_address_that_carries_an_ipv4_address_is_public(address: IPv4Address) -> None:
    inside = int(address)
    for prefix, shift in (("::", 0), ("::ffff:0:0", 0), ("64:ff9b::", 0), ("2002::", 80)):
        assert not is_public(str(IPv6Address(int(IPv6Address(prefix)) | inside << shift)))


@pytest.mark.parametrize(
    ("allow", "address", "port"),
    [
        ((), "8.8.8.8", 443),
        ((), "2606:4700::1111", 80),
        (("10.0.0.5",), "10.0.0.5", 80),
        (("10.0.0.0/8",), "10.200.3.4", 443),
        (("10.0.0.7/8",), "10.200.3.4", 443),
        (("127.0.0.1:8099",), "127.0.0.1", 8099),
        (("::1",), "::1", 80),
        (("[::1]",), "::1", 80),
        (("[::1]:8099",), "::1", 8099),
        (("fd00::/8",), "fd12::1", 443),
        (("[fd00::/8]:81",), "fd12::1", 81),
        (("8.8.8.8:8080",), "8.8.8.8", 8080),
    ],
)
def test_what_is_public_or_allowed_may_be_reached(
    allow: tuple[str, ...], address: str, port: int
) -> None:
    Guard(allow).check(address, port)


@pytest.mark.parametrize(
    ("allow", "address", "port", "why"),
    [
        ((), "127.0.0.1", 80, NotPublicError),
        ((), "8.8.8.8", 22, UnusualPortError),
        ((), "8.8.8.8", 0, UnusualPortError),
        (("10.0.0.5",), "10.0.0.6", 80, NotPublicError),
        (("10.0.0.5",), "10.0.0.5", 8080, NotPublicError),
        (("127.0.0.1:8099",), "127.0.0.1", 80, NotPublicError),
        (("127.0.0.1:8099",), "127.0.0.2", 8099, NotPublicError),
        (("10.0.0.5",), "::ffff:10.0.0.5", 80, NotPublicError),
    ],
)
def test_everything_else_is_refused(
    allow: tuple[str, ...], address: str, port: int, why: type[ForbiddenError]
) -> None:
    with pytest.raises(why):
        Guard(allow).check(address, port)


@pytest.mark.parametrize("text", ["", "wiki", "wiki:80", "10.0.0.300", "10.0.0.5:http", "1::2:x"])
def test_an_exception_that_is_no_address_is_named(text: str) -> None:
    with pytest.raises(SettingsError, match="not an address that can be allowed"):
        Guard([text])


def test_a_socket_is_made_for_what_may_be_reached_only() -> None:
    target = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", 8099))
    with pytest.raises(ForbiddenError):
        Guard().open(target)
    with Guard(["127.0.0.1:8099"]).open(target) as opened:
        assert opened.family == socket.AF_INET
