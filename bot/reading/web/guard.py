"""Which hosts of the network may be connected to, checked as each socket is made."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final, NamedTuple

from aiohttp import AddrInfoType

from bot.errors import SettingsError

Network = IPv4Network | IPv6Network

WEB_PORTS: Final = (80, 443)

# The addresses that are assigned to the public at all, and those within them that are not: the IANA
# registries of special-purpose addresses, and Azure's 168.63.129.16. An IPv6 address that embeds
# an IPv4 one (mapped, NAT64, 6to4, Teredo) is refused whatever it embeds.
PUBLIC: Final = (ip_network("0.0.0.0/0"), ip_network("2000::/3"))
SPECIAL: Final = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # Azure's host
            "169.254.0.0/16",  # link-local, cloud metadata
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # IETF protocols
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
            "2001::/23",  # IETF protocols: Teredo, benchmarking, ORCHID
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)


def is_public(address: str) -> bool:
    """Whether `address`, an IP address as a socket names it, belongs to the public internet."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in PUBLIC) and not any(
        parsed in network for network in SPECIAL
    )


class ForbiddenError(OSError):
    """A connection that the guard forbids."""


class NotPublicError(ForbiddenError):
    """The address is not on the public internet."""


class UnusualPortError(ForbiddenError):
    """The port is not one of the web."""


class Guard:
    """Opens sockets to the public internet, at the ports of the web only.

    `allow` are the operator's exceptions: addresses or networks, each with a port or for both ports
    of the web, such as "10.0.0.5", "10.1.0.0/16" or "127.0.0.1:8099". Raises SettingsError for
    anything else.
    """

    def __init__(self, allow: Collection[str] = ()) -> None:
        self._allowances = tuple(map(_parse_allowance, allow))

    def open(self, target: AddrInfoType) -> socket.socket:
        """Return a socket for `target`, not yet connected. Raises ForbiddenError.

        It is called for every address about to be connected to: one written out in any notation,
        one from a redirect, one that a name resolves to the second time.
        """
        family, kind, protocol, _, (host, port, *_) = target
        self.check(str(host), int(port))
        return socket.socket(family, kind, protocol)

    def check(self, address: str, port: int) -> None:
        """Raise ForbiddenError unless `address` and `port` may be connected to."""
        if any(allowance.covers(address, port) for allowance in self._allowances):
            return
        if not is_public(address):
            raise NotPublicError(address)
        if port not in WEB_PORTS:
            raise UnusualPortError(port)


class _Allowance(NamedTuple):
    """A network that the operator allows, at the given ports."""

    network: Network
    ports: tuple[int, ...]

    def covers(self, address: str, port: int) -> bool:
        """Whether `address` and `port` are among those allowed."""
        return ip_address(address) in self.network and port in self.ports


def _parse_allowance(text: str) -> _Allowance:
    address, _, port = text.rpartition(":")
    if text.count(":") != 1 and not address.endswith("]"):  # IPv6 needs brackets before a port
        address, port = text, ""
    try:
        ports = (int(port),) if port else WEB_PORTS
        return _Allowance(ip_network(address.strip("[]"), strict=False), ports)
    except ValueError as error:
        raise SettingsError(
            f"“{text}” is not an address that can be allowed. Use one such as 10.0.0.5, "
            "10.1.0.0/16 or 127.0.0.1:8099."
        ) from error
