"""The templates of clinics: uploaded, checked, in use, put back; every version is kept.

At each place (kind, variant, language) an account has versions counted from 1, of which one at
most is active; without one, ours is in use. Nobody but the check makes a draft of an upload.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, select, update

from storage import audit
from storage.faults import NotFound, TooManyWaiting, WrongState
from storage.ids import new_template_id
from storage.records import (
    TemplatePlace,
    TemplateReport,
    TemplateVersion,
    UploadedTemplate,
)
from storage.tables import accounts, templates
from storage.uploads import SWEEPER, WORKER, Uploads, file_purpose, gave_up, report_purpose
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from storage.records import NewTemplate, TemplateStatus
    from storage.rows import AnyRow
    from storage.vault import DataKey

MOST = 500
"""Versions at one place: far more than a clinic makes, few enough for one page."""
MOST_WAITING = 10
"""Uploads of one account that wait for their check: each may take a worker's time for long."""
REJECTED_LIFE = timedelta(days=30)
_HELD = ("checking", "draft", "active", "retired")
_GAVE_UP = TemplateReport(
    (
        gave_up(
            "The check was begun several times and never came to an end",
            "Upload the file again; if it stays so, make it smaller or simpler.",
        ),
    )
)


@dataclass(frozen=True)
class TemplateFile:
    """A version with its Word file, opened."""

    version: TemplateVersion
    content: bytes = field(repr=False)


