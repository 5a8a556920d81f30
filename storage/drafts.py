"""Half-typed cases: sealed like a packet's, saved over and over, erased when they become one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from storage import audit
from storage.faults import NotFound, StorageFault
from storage.ids import new_draft_id
from storage.records import Swept
from storage.staff_records import Draft
from storage.staff_tables import drafts
from storage.vault import WrappedKey

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import timedelta

    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.rows import AnyRow
    from storage.staff_records import Person
    from storage.vault import DataKey, Vault

_CASE = "draft case"


class ChangedMeanwhile(StorageFault):
    """Somebody else saved the draft since it was read."""

    code = "changed_meanwhile"


class Drafts:
    """The drafts of all accounts; each call says who asks."""

    def __init__(
        self, database: Database, vault: Vault, clock: Clock, retention: timedelta
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._retention = retention

    def create(self, person: Person, case: Mapping[str, Any], based_on: str | None = None) -> Draft:
        """Keep a new draft; `based_on` is the packet that its case comes from."""
        draft_id, now = new_draft_id(), self._clock()
        key, wrapped = self._vault.new_key(draft_id)
        with self._database.writing() as connection:
            connection.execute(
                insert(drafts).values(
                    id=draft_id,
                    account_id=person.account_id,
                    staff_id=person.id,
                    based_on=based_on,
                    version=1,
                    created_at=now,
                    saved_at=now,
                    saved_by=person.id,
                    master_key_id=wrapped.master_key_id,
                    wrapped_key=wrapped.sealed,
                    sealed_case=key.seal_json(_CASE, case),
                )
            )
            self._note(connection, "draft.begun", draft_id, person)
        return self.find(person.account_id, draft_id)

    def find(self, account_id: str, draft_id: str) -> Draft:
        """Return the account's draft; raises NotFound, also for another account's."""
        with self._database.reading() as connection:
            row = _row(connection, account_id, draft_id)
        return self._draft(row)

    def list(self, account_id: str) -> tuple[Draft, ...]:
        """Return the account's drafts, the one saved last first."""
        asked = select(drafts).where(drafts.c.account_id == account_id)
        with self._database.reading() as connection:
            found = connection.execute(asked.order_by(drafts.c.saved_at.desc())).all()
        return tuple(map(self._draft, found))

    def save(self, person: Person, draft_id: str, version: int, case: Mapping[str, Any]) -> Draft:
        """Keep `case` in place of what was there at `version`.

        Raises:
            NotFound: the account has no such draft, or has none any more.
            ChangedMeanwhile: somebody saved it since; nothing was kept.
        """
        with self._database.writing() as connection:
            row = _row(connection, person.account_id, draft_id)
            if row.version != version:
                raise ChangedMeanwhile("somebody else saved the draft")
            connection.execute(
                update(drafts)
                .where(drafts.c.id == draft_id)
                .values(
                    version=version + 1,
                    saved_at=self._clock(),
                    saved_by=person.id,
                    sealed_case=self._key(row).seal_json(_CASE, case),
                )
            )
        return self.find(person.account_id, draft_id)

    def erase(self, person: Person, draft_id: str) -> None:
        """Throw a draft and its key away; one that is gone already is the same."""
        mine = drafts.c.id == draft_id, drafts.c.account_id == person.account_id
        with self._database.writing() as connection:
            if connection.execute(delete(drafts).where(*mine)).rowcount:
                self._note(connection, "draft.erased", draft_id, person)
        self._database.forget_deleted()

    def erase_old(self) -> Swept:
        """Throw away the drafts that nobody saved for the retention time."""
        old = drafts.c.saved_at <= self._clock() - self._retention
        with self._database.writing() as connection:
            count = connection.execute(delete(drafts).where(old)).rowcount
        if count:
            self._database.forget_deleted()
        return Swept(erased=count)

    def _draft(self, row: AnyRow) -> Draft:
        return Draft(
            id=row.id,
            account_id=row.account_id,
            based_on=row.based_on,
            version=row.version,
            created_at=row.created_at,
            saved_at=row.saved_at,
            saved_by=row.saved_by,
            case=self._key(row).open_json(_CASE, row.sealed_case),
        )

    def _key(self, row: AnyRow) -> DataKey:
        return self._vault.unwrap(WrappedKey(row.master_key_id, row.wrapped_key), row.id)

    def _note(self, connection: Connection, action: str, draft_id: str, person: Person) -> None:
        said = f"{action}:{draft_id}"
        audit.append(connection, self._clock(), said, person.actor, account_id=person.account_id)


def _row(connection: Connection, account_id: str, draft_id: str) -> AnyRow:
    asked = select(drafts).where(drafts.c.id == draft_id, drafts.c.account_id == account_id)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise NotFound("there is no such draft")
    return row
