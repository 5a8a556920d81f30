"""A clinic's templates: nothing is used unchecked, one is in use at a time, every version is kept."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage.faults import Erased, NotFound, StorageFull, TooManyWaiting, WrongState
from storage.master_keys import rewrap
from storage.records import NewTemplate, TemplatePlace, TemplateReport, TemplateVersion
from storage.store import open_store
from storage.templates import MOST_WAITING
from storage.uploads import PATIENCE, TICKETS

if TYPE_CHECKING:
    from collections.abc import Callable

    from settings import Settings
    from storage.records import NewPacket
    from storage.store import Store
    from tests.storage.conftest import Clock

LETTER = TemplatePlace("letter_of_medical_necessity", "", "en")
CLEAN = TemplateReport((), "[Subject] {{ title }}")
BROKEN = TemplateReport(({"severity": "error", "code": "broken_tag", "message": "not whole"},))


def uploaded(
    store: Store,
    content: bytes = b"word file",
    place: TemplatePlace = LETTER,
    account: str = "willow",
) -> TemplateVersion:
    return store.templates.upload(NewTemplate(account, "key:x", place, content)).version


def drafted(store: Store, content: bytes) -> TemplateVersion:
    version = uploaded(store, content)
    store.templates.decide(version.id, CLEAN)
    return store.templates.find("willow", version.id)


def active_number(store: Store) -> int | None:
    version = store.templates.active("willow").get(LETTER)
    return None if version is None else version.number


def files(settings: Settings) -> list[str]:
    return [path.name for path in settings.documents_dir.rglob("*") if path.is_file()]


def test_an_upload_is_no_draft_before_its_check_has_answered(store: Store) -> None:
    version = uploaded(store)
    assert (version.status, version.report) == ("checking", None)
    with pytest.raises(WrongState):
        store.templates.activate("willow", version.id, "key:x")


def test_a_clean_check_makes_a_draft_and_keeps_warnings_and_text(store: Store) -> None:
    report = TemplateReport(({"severity": "warning", "code": "typographic_tag"},), "one line")
    version = uploaded(store)
    assert store.templates.decide(version.id, report)
    found = store.templates.find("willow", version.id)
    assert (found.status, found.report) == ("draft", report)
    assert store.templates.open("willow", version.id).content == b"word file"


def test_a_refused_file_is_not_kept_but_what_was_wrong_is(store: Store, settings: Settings) -> None:
    version = uploaded(store)
    store.templates.decide(version.id, BROKEN)
    found = store.templates.find("willow", version.id)
    assert (found.status, found.report) == ("rejected", BROKEN)
    assert files(settings) == []
    with pytest.raises(Erased):
        store.templates.open("willow", version.id)
    with pytest.raises(WrongState):
        store.templates.activate("willow", version.id, "key:x")


def test_a_check_decides_once(store: Store) -> None:
    version = uploaded(store)
    assert store.templates.decide(version.id, CLEAN)
    assert not store.templates.decide(version.id, BROKEN)
    assert store.templates.find("willow", version.id).status == "draft"
    assert store.templates.open_unchecked(version.id) is None


def test_one_version_is_in_use_and_the_one_before_comes_back(store: Store) -> None:
    first, second = drafted(store, b"one"), drafted(store, b"two")
    assert (first.number, second.number) == (1, 2)
    store.templates.activate("willow", first.id, "key:x")
    store.templates.activate("willow", second.id, "key:x")
    assert active_number(store) == 2
    back = store.templates.roll_back("willow", second.id, "key:x")
    assert back is not None
    assert (back.number, active_number(store)) == (1, 1)
    assert store.templates.roll_back("willow", first.id, "key:x") is None
    assert active_number(store) is None


def test_an_earlier_version_can_be_put_into_use_again(store: Store) -> None:
    first, second = drafted(store, b"one"), drafted(store, b"two")
    for each in (first, second, first, first):
        store.templates.activate("willow", each.id, "key:x")
    assert active_number(store) == 1
    assert [each.status for each in store.templates.list("willow")] == ["retired", "active"]


def test_what_is_not_in_use_cannot_be_taken_back(store: Store) -> None:
    with pytest.raises(WrongState):
        store.templates.roll_back("willow", drafted(store, b"one").id, "key:x")


def test_places_do_not_touch_each_other(store: Store) -> None:
    other = TemplatePlace("letter_of_medical_necessity", "", "es")
    first = drafted(store, b"one")
    version = uploaded(store, b"uno", other)
    store.templates.decide(version.id, CLEAN)
    for each in (first, version):
        store.templates.activate("willow", each.id, "key:x")
    assert set(store.templates.active("willow")) == {LETTER, other}
    assert version.number == 1


def test_another_account_s_template_is_as_none(store: Store) -> None:
    mine = drafted(store, b"one")
    for act in (store.templates.find, store.templates.open):
        with pytest.raises(NotFound):
            act("cedar", mine.id)
    for change in (store.templates.activate, store.templates.roll_back, store.templates.erase):
        with pytest.raises(NotFound):
            change("cedar", mine.id, "key:x")
    assert store.templates.list("cedar") == ()


def test_the_same_file_again_makes_no_new_version(store: Store, settings: Settings) -> None:
    first = drafted(store, b"one")
    again = store.templates.upload(NewTemplate("willow", "key:x", LETTER, b"one"))
    assert (again.replayed, again.version.id) == (True, first.id)
    assert len(files(settings)) == 1


def test_a_file_that_was_refused_may_be_tried_again(store: Store) -> None:
    store.templates.decide(uploaded(store, b"one").id, BROKEN)
    assert uploaded(store, b"one").status == "checking"


def test_too_many_that_wait_are_refused_and_leave_no_file(store: Store, settings: Settings) -> None:
    for number in range(MOST_WAITING):
        uploaded(store, str(number).encode())
    with pytest.raises(TooManyWaiting):
        uploaded(store, b"one more")
    assert len(files(settings)) == MOST_WAITING
    uploaded(store, b"another account's", account="cedar")


def test_an_unknown_account_leaves_no_file(store: Store, settings: Settings) -> None:
    with pytest.raises(NotFound):
        uploaded(store, account="nobody")
    assert files(settings) == []


def test_a_full_disk_leaves_no_row(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageFull("no room")

    monkeypatch.setattr(store.documents, "put", full)
    with pytest.raises(StorageFull):
        uploaded(store)
    assert store.templates.list("willow") == ()


def test_nothing_of_a_template_rests_in_clear(
    store: Store, settings: Settings, canary: str
) -> None:
    version = uploaded(store, canary.encode())
    store.templates.decide(version.id, TemplateReport((), f"Dr. {canary}"))
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            assert canary.encode() not in path.read_bytes()


def test_erasing_forgets_file_and_report_but_not_that_it_was_there(
    store: Store, settings: Settings
) -> None:
    version = drafted(store, b"one")
    store.templates.activate("willow", version.id, "key:x")
    with pytest.raises(WrongState):
        store.templates.erase("willow", version.id, "key:x")
    store.templates.roll_back("willow", version.id, "key:x")
    erased = store.templates.erase("willow", version.id, "key:x")
    assert (erased.status, erased.report, files(settings)) == ("erased", None, [])
    with pytest.raises(Erased):
        store.templates.open("willow", version.id)


def test_rolling_back_to_an_erased_version_goes_to_ours(store: Store) -> None:
    first, second = drafted(store, b"one"), drafted(store, b"two")
    for each in (first, second):
        store.templates.activate("willow", each.id, "key:x")
    store.templates.erase("willow", first.id, "key:x")
    assert store.templates.roll_back("willow", second.id, "key:x") is None


def test_who_changed_a_template_stands_in_the_trail(store: Store) -> None:
    version = drafted(store, b"one")
    store.templates.activate("willow", version.id, "key:abc")
    store.templates.read_file("willow", version.id, "key:abc")
    told = [(each.action, each.actor) for each in store.audit.entries() if each.document_id]
    assert told == [
        ("template.read", "key:abc"),
        ("template.activated", "key:abc"),
        ("template.checked", "worker"),
        ("template.uploaded", "key:x"),
    ]
    assert store.audit.broken_at() is None


def test_a_silent_check_is_signalled_anew_and_given_up_in_the_end(
    store: Store, clock: Clock
) -> None:
    version = uploaded(store)
    for _ in range(TICKETS):
        assert store.templates.find("willow", version.id).status == "checking"
        clock.forward(seconds=PATIENCE.total_seconds() + 1)
        store.sweeper.sweep()
    found = store.templates.find("willow", version.id)
    assert found.status == "rejected"
    assert found.report is not None
    assert found.report.faults[0]["code"] == "check_gave_up"


def test_tidying_keeps_templates_and_removes_files_that_no_row_names(
    store: Store, settings: Settings, clock: Clock
) -> None:
    version = drafted(store, b"one")
    store.documents.put("tpl_" + "a" * 26 + ".1", b"stray")
    for path in settings.documents_dir.rglob("*"):
        old = (clock.now - timedelta(days=2)).timestamp()
        os.utime(path, (old, old))
    store.sweeper.tidy()
    assert files(settings) == [f"{version.id}.1"]


def test_what_was_refused_long_ago_is_forgotten(store: Store, clock: Clock) -> None:
    store.templates.decide(uploaded(store).id, BROKEN)
    clock.forward(days=31)
    store.sweeper.tidy()
    assert store.templates.list("willow") == ()


def test_a_rotated_master_key_is_no_longer_needed_for_templates(
    store: Store, settings: Settings, clock: Clock
) -> None:
    version = drafted(store, b"one")
    fresh = os.urandom(32)
    both = open_store(replace(settings, master_keys=(fresh, *settings.master_keys)), clock)
    assert (rewrap(both), rewrap(both)) == (1, 0)
    both.close()
    only = open_store(replace(settings, master_keys=(fresh,)), clock)
    assert only.templates.open("willow", version.id).content == b"one"
    only.close()


def test_uploads_and_activations_at_once_leave_one_in_use(store: Store) -> None:
    made: list[TemplateVersion] = []

    def work(number: int) -> None:
        version = drafted(store, f"file {number}".encode())
        store.templates.activate("willow", version.id, "key:x")
        made.append(version)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(each.number for each in made) == list(range(1, 9))
    assert [each.status for each in store.templates.list("willow")].count("active") == 1


def test_a_check_is_signalled_before_the_packets_that_wait(
    signalling_store: Store, a_packet: Callable[..., NewPacket]
) -> None:
    signalling_store.packets.accept(a_packet())
    version = uploaded(signalling_store)
    assert signalling_store.queue.rq().get_job_ids()[0] == f"{version.id}-1"


def test_previews_stand_in_no_list(store: Store, a_packet: Callable[..., NewPacket]) -> None:
    shown = store.packets.accept(a_packet()).packet
    version = drafted(store, b"one")
    preview = store.packets.accept(a_packet(previews=version.id)).packet
    assert [each.id for each in store.packets.list("willow").items] == [shown.id]
    assert store.packets.find("willow", preview.id).previews == version.id
    claim = store.attempts.claim(preview.id)
    assert claim is not None
    assert claim.previews == version.id
