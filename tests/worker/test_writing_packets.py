"""A packet on its way from claimed to published, and everything that may stop it."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from rq.timeouts import JobTimeoutException

import worker.jobs
from storage.faults import StorageFull, StorageUnavailable
from storage.records import Packet
from worker.bench import Bench
from worker.jobs import JobBroken, write, write_packet
from worker.limits import cpu_limit
from worker.templates import BUILT_IN, Templates

Accept = Callable[..., Packet]
ACCOUNT = "willow"
PATIENT = "Example-Rivera"


def read(bench: Bench, packet: Packet) -> Packet:
    return bench.store.packets.find(packet.account_id, packet.id)


def changed_templates(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUILT_IN, tmp_path / "templates"))


def test_every_paper_asked_for_is_written_in_its_order(bench: Bench, accept: Accept) -> None:
    packet = accept(bench.store)
    write(packet.id, bench)
    ended = read(bench, packet)
    assert ended.status == "ready"
    assert [each.status for each in ended.documents] == ["ready"] * 3
    for file in bench.store.packets.read_all(ACCOUNT, packet.id, "test"):
        assert zipfile.ZipFile(io.BytesIO(file.content)).testzip() is None
        assert file.document.draft == bool(file.document.missing)


def test_the_same_case_and_date_give_the_same_bytes(bench: Bench, accept: Accept) -> None:
    first, second = accept(bench.store), accept(bench.store)
    write(first.id, bench)
    write(second.id, bench)
    sums = [[each.sha256 for each in read(bench, packet).documents] for packet in (first, second)]
    assert sums[0] == sums[1]


def test_a_paper_tells_what_it_printed_and_what_that_rests_on(bench: Bench, accept: Accept) -> None:
    packet = accept(bench.store, "letter_of_medical_necessity")
    write(packet.id, bench)
    (file,) = bench.store.packets.read_all(ACCOUNT, packet.id, "test")
    passages = file.provenance["passages"]
    assert passages
    assert any("/patient" in pointer for each in passages for pointer in each["from"])
    assert file.provenance["template_version"] == file.document.template_version


def test_each_sentence_tells_what_it_rests_on_and_stands_in_the_paper(
    bench: Bench, accept: Accept
) -> None:
    from docx import Document

    packet = accept(bench.store, "letter_of_medical_necessity")
    write(packet.id, bench)
    (file,) = bench.store.packets.read_all(ACCOUNT, packet.id, "test")
    shown = "\n".join(each.text for each in Document(io.BytesIO(file.content)).paragraphs)
    several = [each for each in file.provenance["passages"] if "sentences" in each]
    assert len(several) > 5
    for passage in several:
        assert all(each["text"] in shown for each in passage["sentences"])
        told = {source for each in passage["sentences"] for source in each["from"]}
        assert told == set(passage["from"])


def test_a_broken_template_fails_its_own_document_only(
    bench: Bench, accept: Accept, tmp_path: Path
) -> None:
    folder = changed_templates(tmp_path)
    (folder / "appeal_letter" / "template.docx").write_bytes(b"no Word file")
    packet = accept(bench.store)
    write(packet.id, replace(bench, templates=Templates(folder)))
    ended = read(bench, packet)
    assert ended.status == "failed"
    assert ended.error.code == "documents_failed"
    assert [each.status for each in ended.documents] == ["ready", "ready", "failed"]
    assert ended.documents[2].error.code == "template_broken"


def test_a_kind_without_a_template_says_so(bench: Bench, accept: Accept, tmp_path: Path) -> None:
    packet = accept(bench.store, "appeal_letter")
    write(packet.id, replace(bench, templates=Templates(tmp_path)))
    assert read(bench, packet).documents[0].error.code == "no_template"


def test_a_kind_that_is_no_longer_known_is_no_path(bench: Bench, accept: Accept) -> None:
    packet = accept(bench.store, "../../etc")
    write(packet.id, bench)
    assert read(bench, packet).documents[0].error.code == "no_template"


def test_a_paper_that_takes_too_long_fails_by_name(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(*_: object) -> None:
        while True:
            pass

    packet = accept(bench.store, "appeal_letter")
    monkeypatch.setattr(worker.jobs, "write_document", endless)
    monkeypatch.setattr(worker.jobs, "cpu_limit", lambda: cpu_limit(1.0))
    write(packet.id, bench)
    assert read(bench, packet).documents[0].error.code == "too_slow"


def test_a_fault_of_ours_ends_the_packet_and_is_not_told_in_its_own_words(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError(PATIENT)

    packet = accept(bench.store)
    monkeypatch.setattr(worker.jobs, "open_case", broken)
    with structlog.testing.capture_logs() as lines:
        write(packet.id, bench)
    ended = read(bench, packet)
    assert (ended.status, ended.error.code) == ("failed", "internal_error")
    assert "KeyError" in ended.error.message
    assert PATIENT not in f"{ended.error} {lines}"
    assert lines[0]["exception"] == "KeyError"


def test_a_full_disk_gives_the_packet_back_and_keeps_what_was_stored(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    packet = accept(bench.store)
    put = bench.store.documents.put
    stored: list[str] = []

    def filling(name: str, content: bytes) -> None:
        if stored:
            raise StorageFull("there is no room left for documents")
        put(name, content)
        stored.append(name)

    monkeypatch.setattr(bench.store.documents, "put", filling)
    with pytest.raises(StorageFull):
        write(packet.id, bench)
    waiting = read(bench, packet)
    assert waiting.status == "queued"
    assert [each.status for each in waiting.documents] == ["ready", "waiting", "waiting"]
    monkeypatch.undo()
    write(packet.id, bench)
    ended = read(bench, packet)
    assert ended.status == "ready"
    assert ended.documents[0] == waiting.documents[0]


def test_where_nothing_can_be_stored_no_attempt_is_used_up(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise StorageFull("there is no room left for documents")

    packet = accept(bench.store)
    monkeypatch.setattr(bench.store.documents, "check", full)
    with pytest.raises(StorageFull):
        write(packet.id, bench)
    assert read(bench, packet) == packet


def test_a_job_out_of_time_gives_the_packet_back(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise JobTimeoutException

    packet = accept(bench.store)
    monkeypatch.setattr(worker.jobs, "write_document", interrupted)
    with pytest.raises(JobTimeoutException):
        write(packet.id, bench)
    assert read(bench, packet).status == "queued"


def test_a_packet_erased_meanwhile_stops_the_job_quietly(bench: Bench, accept: Accept) -> None:
    packet = accept(bench.store)

    class Erasing(Templates):
        def get(self, *names: str) -> Any:
            bench.store.packets.erase(ACCOUNT, packet.id, "test")
            return super().get(*names)

    write(packet.id, replace(bench, templates=Erasing()))
    assert read(bench, packet).status == "erased"
    assert not [path for path in bench.settings.documents_dir.rglob("*") if path.is_file()]


def test_a_stale_ticket_is_no_work(bench: Bench, accept: Accept) -> None:
    packet = accept(bench.store, "appeal_letter")
    write(packet.id, bench)
    done = read(bench, packet)
    write(packet.id, bench)
    write("pkt_" + "a" * 26, bench)
    assert read(bench, packet) == done


def test_a_test_key_s_paper_says_sample(bench: Bench, accept: Accept) -> None:
    from docx2python import docx2python

    packet = accept(bench.store, "appeal_letter", sample=True)
    write(packet.id, bench)
    (file,) = bench.store.packets.read_all(ACCOUNT, packet.id, "test")
    with docx2python(io.BytesIO(file.content)) as shown:
        assert "SAMPLE" in shown.text


def test_what_rq_keeps_of_a_broken_job_is_a_type_and_a_place(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_: str) -> None:
        raise StorageUnavailable(PATIENT)

    packet = accept(bench.store)
    monkeypatch.setattr(worker.jobs, "process_bench", lambda: bench)
    monkeypatch.setattr(type(bench.store.attempts), "claim", lambda _self, each: away(each))
    with pytest.raises(JobBroken, match=r"^StorageUnavailable at [\w/.]+:\d+$") as broken:
        write_packet(packet.id)
    assert broken.value.__context__ is None
    assert broken.value.__cause__ is None
