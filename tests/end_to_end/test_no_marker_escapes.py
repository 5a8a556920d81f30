"""A case full of markers goes every way a case can go; none is found where people may look.

People look into logs, the queue, addresses, file names, the audit trail and the texts of
exceptions. The papers and what the caller reads are the only places for a patient's words.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

import worker.jobs
from casework.knowledge_base.model import Knowledge
from casework.pointers import value_at
from casework.problems import InvalidCase
from casework.schema import load_case
from casework.strict_json import parse_json
from service import create_app
from settings import Settings
from storage.faults import StorageUnavailable
from storage.store import Store
from tests.end_to_end.written import sent
from tests.processes import start
from worker.bench import Bench
from worker.jobs import JobBroken, write, write_packet
from worker.templates import Templates

_MARK = "zyx{:03}qw"
_MARKS = re.compile(r"zyx\d{3}qw", re.IGNORECASE)
# Of what is no free text: each is valid in its field and stands nowhere else.
_CODED = {
    "/patient/date_of_birth": "1961-03-17",
    "/patient/phone": "555-019-7341",
    "/patient/email": "zyx900qw@example.org",
    "/patient/address/postal_code": "73159",
    "/prescriber/practice/email": "zyx901qw@example.org",
}
_HIDDEN = re.compile(f"{_MARKS.pattern}|1961-03-17|019-7341|73159", re.IGNORECASE)
ACCOUNT = "willow"


def marked(name: str, knowledge: Knowledge) -> dict[str, Any]:
    """Return a sample case with a marker of its own in every field that takes free text."""
    case = json.loads(json.dumps(sent(name)))
    texts = {
        pointer: text
        for pointer, text in _texts(case)
        if pointer not in _CODED and not pointer.endswith(("/id", "/exhibit"))
    }
    for number, pointer in enumerate(texts):
        _put(case, pointer, _MARK.format(number))
    for pointer, value in _CODED.items():
        _put(case, pointer, value)
    _put(case, "/trials/4/augments", value_at(case, "/trials/3/medication"))
    for _ in range(3):  # what does not agree is told once every shape is right
        for pointer in _problems(case, knowledge):
            _put(case, pointer, texts[pointer])
    load_case(case, knowledge)
    return case


def _texts(value: Any, at: str = "") -> Iterator[tuple[str, str]]:
    for step, below in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(below, str):
            yield f"{at}/{step}", below
        elif isinstance(below, dict | list):
            yield from _texts(below, f"{at}/{step}")


def _put(case: Any, pointer: str, value: str) -> None:
    above, _, last = pointer.rpartition("/")
    here = value_at(case, above)
    here[int(last) if isinstance(here, list) else last] = value


def _problems(case: Any, knowledge: Knowledge) -> list[str]:
    try:
        load_case(case, knowledge)
    except InvalidCase as invalid:
        return [each.pointer for each in invalid.problems]
    return []


@pytest.fixture
def environment(environment: dict[str, str], redis_url: str) -> dict[str, str]:
    return {**environment, "REDIS_URL": redis_url}


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def app(settings: Settings, store: Store, knowledge: Knowledge, log: io.StringIO) -> Flask:
    return create_app(settings, store, knowledge, log=log)


@pytest.fixture
def client(app: Flask, store: Store) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {store.keys.create(ACCOUNT).text}"
    return client


@pytest.fixture
def bench(settings: Settings, store: Store, knowledge: Knowledge) -> Bench:
    return Bench(settings, store, knowledge, Templates())


@pytest.fixture
def case(knowledge: Knowledge) -> dict[str, Any]:
    return marked("depression_commercial_denied", knowledge)


@pytest.fixture
def nothing_escapes(
    settings: Settings,
    store: Store,
    redis_url: str,
    log: io.StringIO,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[list[str]]:
    """Give a list for what else was seen; afterwards no marker stands anywhere it could be read."""
    seen: list[str] = []
    with structlog.testing.capture_logs() as lines:
        yield seen
    out, err = capfd.readouterr()
    trail = [str(entry) for entry in store.audit.entries()]
    everything = [*seen, out, err, log.getvalue(), str(lines), *trail, *_files(settings.data_dir)]
    with Redis.from_url(redis_url) as redis:
        for key in redis.keys():  # noqa: SIM118 - Redis's own
            everything += [key.decode(), (redis.dump(key) or b"").decode("latin-1")]
    assert log.getvalue(), "nothing was logged, so nothing is proved"
    found = {match.group() for text in everything for match in _HIDDEN.finditer(text)}
    assert not found


def _files(folder: Path) -> Iterator[str]:
    """Yield names and bytes of all files: what rests there is encrypted."""
    for path in folder.rglob("*"):
        yield path.name
        if path.is_file():
            yield path.read_bytes().decode("latin-1")


def _accepted(client: FlaskClient, case: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = client.post("/v1/packets", json={"case": case, **more})
    assert answer.status_code == 202, answer.text
    packet: dict[str, Any] = answer.json
    return packet


def _outside(answer: Any) -> str:
    """Return what a proxy sees of an answer: its headers and the addresses in it."""
    links = re.findall(r"https?://[^\s\"]+", answer.text) if answer.is_json else []
    return f"{answer.headers} {answer.request.url} {links}"


def test_the_markers_are_many_and_stand_in_the_papers(
    case: dict[str, Any], client: FlaskClient, bench: Bench
) -> None:
    from docx import Document

    assert len(set(_MARKS.findall(json.dumps(case)))) > 60
    packet = _accepted(client, case, documents=["letter_of_medical_necessity"])
    write(packet["id"], bench)
    (file,) = bench.store.packets.read_all(ACCOUNT, packet["id"], "test")
    shown = "\n".join(each.text for each in Document(io.BytesIO(file.content)).paragraphs)
    assert len(set(_MARKS.findall(shown.lower()))) > 15


def test_on_the_way_from_acceptance_to_erasing(
    case: dict[str, Any],
    client: FlaskClient,
    environment: dict[str, str],
    nothing_escapes: list[str],
) -> None:
    packet = _accepted(client, case, options={"assemble": True}, reference="case-4711")
    process = start("work", "--burst", environ=environment, stderr=subprocess.PIPE)
    nothing_escapes += process.communicate(timeout=60)[1]
    at = f"/v1/packets/{packet['id']}"
    note = {"type": "sent", "at": "2026-01-05", "note": _MARK.format(950), "reference": "zyx951qw"}
    assert client.post(f"{at}/events", json=note).status_code == 201
    read = client.get(at)
    assert read.json["status"] == "ready"
    links = [each["download_url"] for each in read.json["documents"]]
    answers = [read, client.get(f"{at}/archive"), client.get(f"{at}/deadlines.ics")]
    answers += [client.get(link.removeprefix("http://127.0.0.1:8000")) for link in links]
    answers += [client.get("/v1/packets"), client.get("/v1/deadlines"), client.get("/metrics")]
    assert {each.status_code for each in answers} == {200}
    nothing_escapes += map(_outside, answers)
    nothing_escapes += [answers[2].text, *(each.text for each in answers[-3:])]
    nothing_escapes += [each["filename"] for each in read.json["documents"]]
    nothing_escapes += zipfile.ZipFile(io.BytesIO(answers[1].data)).namelist()
    again = _accepted(client, {"patient": {"suffix": "zyx952qw"}}, based_on=packet["id"])
    erased = [client.delete(f"/v1/packets/{each}") for each in (packet["id"], again["id"])]
    nothing_escapes += [each.text for each in erased]


def test_on_the_way_to_a_refusal(
    case: dict[str, Any], client: FlaskClient, knowledge: Knowledge, nothing_escapes: list[str]
) -> None:
    strange = {**case, "patient": {**case["patient"], "date_of_birth": "1961-03-17x"}}
    strange["trials"] = [dict.fromkeys(each, "zyx960qw") for each in case["trials"]]
    body = json.dumps(case)
    answers = [
        client.post("/v1/packets", json={"case": strange}),
        client.post("/v1/reviews", json={"case": strange, "reference": "zyx961qw"}),
        client.post("/v1/packets", json={"case": case, "documents": ["zyx962qw"]}),
        client.post("/v1/packets", json={"case": case, "options": {"on_missing": "refuse"}}),
        client.post("/v1/packets", data=body[:-9], content_type="application/json"),
        client.post("/v1/packets", data=body, content_type="text/plain"),
        client.get("/v1/packets?reference=zyx963qw%20&cursor=zyx964qw"),
        client.get("/v1/packets/zyx965qw"),
        client.get("/d/zyx966qw.zyx967qw"),
    ]
    assert {each.status_code for each in answers} == {400, 404, 415, 422}
    nothing_escapes += [each.text + str(each.headers) for each in answers]
    for read in (lambda: load_case(strange, knowledge), lambda: parse_json(body[:-9].encode())):
        with pytest.raises((InvalidCase, ValueError)) as raised:
            read()
        nothing_escapes.append(f"{raised.value!r} {raised.value}")


def _telling(case: dict[str, Any], kind: type[Exception]) -> Callable[..., None]:
    """Return a fault whose text is the whole case, as a library's may be."""

    def fails(*_: object, **__: object) -> None:
        raise kind(json.dumps(case))

    return fails


