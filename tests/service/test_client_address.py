"""Limits by address count the client behind our proxy, and nobody chooses an address of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network

import pytest

from casework.knowledge_base.load import load_knowledge
from service import create_app
from service.client_address import client_address
from service.rate_limits import Rates
from settings import Settings
from storage.store import Store

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
Asking = Callable[..., int]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("fd00::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("10.0.0.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
    ],
)
def test_behind_our_proxies_the_client_s_address_counts(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("203.0.113.7", "10.0.0.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.9, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, ", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, 10.0.0.1 OR 1", "10.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_what_a_client_writes_of_itself_does_not_count(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_address(peer, forwarded, PROXIES) == client


@pytest.fixture
def asking(settings: Settings, store: Store) -> Callable[..., Asking]:
    """Ask a service that trusts these proxies, and allows an address two requests a minute."""

    def serving(*trusted: str) -> Asking:
        behind = replace(settings, trusted_proxies=tuple(map(ip_network, trusted)))
        app = create_app(
            behind, store, load_knowledge(), rates=Rates(per_address=2), log=io.StringIO()
        )
        client = app.test_client()

        def asked(peer: str, forwarded: str) -> int:
            return client.get(
                "/v1/packets",
                environ_base={"REMOTE_ADDR": peer},
                headers={"X-Forwarded-For": forwarded},
            ).status_code

        return asked

    return serving


def test_one_client_s_guessing_does_not_shut_the_others_out(
    asking: Callable[..., Asking],
) -> None:
    asked = asking("10.0.0.0/8")
    guesses = [asked("10.0.0.1", "203.0.113.7") for _ in range(3)]
    assert guesses == [401, 401, 429]
    assert asked("10.0.0.1", "203.0.113.8") == 401


def test_a_new_address_in_the_header_each_time_does_not_help(
    asking: Callable[..., Asking],
) -> None:
    asked = asking("10.0.0.0/8")
    straight = [asked("203.0.113.7", f"198.51.100.{n}") for n in range(3)]
    through = [asked("10.0.0.1", f"198.51.100.{n}, 203.0.113.9") for n in range(3)]
    assert straight == through == [401, 401, 429]


def test_without_a_trusted_proxy_the_header_is_nothing(asking: Callable[..., Asking]) -> None:
    asked = asking()
    assert [asked("10.0.0.1", f"203.0.113.{n}") for n in range(3)] == [401, 401, 429]
