"""POST /v1/packets: what is accepted, once and for good."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.store import Store
from tests.service.conftest import Caller, Clock, a_case, errors

LETTER = "letter_of_medical_necessity"
KEY = {"Idempotency-Key": "one-try"}


def test_a_case_is_accepted_with_the_address_of_its_packet(willow: Caller) -> None:
    answer = willow.post("/v1/packets", {"case": a_case(), "documents": [LETTER]})
    assert answer.status_code == 202
    assert answer.headers["Location"] == answer.json["links"]["self"]
    assert answer.headers["Retry-After"] == "1"
    assert answer.json["status"] == "queued"
    assert [each["kind"] for each in answer.json["documents"]] == [LETTER]


def test_a_denied_case_gets_an_appeal_when_documents_are_left_to_us(willow: Caller) -> None:
    assert "appeal_letter" in [each["kind"] for each in willow.packet()["documents"]]


def test_a_document_can_be_asked_for_as_an_object(willow: Caller) -> None:
    packet = willow.packet(documents=[{"kind": LETTER, "language": "en"}])
    assert packet["documents"][0]["language"] == "en"


def test_the_worker_finds_the_case_as_it_was_accepted(willow: Caller, store: Store) -> None:
    packet = willow.packet(reference="case-4711", options={"letter_date": "2026-10-19"})
    claim = store.attempts.claim(packet["id"])
    assert claim is not None
    assert claim.contents.case["patient"]["last_name"] == a_case()["patient"]["last_name"]
    assert claim.letter_date.isoformat() == "2026-10-19"


def test_the_letter_is_dated_today_where_the_clinic_is(willow: Caller, clock: Clock) -> None:
    clock.forward(hours=10)  # November 25 in UTC, still the 24th in New York
    assert willow.packet()["letter_date"] == "2026-11-24"


def test_null_means_absent(willow: Caller) -> None:
    packet = willow.packet(reference=None, documents=None, options={"letter_date": None})
    assert packet["reference"] is None


def test_the_same_key_and_body_give_the_same_packet(willow: Caller) -> None:
    body = {"case": a_case(), "documents": [LETTER]}
    first = willow.post("/v1/packets", body, headers=KEY)
    second = willow.post("/v1/packets", body, headers=KEY)
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json["id"] == first.json["id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(willow.get("/v1/packets").json["items"]) == 1


def test_the_same_key_with_another_body_is_refused(willow: Caller) -> None:
    willow.post("/v1/packets", {"case": a_case(), "documents": [LETTER]}, headers=KEY)
    answer = willow.post("/v1/packets", {"case": a_case()}, headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")


def test_accounts_do_not_share_idempotency_keys(willow: Caller, cedar: Caller) -> None:
    body = {"case": a_case(), "documents": [LETTER]}
    one = willow.post("/v1/packets", body, headers=KEY)
    other = cedar.post("/v1/packets", body, headers=KEY)
    assert one.json["id"] != other.json["id"]
    assert other.status_code == 202


@pytest.mark.parametrize("key", ["", "two words", "x" * 256])
def test_an_idempotency_key_that_cannot_be_one_is_400(willow: Caller, key: str) -> None:
    answer = willow.post("/v1/packets", {"case": a_case()}, headers={"Idempotency-Key": key})
    assert answer.status_code == 400
    assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"


def test_a_test_key_makes_samples(store: Store, calling_with: Callable[[str], Caller]) -> None:
    tester = calling_with(store.keys.create("willow", test=True).text)
    packet = tester.packet()
    assert packet["sample"] is True
    assert packet["expires_at"] == "2026-11-25T17:00:00Z"


def test_a_case_without_a_denial_cannot_carry_an_appeal(willow: Caller) -> None:
    body = {"case": a_case("depression_commercial"), "documents": [LETTER, "appeal_letter"]}
    answer = willow.post("/v1/packets", body)
    assert errors(answer) == {"/documents/1": "kind_not_for_case"}


def test_what_is_missing_is_refused_when_asked_so(willow: Caller) -> None:
    case = a_case()
    del case["insurance"]["member_id"]
    body = {"case": case, "documents": [LETTER], "options": {"on_missing": "refuse"}}
    answer = willow.post("/v1/packets", body)
    assert (answer.status_code, answer.json["code"]) == (422, "blocked")
    assert errors(answer)["/case/insurance/member_id"] == "fact_missing"


def test_what_no_case_can_hold_is_never_asked_of_the_case(willow: Caller) -> None:
    form = {"kind": "prior_authorization_request", "variant": "ma_medication_pa"}
    body = {"case": a_case(), "documents": [form], "options": {"on_missing": "refuse"}}
    answer = willow.post("/v1/packets", body)
    told = errors(answer) if answer.status_code == 422 else {}
    assert not any("by_hand" in pointer for pointer in told)


def test_what_is_missing_is_marked_otherwise(willow: Caller) -> None:
    case = a_case()
    del case["insurance"]["member_id"]
    assert willow.packet(case=case, documents=[LETTER])["status"] == "queued"


@pytest.mark.parametrize(
    ("field", "value", "pointer", "code"),
    [
        ("reference", "Dana Smith", "/reference", "bad_reference"),
        ("reference", "../../etc/passwd", "/reference", "bad_reference"),
        ("reference", 7, "/reference", "wrong_type"),
        ("options", [], "/options", "wrong_type"),
        ("options", {"letter_date": "2026-02-30"}, "/options/letter_date", "not_a_date"),
        ("options", {"letter_date": "20261124"}, "/options/letter_date", "not_a_date"),
        ("options", {"letter_date": "0001-01-01"}, "/options/letter_date", "year_out_of_range"),
        ("options", {"on_missing": "guess"}, "/options/on_missing", "not_a_choice"),
        ("options", {"formats": ["odt"]}, "/options/formats/0", "not_a_choice"),
        ("options", {"colour": 1}, "/options/colour", "unknown_field"),
        ("documents", [], "/documents", "invalid_documents"),
        ("documents", "all", "/documents", "invalid_documents"),
        ("documents", ["apeal_letter"], "/documents/0", "unknown_kind"),
        ("documents", ["../templates"], "/documents/0", "unknown_kind"),
        ("documents", [7], "/documents/0", "invalid_type"),
        ("append", {"/trials": []}, "/append", "needs_based_on"),
        ("append", {"/trials": 3}, "/append/~1trials", "wrong_type"),
        ("based_on", "pkt_1", "/based_on", "unknown_packet"),
    ],
)
def test_what_stands_around_a_case_is_checked(
    willow: Caller, field: str, value: Any, pointer: str, code: str
) -> None:
    answer = willow.post("/v1/packets", {"case": a_case(), field: value})
    assert answer.status_code == 422
    assert errors(answer)[pointer] == code


def test_everything_wrong_is_said_at_once(willow: Caller) -> None:
    case = a_case(patient={"first_name": "Dana", "date_of_brith": "1980-01-01"})
    del case["request"]
    body = {"case": case, "referense": "x", "documents": ["apeal_letter"], "options": 3}
    found = errors(willow.post("/v1/packets", body))
    assert found["/referense"] == "unknown_field"
    assert found["/options"] == "wrong_type"
    assert found["/documents/0"] == "unknown_kind"
    assert found["/case/request"] == "required"
    assert found["/case/patient/date_of_brith"] == "unknown_field"


def test_a_misspelled_field_is_answered_with_the_nearest_known_one(willow: Caller) -> None:
    answer = willow.post("/v1/packets", {"case": a_case(), "referense": "x"})
    assert "did you mean `reference`?" in answer.json["errors"][0]["message"]


def test_papers_to_send_become_one_file_beside_them_where_it_is_asked_for(willow: Caller) -> None:
    packet = willow.packet(documents=[LETTER, "appeal_letter"], options={"assemble": True})
    last = packet["documents"][-1]
    assert [each["kind"] for each in packet["documents"]] == [LETTER, "appeal_letter", "packet"]
    assert (last["assembled"], packet["progress"]["total"]) == (None, 3)
    assert last["filename"].startswith("packet-")


def test_without_that_a_list_of_papers_gives_exactly_that_list(willow: Caller) -> None:
    packet = willow.packet(documents=[LETTER, "appeal_letter"])
    assert [each["kind"] for each in packet["documents"]] == [LETTER, "appeal_letter"]


def test_nothing_is_assembled_of_papers_that_stay_here(willow: Caller) -> None:
    body = {
        "case": a_case(),
        "documents": ["peer_to_peer_brief"],
        "options": {"assemble": True},
    }
    answer = willow.post("/v1/packets", body)
    assert errors(answer) == {"/options/assemble": "nothing_to_assemble"}


def test_the_file_of_all_papers_is_not_asked_for_as_a_kind(willow: Caller) -> None:
    answer = willow.post("/v1/packets", {"case": a_case(), "documents": ["packet"]})
    assert errors(answer) == {"/documents/0": "unknown_kind"}


def test_a_pdf_of_each_document_comes_after_all_word_files(willow: Caller) -> None:
    packet = willow.packet(
        documents=[LETTER, "appeal_letter"], options={"formats": ["docx", "pdf"]}
    )
    found = [(each["kind"], each["filename"][-4:]) for each in packet["documents"]]
    assert found == [
        (LETTER, "docx"),
        ("appeal_letter", "docx"),
        (LETTER, ".pdf"),
        ("appeal_letter", ".pdf"),
    ]


def test_pdf_is_refused_where_no_worker_can_make_it(willow: Caller, store: Store) -> None:
    body = {"case": a_case(), "documents": [LETTER], "options": {"formats": ["pdf"]}}
    store.workers.beat("one")
    answer = willow.post("/v1/packets", body)
    assert errors(answer) == {"/options/formats": "program_missing"}
    assert "soffice" in answer.json["errors"][0]["message"]
    store.workers.beat("two", capabilities=("pdf",))
    assert willow.post("/v1/packets", body).status_code == 202