FAULTS = {
    "in the service": ("service.packet_views.read_packet", RuntimeError),
    "of the rows": ("storage.packets.Packets.accept", StorageUnavailable),
    "of a disk": ("storage.packets.Packets.accept", OSError),
}


@pytest.mark.parametrize(("place", "kind"), FAULTS.values(), ids=FAULTS)
def test_on_the_way_to_a_failure_of_the_service(
    case: dict[str, Any],
    client: FlaskClient,
    nothing_escapes: list[str],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    kind: type[Exception],
) -> None:
    monkeypatch.setattr(place, _telling(case, kind))
    answer = client.post("/v1/packets", json={"case": case})
    assert answer.status_code >= 500
    nothing_escapes.append(f"{answer.text} {answer.headers}")


BREAKING = ["open_case", "write_document"]


@pytest.mark.parametrize("step", BREAKING)
@pytest.mark.parametrize("kind", [ValueError, KeyError, MemoryError, UnicodeError])
def test_on_the_way_to_a_paper_that_fails(
    case: dict[str, Any],
    client: FlaskClient,
    bench: Bench,
    nothing_escapes: list[str],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    kind: type[Exception],
) -> None:
    packet = _accepted(client, case, documents=["appeal_letter"])
    with monkeypatch.context() as broken:
        broken.setattr(worker.jobs, step, _telling(case, kind))
        write(packet["id"], bench)
    read = client.get(f"/v1/packets/{packet['id']}").json
    assert read["status"] == "failed"
    nothing_escapes.append(f"{read['error']} {read['documents']}")


