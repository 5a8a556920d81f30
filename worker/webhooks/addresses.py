"""Which machines a name may lead to: public ones alone, whatever its owner's DNS says.

Python's `is_global` is not enough: it passes multicast, NAT64, 6to4's relays and the block of
192.0.0.0/24, all of which can lead inside.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from worker.webhooks.patience import Patience

_REFUSED = tuple(
    ipaddress.ip_network(each)
    for each in (
        "192.0.0.0/24",  # IETF protocol assignments; a cloud's metadata stands at 192.0.0.192
        "192.88.99.0/24",  # 6to4 relays, RFC 7526
        "168.63.129.16/32",  # Azure's platform, reached from inside although it looks public
        "2001::/23",  # IETF protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation, RFC 9637
    )
)
# RFC 4291: global unicast as far as it is given out. NAT64, mapped and local ones lie outside.
_GLOBAL_UNICAST = IPv6Network("2000::/3")


class AddressRefused(Exception):
    """The name leads, with one of its addresses at least, to a machine that is not public."""


class NameUnknown(Exception):
    """The name leads nowhere."""


@dataclass(frozen=True)
class Machine:
    """An address that was checked, as the operating system takes it."""

    family: int
    at: tuple[Any, ...]


def machines(host: str, port: int, patience: Patience, *, dev: bool) -> tuple[Machine, ...]:
    """Return where `host` is, asking once; in development it may be this machine.

    Raises:
        AddressRefused, NameUnknown, TimeoutError: nothing was connected to.
    """
    found = _asked(host, port, patience)
    for each in found:
        if not _may_be_called(str(each.at[0]), dev=dev):
            raise AddressRefused
    return found


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is of a single machine on the public Internet."""
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in each for each in _REFUSED if each.version == address.version)


def _may_be_called(text: str, *, dev: bool) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return is_public(address) or (dev and address.is_loopback)


def _asked(host: str, port: int, patience: Patience) -> tuple[Machine, ...]:
    # The resolver takes no time-out: it is left behind when it takes too long.
    answers: SimpleQueue[tuple[Machine, ...]] = SimpleQueue()
    Thread(target=lambda: answers.put(_resolved(host, port)), daemon=True).start()
    try:
        found = answers.get(timeout=patience.left())
    except Empty:
        raise TimeoutError from None
    if not found:
        raise NameUnknown
    return found


def _resolved(host: str, port: int) -> tuple[Machine, ...]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(Machine(family, at) for family, _, _, _, at in found)
