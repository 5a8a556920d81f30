"""A clinic's template from its upload to the paper that it writes."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from storage.records import NewTemplate, Packet, TemplatePlace, TemplateVersion
from tests.render.papers import body_text, with_body
from worker.bench import Bench
from worker.clinic_templates import templates_for
from worker.jobs import write
from worker.lint import check_confined
from worker.template_jobs import check, check_template
from worker.templates import BUILT_IN

Accept = Callable[..., Packet]
LETTER = TemplatePlace("letter_of_medical_necessity", "", "en")
MOTTO = "Our clinic has its own words."


def built_in(kind: str = LETTER.kind) -> bytes:
    return (BUILT_IN / kind / "template.docx").read_bytes()


def changed(text: str = MOTTO, kind: str = LETTER.kind) -> bytes:
    """Return our template with a paragraph put before all others, as in Word."""
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    return with_body(built_in(kind), "<w:body>", f"<w:body>{paragraph}")


def uploaded(bench: Bench, docx: bytes, place: TemplatePlace = LETTER) -> TemplateVersion:
    new = NewTemplate("willow", "key:x", place, docx)
    version = bench.store.templates.upload(new).version
    check(version.id, bench)
    return bench.store.templates.find("willow", version.id)


def active(bench: Bench, docx: bytes, place: TemplatePlace = LETTER) -> TemplateVersion:
    version = uploaded(bench, docx, place)
    return bench.store.templates.activate("willow", version.id, "key:x")


def written(bench: Bench, packet: Packet) -> tuple[str, dict[str, object]]:
    """Return the first paper's text, and its provenance."""
    write(packet.id, bench)
    ended = bench.store.packets.find("willow", packet.id)
    assert ended.status == "ready", ended.documents[0].error
    file = bench.store.packets.read_all("willow", packet.id, "test")[0]
    return body_text(file.content), dict(file.provenance)


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.store.keys.create("willow")
    return bench


def test_a_sound_upload_becomes_a_draft_with_its_text(bench: Bench) -> None:
    version = uploaded(bench, changed())
    assert version.status == "draft"
    assert version.report is not None
    assert version.report.text.startswith(MOTTO)


def test_an_upload_with_a_fault_is_refused_and_says_where(bench: Bench) -> None:
    version = uploaded(bench, changed("Dear {{ titel }}"))
    assert version.status == "rejected"
    assert version.report is not None
    (fault,) = version.report.faults
    assert (fault["code"], fault["tag"]) == ("unknown_name", "titel")
    assert fault["page_text"] == "Dear {{ titel }}"
    assert "title" in fault["suggestion"]


def test_the_text_of_a_built_in_template_is_the_text_beside_it(bench: Bench) -> None:
    for kind in (LETTER.kind, "appeal_letter", "superbill"):
        text = (BUILT_IN / kind / "template.txt").read_text(encoding="utf-8")
        assert check_confined(built_in(kind)).text == text


def test_papers_are_written_from_the_version_in_use_at_once(bench: Bench, accept: Accept) -> None:
    before, _ = written(bench, accept(bench.store, LETTER.kind))
    version = active(bench, changed())
    after, provenance = written(bench, accept(bench.store, LETTER.kind))
    bench.store.templates.roll_back("willow", version.id, "key:x")
    again, _ = written(bench, accept(bench.store, LETTER.kind))
    assert MOTTO not in before
    assert after.startswith(MOTTO)
    assert again == before
    assert provenance["template_version"] == version.id
    assert provenance["template"] == {
        "version": version.id,
        "number": 1,
        "sha256": version.sha256,
        "built_in": False,
    }


def test_a_draft_writes_no_papers(bench: Bench, accept: Accept) -> None:
    uploaded(bench, changed())
    text, provenance = written(bench, accept(bench.store, LETTER.kind))
    assert MOTTO not in text
    assert provenance["template"]["built_in"] is True  # type: ignore[index]


def test_another_account_s_papers_stay_as_they_are(bench: Bench, accept: Accept) -> None:
    bench.store.keys.create("cedar")
    new = NewTemplate("cedar", "key:x", LETTER, changed())
    version = bench.store.templates.upload(new).version
    check(version.id, bench)
    bench.store.templates.activate("cedar", version.id, "key:x")
    text, _ = written(bench, accept(bench.store, LETTER.kind))
    assert MOTTO not in text


def test_a_kind_s_own_template_does_not_replace_a_variant_s(bench: Bench, accept: Accept) -> None:
    active(bench, changed(kind="coverage_inquiry"), TemplatePlace("coverage_inquiry", "", "en"))
    packet = accept(bench.store, "coverage_inquiry")
    claim = bench.store.attempts.claim(packet.id)
    assert claim is not None
    source = templates_for(claim, bench)
    assert source.choose("coverage_inquiry", "", "en", "").number == 1
    assert source.choose("coverage_inquiry", "letter", "en", "").number is None
    assert source.choose("coverage_inquiry", "", "es", "").number is None
    assert source.choose("coverage_inquiry", "unknown", "en", "").number == 1


def test_a_template_is_compiled_once_and_anew_where_its_content_changes(
    bench: Bench, accept: Accept, monkeypatch: pytest.MonkeyPatch
) -> None:
    import worker.render.cache

    compiled: list[bytes] = []
    compile_template = worker.render.cache.compile_template
    monkeypatch.setattr(
        worker.render.cache,
        "compile_template",
        lambda docx: compiled.append(docx) or compile_template(docx),
    )
    for text in ("first words", "other words"):
        active(bench, changed(text))
        for _ in range(2):
            assert written(bench, accept(bench.store, LETTER.kind))[0].startswith(text)
    assert len(compiled) == 2


def test_a_preview_is_written_from_a_draft(bench: Bench, accept: Accept) -> None:
    from dataclasses import replace

    version = uploaded(bench, changed())
    packet = accept(bench.store, LETTER.kind, sample=True)
    claim = bench.store.attempts.claim(packet.id)
    assert claim is not None
    chosen = templates_for(replace(claim, previews=version.id), bench).choose("", "", "", "")
    assert chosen.version == version.id


def test_a_broken_check_tells_no_more_than_type_and_place(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    import worker.template_jobs

    def broken(*_: object) -> None:
        raise RuntimeError("Quillfeather")

    monkeypatch.setattr(worker.template_jobs, "process_bench", lambda: bench)
    monkeypatch.setattr(worker.template_jobs, "check", broken)
    with pytest.raises(worker.template_jobs.JobBroken) as raised:
        check_template("tpl_x")
    assert "Quillfeather" not in str(raised.value)


def test_the_check_runs_without_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NECESSITY_MASTER_KEY", "secret")
    import subprocess

    real, seen = subprocess.run, {}

    def run(*arguments: object, **more: object) -> object:
        seen.update(more)
        return real(*arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", run)
    assert check_confined(built_in()).usable
    assert "secret" not in json.dumps(seen["env"])
