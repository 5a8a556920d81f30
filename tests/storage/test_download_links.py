"""Signed links end, and cannot be changed or made up."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest

from storage.faults import BadLink, ExpiredLink
from storage.links import Links

if TYPE_CHECKING:
    from tests.storage.conftest import Clock

KEY = b"k" * 32
PACKET = "pkt_" + "a" * 26
PAPER = "doc_" + "b" * 26


def test_a_link_says_what_it_was_signed_for(clock: Clock) -> None:
    links = Links((KEY,), 900, clock)
    signed = links.sign(PACKET, PAPER)
    link = links.read(signed.token)
    assert (link.packet_id, link.document_id, link.expires_at) == (PACKET, PAPER, signed.expires_at)


def test_a_link_says_its_round_and_whose_it_is(clock: Clock) -> None:
    links = Links((KEY,), 900, clock)
    link = links.read(links.sign(PACKET, PAPER, link_round=12, key_prefix="abcdefghij").token)
    assert (link.link_round, link.key_prefix) == (12, "abcdefghij")


def test_a_link_expires_to_the_second(clock: Clock) -> None:
    links = Links((KEY,), 900, clock)
    token = links.sign(PACKET, PAPER).token
    clock.forward(seconds=899)
    links.read(token)
    clock.forward(seconds=1)
    with pytest.raises(ExpiredLink):
        links.read(token)


def test_each_link_has_its_own_name_for_the_audit_trail(clock: Clock) -> None:
    links = Links((KEY,), 900, clock)
    first, second = (links.read(links.sign(PACKET, PAPER).token) for _ in range(2))
    assert first.actor != second.actor


def test_every_single_changed_character_is_refused(clock: Clock) -> None:
    links = Links((KEY,), 900, clock)
    token = links.sign(PACKET, PAPER).token
    letters = string.ascii_letters + string.digits + "-_"
    for at, letter in enumerate(token):
        other = "A" if letter != "A" else "B"
        with pytest.raises(BadLink):
            links.read(token[:at] + other + token[at + 1 :])
    for last in set(letters) - {token[-1]}:
        with pytest.raises(BadLink):
            links.read(token[:-1] + last)


@pytest.mark.parametrize("token", ["", ".", "a.b", "é", "x" * 5000, "\x00", "a." + "A" * 43])
def test_nonsense_is_refused(clock: Clock, token: str) -> None:
    with pytest.raises(BadLink):
        Links((KEY,), 900, clock).read(token)


def test_an_expired_forgery_is_bad_rather_than_expired(clock: Clock) -> None:
    token = Links((b"x" * 32,), 900, clock).sign(PACKET, PAPER).token
    clock.forward(hours=1)
    with pytest.raises(BadLink):
        Links((KEY,), 900, clock).read(token)


def test_links_of_the_key_before_work_until_it_is_taken_off_the_list(clock: Clock) -> None:
    token = Links((KEY,), 900, clock).sign(PACKET, PAPER).token
    fresh = b"f" * 32
    assert Links((fresh, KEY), 900, clock).read(token).document_id == PAPER
    with pytest.raises(BadLink):
        Links((fresh,), 900, clock).read(token)