def test_on_the_way_to_a_gate_that_stays_shut(
    case: dict[str, Any],
    client: FlaskClient,
    bench: Bench,
    nothing_escapes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from worker.render import fill

    whole = fill.render

    def cut(*given: Any) -> Any:
        from dataclasses import replace

        from docx import Document

        rendered = whole(*given)
        document, kept = Document(io.BytesIO(rendered.docx)), io.BytesIO()
        for paragraph in document.paragraphs[len(document.paragraphs) // 2 :]:
            paragraph.clear()
        document.save(kept)
        return replace(rendered, docx=kept.getvalue())

    monkeypatch.setattr("worker.writing.render", cut)
    packet = _accepted(client, case, documents=["appeal_letter"])
    write(packet["id"], bench)
    (document,) = client.get(f"/v1/packets/{packet['id']}").json["documents"]
    assert document["error"]["code"] == "gate_failed"
    nothing_escapes.append(str(document))


def test_on_the_way_to_a_job_that_breaks(
    case: dict[str, Any],
    client: FlaskClient,
    bench: Bench,
    nothing_escapes: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packet = _accepted(client, case, documents=["appeal_letter"])
    monkeypatch.setattr(worker.jobs, "process_bench", lambda: bench)
    monkeypatch.setattr(worker.jobs, "write_document", _telling(case, StorageUnavailable))
    with pytest.raises(JobBroken) as broken:
        write_packet(packet["id"])
    nothing_escapes.append(f"{broken.value} {broken.value.__context__} {broken.value.__cause__}")
