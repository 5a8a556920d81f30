"""Whatever the OpenAPI document allows or forbids: no answer that it does not know, never a 500.

The requests are made from the document by schemathesis, half of them about things that are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from storage.store import Store
from tests.service.conftest import Caller, a_case

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis: make test gets it")
checks = pytest.importorskip("schemathesis.checks")
checks.load_all_checks()

GenerationMode = schemathesis.GenerationMode
NAMES = (
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
LETTER = "letter_of_medical_necessity"


def quick(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture
def interface(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", app)


@pytest.fixture
def key(store: Store) -> str:
    return store.keys.create("willow").text


@pytest.fixture
def there(
    key: str, calling_with: Callable[[str], Caller], write: Callable[..., None], store: Store
) -> Callable[[], dict[str, str]]:
    """Make a packet whose papers are written, and name what an address may name."""
    caller = calling_with(key)

    def made() -> dict[str, str]:
        packet = caller.packet(documents=[LETTER])
        write(packet["id"])
        (document,) = caller.get(packet["links"]["self"]).json["documents"]
        return {
            "packet_id": packet["id"],
            "document_id": document["id"],
            "token": document["download_url"].rpartition("/")[2],
            "kind": LETTER,
            "area": "medicines",
        }

    return made


def operations(interface: Any) -> Iterator[Any]:
    for found in interface.get_all_operations():
        yield found.ok()


def test_every_answer_is_one_that_the_document_knows(
    interface: Any, key: str, there: Callable[[], dict[str, str]]
) -> None:
    for operation in operations(interface):
        hold(operation, key, there())


def hold(operation: Any, key: str, names: dict[str, str]) -> None:
    held = [checks.CHECKS.get_one(name) for name in NAMES]

    @quick(4 if operation.body else 10)
    @given(case=operation.as_strategy(), known=st.booleans())
    def asked(case: Any, known: bool) -> None:
        if known:
            name_what_is_there(case, names)
            put_a_real_case(case)
        answer = case.call_and_validate(headers=bearer(key), checks=held)
        # Here is no queue, and the service says so.
        assert answer.status_code < 500 or operation.path == "/readyz", operation.label

    asked()


def test_json_that_the_document_forbids_is_refused(
    interface: Any, key: str, there: Callable[[], dict[str, str]]
) -> None:
    names = there()
    for operation in operations(interface):
        # A file is taken as it comes: a job of its own checks it, and says what is wrong with it.
        if any(body.media_type == "application/json" for body in operation.body):
            hold_refused(operation, key, names)


def hold_refused(operation: Any, key: str, names: dict[str, str]) -> None:
    @quick(8)
    @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def asked(case: Any) -> None:
        name_what_is_there(case, names)
        answer = case.call(headers=bearer(key))
        # Of a batch each packet is answered by itself.
        results = answer.json().get("results", []) if answer.status_code == 200 else []
        statuses = [each["status"] for each in results] or [answer.status_code]
        assert any(400 <= status < 500 for status in statuses), f"{operation.label}: {statuses}"

    asked()


def name_what_is_there(case: Any, names: dict[str, str]) -> None:
    case.path_parameters.update(
        {name: names[name] for name in case.path_parameters if name in names}
    )


def put_a_real_case(case: Any) -> None:
    if isinstance(case.body, dict) and "case" in case.body:
        case.body = {"case": a_case()}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_every_operation_is_asked(interface: Any, app: Flask) -> None:
    asked = {f"{each.method.upper()} {each.path}" for each in operations(interface)}
    document = app.test_client().get("/openapi.json").json
    assert asked == {
        f"{method.upper()} {path}"
        for path, entry in document["paths"].items()
        for method in entry
        if method != "parameters"
    }
