"""Whose request it is where a reverse proxy stands between: the limits by address count clients.

A header is only words: of `X-Forwarded-For` nothing counts but what proxies of ours appended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

from flask import Flask

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+):[0-9]{1,5}")


def install_client_addresses(app: Flask, trusted: Sequence[Network]) -> None:
    """Make `request.remote_addr` the client's address behind proxies in `trusted`."""
    if trusted:
        app.wsgi_app = _behind(app.wsgi_app, trusted)  # type: ignore[method-assign] # as Flask asks


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address that the nearest proxy which is not ours, or the client, came from.

    `forwarded` is the whole `X-Forwarded-For`. It is read from its end, where each proxy appended
    whom it spoke with: what stands before the first stranger, the stranger could have written.
    """
    client = _address(peer)
    for told in reversed(forwarded.split(",")):
        if client is None or not _is_in(client, trusted):
            break
        before = _address(told)
        if before is None:
            break
        client = before
    return peer if client is None else str(client)


def _behind(
    wsgi_app: Callable[..., Iterable[bytes]], trusted: Sequence[Network]
) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        peer, told = environ.get("REMOTE_ADDR", ""), environ.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = client_address(peer, told, trusted)
        return wsgi_app(environ, start_response)

    return answer


def _address(text: str) -> Address | None:
    """Return an address, with or without a port behind it; None where it is none."""
    found = _WITH_PORT.fullmatch(text.strip())
    try:
        address = ip_address((found[1] or found[2]) if found else text.strip())
    except ValueError:
        return None
    # A server that listens on IPv6 sees IPv4 clients in its own clothes.
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_in(address: Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)
