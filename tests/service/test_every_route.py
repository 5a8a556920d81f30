"""What holds for every address, asked of the application's own map: a new one is asked too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, Rule

from service.operation import operation_of
from storage.records import SCOPES
from storage.store import Store

# Blueprints whose addresses ask for no key. Whoever adds one says here what guards it instead.
WITHOUT_KEY = {
    "downloads": "the link's own signature",
    "operation": "the operator's network",
    "documentation": "nothing: it holds no data",
    "staff": "people sign in with a code of their own",
    "static": "nothing: it holds no data",
}
# The sign-in itself, and a calendar whose address is the secret.
OPEN_TO_STAFF = {"staff.sign_in", "staff.take_code", "staff.calendar_feed"}
EXAMPLES = {"token": "a" * 40, "entry": "nothing", "path": "nothing", "default": "1", "int": "1"}
ID = re.compile(r"([a-z]+_)\[a-z2-7\]\{26\}")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=str)


def address(app: Flask, rule: Rule) -> str:
    """Return an address of the rule's form that names nothing that is there."""
    names = {type_: name for name, type_ in app.url_map.converters.items()}
    values = {
        name: example(converter, names[type(converter)])
        for name, converter in rule._converters.items()
    }
    built = rule.build(values)
    assert built is not None
    return built[1]


def example(converter: BaseConverter, name: str) -> str:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    id_ = ID.fullmatch(converter.regex)
    return id_[1] + "a" * 26 if id_ else EXAMPLES[name]


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def closed(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Give method, address and scope of everything under /v1."""
    for rule in rules(app):
        if rule.rule.startswith("/v1"):
            operation = operation_of(app.view_functions[rule.endpoint])
            for method in methods(rule):
                yield method, address(app, rule), operation.scope if operation else ""


def ask(client: FlaskClient, method: str, path: str, key: str = "") -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = client.open(
        path, method=method, headers=headers, json={} if method == "POST" else None
    )
    return answer.status_code, (answer.json or {}).get("code", "")


@pytest.fixture
def key_of(store: Store) -> Callable[..., str]:
    return lambda *scopes: store.keys.create("willow", scopes=scopes).text


def test_every_address_asks_for_a_key_or_says_what_guards_it(app: Flask) -> None:
    for rule in rules(app):
        blueprint = rule.endpoint.partition(".")[0]
        assert rule.rule.startswith("/v1") or blueprint in WITHOUT_KEY, rule.rule


def test_everything_under_v1_needs_a_scope_that_a_key_can_have(app: Flask) -> None:
    assert {scope for _, _, scope in closed(app)} <= set(SCOPES)


def test_what_changes_something_needs_more_than_reading(app: Flask) -> None:
    reading = {f"{method} {path}" for method, path, scope in closed(app) if scope == "read"}
    assert {each for each in reading if not each.startswith("GET")} == {"POST /v1/reviews"}


@pytest.mark.parametrize("held", SCOPES)
def test_a_key_opens_what_its_scope_is_for_and_nothing_else(
    app: Flask, key_of: Callable[..., str], held: str
) -> None:
    key = key_of(held)
    for method, path, scope in closed(app):
        status, code = ask(app.test_client(), method, path, key)
        refused = (status, code) == (403, "missing_scope")
        assert refused == (scope != held), f"{method} {path} with {held}: {status} {code}"
        assert refused or status not in {401, 403, 500}, f"{method} {path}: {status} {code}"


def test_without_a_key_everything_under_v1_is_shut(app: Flask) -> None:
    for method, path, _ in closed(app):
        assert ask(app.test_client(), method, path) == (401, "not_authenticated"), path


def test_a_revoked_key_is_shut_out_of_everything_from_the_next_request_on(
    app: Flask, store: Store
) -> None:
    made = store.keys.create("willow")
    assert ask(app.test_client(), "GET", "/v1/packets", made.text) == (200, "")
    store.keys.revoke(made.key.prefix)
    for method, path, _ in closed(app):
        assert ask(app.test_client(), method, path, made.text) == (401, "not_authenticated"), path


def test_without_a_session_a_page_of_staff_leads_to_the_sign_in(app: Flask) -> None:
    for rule in rules(app):
        if not rule.endpoint.startswith("staff.") or rule.endpoint in OPEN_TO_STAFF:
            continue
        for method in methods(rule):
            answer = app.test_client().open(address(app, rule), method=method)
            leads = answer.headers.get("Location", "").startswith("/staff/sign-in")
            assert (answer.status_code, leads) == (303, True), f"{method} {rule.rule}"


def test_a_view_that_names_no_scope_is_open_to_no_key(
    app: Flask, key_of: Callable[..., str]
) -> None:
    app.add_url_rule("/v1/forgotten", "forgotten", lambda: "open")
    answer = ask(app.test_client(), "GET", "/v1/forgotten", key_of(*SCOPES))
    assert answer == (403, "missing_scope")


@pytest.mark.parametrize("with_key", [True, False])
def test_every_answer_keeps_browsers_from_doing_more_with_it(
    app: Flask, key_of: Callable[..., str], with_key: bool
) -> None:
    key = key_of(*SCOPES)
    headers = {"Authorization": f"Bearer {key}"} if with_key else {}
    for rule in rules(app):
        for method in (*methods(rule), "HEAD", "OPTIONS", "PATCH"):
            path = address(app, rule)
            answer = app.test_client().open(path, method=method, headers=headers)
            said = f"{method} {path}: {answer.status_code}"
            assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, said
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"], said
            assert "unsafe" not in answer.headers["Content-Security-Policy"], said
            for cookie in answer.headers.getlist("Set-Cookie"):
                assert rule.endpoint.startswith("staff."), said
                assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_nothing_that_may_be_about_people_is_kept_by_a_cache(app: Flask) -> None:
    for rule in rules(app):
        if rule.rule.startswith(("/v1", "/d/")):
            answer = app.test_client().get(address(app, rule))
            assert answer.headers["Cache-Control"] == "no-store", rule.rule


def test_over_https_browsers_are_told_to_stay_there(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz").headers
    app.config["PUBLIC_URL"] = "https://letters.example.org"
    assert "max-age=" in app.test_client().get("/healthz").headers["Strict-Transport-Security"]