class ClinicTemplates(Uploads):
    """The templates of all accounts; each call says whose it asks for."""

    _table = templates
    _refused_life = REJECTED_LIFE
    _what = "template"

    def upload(self, new: NewTemplate) -> UploadedTemplate:
        """Keep a file to be checked, then try to signal it; the same file again changes nothing.

        Raises:
            NotFound: there is no such account.
            WrongState: the place has as many versions as one may have.
            TooManyWaiting: too many of the account's uploads wait for their check.
            StorageFull, StorageUnavailable: nothing was kept.
        """
        digest = hashlib.sha256(new.content).hexdigest()
        known = self._known(new, digest)
        if known is not None:
            return UploadedTemplate(known, replayed=True)
        template_id = new_template_id()
        key, wrapped = self._vault.new_key(template_id)
        name = f"{template_id}.1"
        self._store.put(name, key.seal(file_purpose(template_id), new.content))
        row = {
            "id": template_id,
            "account_id": new.account_id,
            **vars(new.place),
            "status": "checking",
            "sha256": digest,
            "size": len(new.content),
            "uploaded_by": new.actor,
            "tickets": 1,
            "master_key_id": wrapped.master_key_id,
            "wrapped_key": wrapped.sealed,
            "stored_name": name,
        }
        try:
            self._insert(row)
        except BaseException:
            self._store.remove(name)
            raise
        self._queue.signal_check(template_id, 1)
        return UploadedTemplate(self.find(new.account_id, template_id), replayed=False)

    def find(self, account_id: str, template_id: str) -> TemplateVersion:
        """Return the account's version; raises NotFound, also for another account's."""
        with self._database.reading() as connection:
            return self._version(_row(connection, account_id, template_id))

    def list(
        self,
        account_id: str,
        kind: str | None = None,
        status: TemplateStatus | None = None,
    ) -> tuple[TemplateVersion, ...]:
        """Return the account's versions, newest first, of one kind or state if asked."""
        asked = select(templates).where(templates.c.account_id == account_id)
        if kind is not None:
            asked = asked.where(templates.c.kind == kind)
        if status is not None:
            asked = asked.where(templates.c.status == status)
        newest = asked.order_by(
            templates.c.uploaded_at.desc(), templates.c.number.desc(), templates.c.id
        )
        with self._database.reading() as connection:
            return tuple(self._version(row) for row in connection.execute(newest))

    def active(
        self, account_id: str, kind: str | None = None
    ) -> Mapping[TemplatePlace, TemplateVersion]:
        """Return the version in use at each place, of one kind if asked, that has one of its own."""
        found = self.list(account_id, kind=kind, status="active")
        return {each.place: each for each in found}

    def open(self, account_id: str, template_id: str) -> TemplateFile:
        """Return a version with its file, for the worker.

        Raises:
            NotFound: the account has no such version.
            Erased: its file is gone, or was refused.
            Unreadable: its file is not what was stored.
        """
        with self._database.reading() as connection:
            row = _row(connection, account_id, template_id)
        return self._opened(row)

    def open_unchecked(self, template_id: str) -> TemplateFile | None:
        """Return what waits for its check; None when there is nothing to check any more."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(templates).where(
                    templates.c.id == template_id, templates.c.status == "checking"
                )
            ).one_or_none()
        return None if row is None else self._opened(row)

    def read_file(self, account_id: str, template_id: str, actor: str) -> bytes:
        """Return the Word file of a version and note the reading; raises as `open` does."""
        file = self.open(account_id, template_id)
        with self._database.writing() as connection:
            self._note(connection, "template.read", actor, account_id, template_id)
        return file.content

    def decide(self, template_id: str, report: TemplateReport, actor: str = WORKER) -> bool:
        """Make the checked file a draft, or forget it and keep what is wrong with it.

        Returns False when it was decided before, or erased meanwhile.
        """
        with self._database.writing() as connection:
            row = connection.execute(
                select(templates)
                .where(templates.c.id == template_id, templates.c.status == "checking")
                .with_for_update()
            ).one_or_none()
            if row is None:
                return False
            key = self._key(row)
            status = "draft" if report.usable else "rejected"
            said = {"faults": [dict(each) for each in report.faults], "text": report.text}
            self._change(
                connection,
                row,
                status=status,
                checked_at=self._clock(),
                sealed_report=key.seal_json(report_purpose(row.id), said),
                stored_name=row.stored_name if report.usable else None,
            )
            action = "template.checked" if report.usable else "template.rejected"
            self._note(connection, action, actor, row.account_id, row.id)
        if not report.usable:
            self._store.remove(row.stored_name)
        return True

    def activate(self, account_id: str, template_id: str, actor: str) -> TemplateVersion:
        """Put a draft or an earlier version into use; doing it twice is the same.

        Raises:
            NotFound: the account has no such version.
            WrongState: it is being checked, was refused, or is erased.
        """
        with self._database.writing() as connection:
            _lock(connection, account_id)
            row = _row(connection, account_id, template_id)
            if row.status == "active":
                return self._version(row)
            if row.status not in ("draft", "retired"):
                raise WrongState(f"the version is {row.status}")
            before = self._active_row(connection, row)
            if before is not None:
                self._change(connection, before, status="retired")
            replaced = None if before is None else before.id
            self._put_into_use(connection, row, replaced, "template.activated", actor)
            return self._version(_row(connection, account_id, template_id))

    def roll_back(self, account_id: str, template_id: str, actor: str) -> TemplateVersion | None:
        """Take the version in use back: the one before it is in use again; None: ours is.

        Raises:
            NotFound: the account has no such version.
            WrongState: it is not the one in use.
        """
        with self._database.writing() as connection:
            _lock(connection, account_id)
            row = _row(connection, account_id, template_id)
            if row.status != "active":
                raise WrongState(f"the version is {row.status}")
            self._change(connection, row, status="retired")
            before = self._before(connection, row)
            if before is None:
                self._note(connection, "template.rolled_back", actor, account_id, row.id)
                return None
            self._put_into_use(connection, before, before.replaced, "template.rolled_back", actor)
            return self._version(_row(connection, account_id, before.id))

    def erase(self, account_id: str, template_id: str, actor: str) -> TemplateVersion:
        """Throw a version's file and report away for good; its row stays and says so.

        Raises:
            NotFound: the account has no such version.
            WrongState: it is in use; take it back first.
        """
        with self._database.writing() as connection:
            _lock(connection, account_id)
            row = _row(connection, account_id, template_id)
            if row.status == "active":
                raise WrongState("the version is active")
            if row.status != "erased":
                self._forget(connection, row)
                self._note(connection, "template.erased", actor, account_id, row.id)
            erased = self._version(_row(connection, account_id, template_id))
        self._database.forget_deleted()
        if row.stored_name is not None:
            self._store.remove(row.stored_name)
        return erased

    def _signal(self, upload_id: str, ticket: int) -> bool:
        return self._queue.signal_check(upload_id, ticket)

    def _give_up(self, upload_id: str) -> bool:
        return self.decide(upload_id, _GAVE_UP, SWEEPER)

    def _known(self, new: NewTemplate, digest: str) -> TemplateVersion | None:
        asked = select(templates).where(
            templates.c.account_id == new.account_id,
            _at(new.place),
            templates.c.sha256 == digest,
            templates.c.status.in_(_HELD),
        )
        with self._database.reading() as connection:
            row = connection.execute(asked.order_by(templates.c.number.desc())).first()
        return None if row is None else self._version(row)

    def _insert(self, row: dict[str, Any]) -> None:
        place = TemplatePlace(row["kind"], row["variant"], row["language"])
        now = self._clock()
        with self._database.writing() as connection:
            _lock(connection, row["account_id"])
            _refuse_too_many(connection, row["account_id"])
            number = 1 + _last_number(connection, row["account_id"], place)
            if number > MOST:
                raise WrongState(f"a paper has at most {MOST} template versions")
            connection.execute(
                insert(templates).values(**row, number=number, uploaded_at=now, signalled_at=now)
            )
            actor, account = row["uploaded_by"], row["account_id"]
            self._note(connection, "template.uploaded", actor, account, row["id"])

    def _active_row(self, connection: Connection, row: AnyRow) -> AnyRow | None:
        place = TemplatePlace(row.kind, row.variant, row.language)
        return connection.execute(
            select(templates).where(
                templates.c.account_id == row.account_id, _at(place), templates.c.status == "active"
            )
        ).one_or_none()

    def _before(self, connection: Connection, row: AnyRow) -> AnyRow | None:
        """Return the version that `row` took the place of, unless it was erased since."""
        if row.replaced is None:
            return None
        return connection.execute(
            select(templates).where(templates.c.id == row.replaced, templates.c.status == "retired")
        ).one_or_none()

    def _put_into_use(
        self, connection: Connection, row: AnyRow, replaced: str | None, action: str, actor: str
    ) -> None:
        now = self._clock()
        self._change(connection, row, status="active", activated_at=now, replaced=replaced)
        self._note(connection, action, actor, row.account_id, row.id)

    def _forget(self, connection: Connection, row: AnyRow) -> None:
        gone = dict.fromkeys(("master_key_id", "wrapped_key", "stored_name", "sealed_report"))
        self._change(connection, row, status="erased", **gone)

    def _change(self, connection: Connection, row: AnyRow, **said: Any) -> None:  # as columns are
        connection.execute(update(templates).where(templates.c.id == row.id).values(**said))

    def _note(
        self, connection: Connection, action: str, actor: str, account_id: str, template_id: str
    ) -> None:
        audit.append(
            connection,
            self._clock(),
            action,
            actor,
            account_id=account_id,
            document_id=template_id,
        )

    def _opened(self, row: AnyRow) -> TemplateFile:
        sealed = self._sealed(row)
        return TemplateFile(self._version(row), self._unsealed(row, sealed, self._key(row)))

    def _key(self, row: AnyRow) -> DataKey:
        return self._vault.unwrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)

    def _version(self, row: AnyRow) -> TemplateVersion:
        return TemplateVersion(
            id=row.id,
            account_id=row.account_id,
            place=TemplatePlace(row.kind, row.variant, row.language),
            number=row.number,
            status=row.status,
            sha256=row.sha256,
            size=row.size,
            uploaded_at=row.uploaded_at,
            uploaded_by=row.uploaded_by,
            checked_at=row.checked_at,
            activated_at=row.activated_at,
            replaced=row.replaced,
            report=self._report(row),
        )

    def _report(self, row: AnyRow) -> TemplateReport | None:
        if row.sealed_report is None:
            return None
        said = self._key(row).open_json(report_purpose(row.id), row.sealed_report)
        return TemplateReport(tuple(said["faults"]), said["text"])


def _row(connection: Connection, account_id: str, template_id: str) -> AnyRow:
    asked = select(templates).where(
        templates.c.id == template_id, templates.c.account_id == account_id
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound("there is no such template")
    return row


def _lock(connection: Connection, account_id: str) -> None:
    """Let others who change this account's templates wait for the end of this transaction."""
    asked = select(accounts.c.id).where(accounts.c.id == account_id).with_for_update()
    if connection.execute(asked).one_or_none() is None:
        raise NotFound("there is no such account")


def _refuse_too_many(connection: Connection, account_id: str) -> None:
    waiting = select(func.count()).where(
        templates.c.account_id == account_id, templates.c.status == "checking"
    )
    if (connection.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooManyWaiting(f"{MOST_WAITING} uploads wait for their check")


def _last_number(connection: Connection, account_id: str, place: TemplatePlace) -> int:
    asked = select(func.max(templates.c.number)).where(
        templates.c.account_id == account_id, _at(place)
    )
    return connection.scalar(asked) or 0


def _at(place: TemplatePlace) -> ColumnElement[bool]:
    return and_(
        templates.c.kind == place.kind,
        templates.c.variant == place.variant,
        templates.c.language == place.language,
    )
