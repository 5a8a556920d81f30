"""An address is called back only where the operator's list and one plain grammar agree."""

from __future__ import annotations

import pytest

from storage.callback_url import BadCallback, CallbackUrl, read_callback

HOSTS = ("hooks.example.org", "other.example.org:8443", "127.0.0.1:9000")


def refused(text: str, *, dev: bool = False) -> str:
    with pytest.raises(BadCallback) as fault:
        read_callback(text, HOSTS, dev=dev)
    return fault.value.code


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("https://hooks.example.org", ("https", "hooks.example.org", 443, "/")),
        ("HTTPS://Hooks.Example.org/A?b=C", ("https", "hooks.example.org", 443, "/A?b=C")),
        ("https://hooks.example.org:443/a", ("https", "hooks.example.org", 443, "/a")),
        ("https://other.example.org:8443?x", ("https", "other.example.org", 8443, "/?x")),
        ("https://hooks.example.org/a@b:c", ("https", "hooks.example.org", 443, "/a@b:c")),
    ],
)
def test_a_listed_https_address_is_taken(text: str, parts: tuple[str, str, int, str]) -> None:
    assert read_callback(text, HOSTS, dev=False) == CallbackUrl(*parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hooks.example.org",
        "//hooks.example.org/",
        "ftp://hooks.example.org/",
        "http://hooks.example.org/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:65536/",
        "https://hooks.example.org:/",
        "https://user@hooks.example.org/",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://hooks.example.org/#fragment",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nX-Injected: 1",
        "https://hooks.example.org/é",
        "https://höoks.example.org/",
        "https://[::1]/",
        " https://hooks.example.org/",
        "https://hooks.example.org/\n",
        "https://hooks.example.org/" + "a" * 1000,
    ],
)
def test_what_is_no_plain_https_address_is_refused(text: str) -> None:
    assert refused(text) == "bad_callback_url"


@pytest.mark.parametrize(
    "text",
    [
        "https://hooks.example.org:8443/",
        "https://other.example.org/",
        "https://sub.hooks.example.org/",
        "https://hooks.example.org.evil.example/",
        "https://hooks.example.org./",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1:9000/",
    ],
)
def test_a_host_that_is_not_listed_as_it_stands_is_refused(text: str) -> None:
    assert refused(text) == "callback_host_not_allowed"


def test_plain_http_is_for_development_and_needs_the_list_too() -> None:
    assert refused("http://127.0.0.1:9000/") == "bad_callback_url"
    assert read_callback("http://127.0.0.1:9000/", HOSTS, dev=True).port == 9000
    assert read_callback("http://hooks.example.org/", HOSTS, dev=True).port == 80
    assert refused("http://127.0.0.1:9001/", dev=True) == "callback_host_not_allowed"
