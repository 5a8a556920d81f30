"""Only people with a code of their own get in, and every way past it is shut."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from flask import Flask

from casework.knowledge_base.load import load_knowledge
from service import create_app
from settings import read_settings
from storage.staff import ADDRESS_TRIES, CODE_TRIES
from storage.store import Store
from tests.pages.conftest import Visitor, words
from tests.service.conftest import Clock

Person = Callable[..., Visitor]


def test_a_person_signs_in_with_the_code_and_out_again(store: Store, visitor: Visitor) -> None:
    code = store.staff.add("willow", "Robin Example", "editor").code
    answer = visitor.sign_in(code)
    assert (answer.status_code, answer.location) == (303, "/staff/")
    assert "Robin Example, editor" in words(visitor.get("/staff/"))
    assert visitor.post("/staff/sign-out").status_code == 303
    assert visitor.get("/staff/").location == "/staff/sign-in?next=/staff/"


def test_capitals_blanks_and_missing_hyphens_do_not_matter(store: Store, visitor: Visitor) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    assert visitor.sign_in(f" {code.upper().replace('-', ' ')} ").status_code == 303


@pytest.mark.parametrize("change", [lambda c: c[:-1] + "a", lambda c: c[:9], lambda c: c + "a"])
def test_a_code_that_is_not_whole_lets_nobody_in(
    store: Store, visitor: Visitor, change: Callable[[str], str]
) -> None:
    code = store.staff.add("willow", "Robin", "reader").code.replace("a", "b")
    answer = visitor.sign_in(change(code))
    assert answer.status_code == 422
    assert "no access code of ours" in words(answer)
    assert visitor.get("/staff/").status_code == 303


def test_five_wrong_codes_lock_that_person_out_for_a_while(
    store: Store, visitor: Visitor, clock: Clock
) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    wrong = code[:9] + "-aaaa-aaaa-aaaa-aaaa"
    assert {visitor.sign_in(wrong).status_code for _ in range(CODE_TRIES)} == {422}
    assert visitor.sign_in(code).status_code == 429
    clock.forward(minutes=16)
    assert visitor.sign_in(code).status_code == 303


def test_codes_guessed_at_speed_from_one_address_are_stopped(
    store: Store, visitor: Visitor, clock: Clock
) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    for number in range(ADDRESS_TRIES):
        letter = "abcdefghijklmnopqrstuvwxyz234567"[number]
        visitor.sign_in(f"{letter}bcd-efgh-{'aaaa-' * 4}")
    assert visitor.sign_in(code).status_code == 429
    clock.forward(minutes=2)
    assert visitor.sign_in(code).status_code == 303


def test_revoking_ends_the_sessions_at_once(store: Store, visitor: Visitor) -> None:
    made = store.staff.add("willow", "Robin", "reader")
    visitor.sign_in(made.code)
    store.staff.revoke(made.person.id)
    assert visitor.get("/staff/").status_code == 303
    assert visitor.sign_in(made.code).status_code == 422


@pytest.mark.parametrize(("steps", "each"), [(1, {"minutes": 61}), (25, {"minutes": 30})])
def test_a_session_ends_when_it_is_idle_or_old(
    person: Person, clock: Clock, steps: int, each: dict[str, float]
) -> None:
    robin = person()
    for _ in range(steps):
        clock.forward(**each)
        answer = robin.get("/staff/")
    assert answer.status_code == 303


def test_a_form_of_another_site_changes_nothing(person: Person) -> None:
    robin = person()
    answer = robin.client.post("/staff/sign-out")
    assert answer.status_code == 403
    assert "form came from an old page" in words(answer)
    assert robin.get("/staff/").status_code == 200


def test_a_sign_in_form_of_another_site_lets_nobody_in(store: Store, visitor: Visitor) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    assert visitor.client.post("/staff/sign-in", data={"code": code}).status_code == 403


def test_the_secret_of_a_visit_is_not_that_of_the_session(store: Store, visitor: Visitor) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    before = visitor.get("/staff/sign-in").headers["Set-Cookie"]
    after = visitor.sign_in(code).headers["Set-Cookie"]
    assert before.partition(";")[0] != after.partition(";")[0]


def test_over_https_the_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts(
    store: Store, clock: Clock, tmp_path: object
) -> None:
    settings = read_settings(
        {
            "NECESSITY_DATA_DIR": str(tmp_path),
            "NECESSITY_DEV": "1",
            "NECESSITY_PUBLIC_URL": "https://letters.example.org",
        }
    )
    app = create_app(settings, store, load_knowledge(), clock=clock, log=io.StringIO())
    cookie = app.test_client().get("/staff/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-necessity_staff=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/staff//evil", "/d/x"]
)
def test_signing_in_leads_to_our_own_pages_only(
    store: Store, visitor: Visitor, elsewhere: str
) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    visitor.get("/staff/sign-in", query_string={"next": elsewhere})
    answer = visitor.post("/staff/sign-in", code=code, next=elsewhere)
    assert answer.location == "/staff/"


def test_no_code_is_kept_or_logged(
    store: Store, visitor: Visitor, log: io.StringIO, app: Flask
) -> None:
    code = store.staff.add("willow", "Robin", "reader").code
    visitor.sign_in(code)
    secret = code[10:]
    with store.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM staff").all()
    assert secret not in repr(rows)
    assert secret.replace("-", "") not in repr(rows)
    assert secret not in log.getvalue()


def test_signing_in_and_failing_to_are_in_the_audit_trail(store: Store, visitor: Visitor) -> None:
    made = store.staff.add("willow", "Robin", "reader")
    visitor.sign_in(made.code[:9] + "-aaaa-aaaa-aaaa-aaaa")
    visitor.sign_in(made.code)
    visitor.get("/staff/")
    said = [(entry.action, entry.actor) for entry in store.audit.entries("willow")]
    assert said == [
        ("packets.listed", made.person.actor),
        ("staff.signed_in", made.person.actor),
        ("staff.sign_in_failed", "anybody"),
        (f"staff.added:{made.person.id}", "command"),
    ]
    assert store.audit.broken_at() is None


def test_pages_are_confined_and_kept_in_no_cache(person: Person, log: io.StringIO) -> None:
    answer = person().get("/staff/")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert [json.loads(line)["route"] for line in log.getvalue().splitlines()][-1] == "/staff/"
