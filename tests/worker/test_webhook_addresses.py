"""Only machines on the public Internet are public."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from worker.webhooks.addresses import is_public

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.1.2.3",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::808:808",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:a9fe::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:a9fe:a9fe::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
OUTSIDE = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "172.15.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "192.167.0.1",
    "198.17.0.1",
    "198.20.0.1",
    "223.255.255.254",
    "168.63.129.17",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::1",
    "2620:fe::fe",
]


@pytest.mark.parametrize("text", INSIDE)
def test_an_address_that_may_lead_inside_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", OUTSIDE)
def test_an_address_of_a_public_machine_is_taken(text: str) -> None:
    assert is_public(ip_address(text))


def test_pythons_own_word_for_it_would_not_do() -> None:
    fooled = [text for text in INSIDE if ip_address(text).is_global]
    assert {"224.0.0.1", "64:ff9b::a9fe:a9fe", "192.0.0.192", "168.63.129.16"} <= set(fooled)
