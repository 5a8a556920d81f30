"""People of the clinic who use the staff pages: their access codes, sessions and lockout."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import audit
from storage.faults import NotFound, StorageFault
from storage.ids import random_text
from storage.keys import check_account, ensure_account
from storage.staff_records import ROLES, NewPerson, Person, Role, SignedIn
from storage.staff_tables import calendar_addresses, sign_in_failures, staff, staff_sessions

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.database import Clock, Database
    from storage.rows import AnyRow

# Twenty-four letters in groups of four: eight find the person, sixteen (80 bits) are the secret.
_CODE_BYTES, _CODE_LETTERS, _PREFIX_LETTERS, _GROUP = 15, 24, 8, 4
_NAME_LETTERS = 100
# scrypt's cost as OWASP's password storage sheet has it for 16 MiB: N=2^14, r=8, p=5.
_SCRYPT = {"n": 2**14, "r": 8, "p": 5}
_SALT_BYTES = 16
_TOKEN_BYTES = 32
IDLE = timedelta(minutes=60)
LIFE = timedelta(hours=12)
# A seen session is written at most this often: a page that polls must not write at every poll.
_SEEN_EVERY = timedelta(minutes=1)
CODE_TRIES, CODE_LOCKED = 5, timedelta(minutes=15)
# Many people of a clinic come from one address, and everyone does behind a proxy: a flood of wrong
# codes must not shut them out for longer than it lasts.
ADDRESS_TRIES, ADDRESS_LOCKED = 30, timedelta(minutes=1)
_BY_COMMAND = "command"


class LockedOut(StorageFault):
    """Too many wrong codes came for this code or from this address; time opens it again."""

    code = "locked_out"


class Staff:
    """The people of all accounts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, account_id: str, name: str, role: Role) -> NewPerson:
        """Let a person in; the access code is never shown again.

        Raises:
            ValueError: the account, the name or the role is not allowed.
        """
        _check(account_id, name, role)
        code = random_text(_CODE_BYTES)
        salt = secrets.token_bytes(_SALT_BYTES)
        person = Person(
            f"stf_{random_text(10)}",
            account_id,
            name,
            role,
            code[:_PREFIX_LETTERS],
            self._clock(),
            None,
            None,
        )
        digest = _digest(code, salt)
        with self._database.writing() as connection:
            ensure_account(connection, account_id, person.created_at)
            connection.execute(insert(staff).values(**vars(person), salt=salt, digest=digest))
            self._note(connection, f"staff.added:{person.id}", _BY_COMMAND, person)
        return NewPerson(_grouped(code), person)

    def list(self, account_id: str | None = None) -> tuple[Person, ...]:
        """Return the people of one account, or of all, oldest first, revoked ones included."""
        asked = select(staff).order_by(staff.c.created_at, staff.c.id)
        if account_id is not None:
            asked = asked.where(staff.c.account_id == account_id)
        with self._database.reading() as connection:
            return tuple(map(person_of, connection.execute(asked)))

    def revoke(self, staff_id: str) -> Person:
        """Shut a person out at once, sessions and calendar address included.

        Raises:
            NotFound: nobody has this id.
        """
        mine = staff.c.id == staff_id
        with self._database.writing() as connection:
            revoked = connection.execute(
                update(staff)
                .where(mine, staff.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )
            row = connection.execute(select(staff).where(mine)).one_or_none()
            if row is None:
                raise NotFound("nobody has this id")
            connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))
            connection.execute(
                delete(calendar_addresses).where(calendar_addresses.c.staff_id == staff_id)
            )
            person = person_of(row)
            if revoked.rowcount:
                self._note(connection, f"staff.revoked:{person.id}", _BY_COMMAND, person)
        return person

    def sign_in(self, typed: str, address: str) -> SignedIn | None:
        """Begin a session for the person whose access code was typed; None for a wrong code.

        Case, blanks and hyphens of a typed code do not matter. `address` is counted, not kept.

        Raises:
            LockedOut: too many wrong codes came before.
        """
        code = _plain(typed)
        subjects = {
            f"code:{code[:_PREFIX_LETTERS]}": CODE_TRIES,
            f"address:{_fingerprint(address)}": ADDRESS_TRIES,
        }
        self._count_try(subjects)
        row = self._row(code[:_PREFIX_LETTERS])
        # A code of nobody costs the same time, so that time does not tell which codes begin well.
        salt, digest = (row.salt, row.digest) if row is not None else (b"-" * 16, b"")
        right = hmac.compare_digest(_digest(code, salt), digest)
        if row is None or not right or row.revoked_at is not None:
            self._note_failure(row)
            return None
        return self._begin(row, subjects)

    def signed_in(self, token: str) -> Person | None:
        """Return the person of a session; None once it is idle, old, ended or the person revoked."""
        mine = staff_sessions.c.digest == _token_digest(token)
        asked = select(staff, staff_sessions.c.created_at.label("began"), staff_sessions.c.seen_at)
        with self._database.reading() as connection:
            row = connection.execute(
                asked.join(staff_sessions, staff_sessions.c.staff_id == staff.c.id).where(mine)
            ).one_or_none()
        now = self._clock()
        if row is None or row.revoked_at is not None:
            return None
        if now - row.seen_at > IDLE or now - row.began > LIFE:
            return None
        if now - row.seen_at > _SEEN_EVERY:
            with self._database.writing() as connection:
                connection.execute(update(staff_sessions).where(mine).values(seen_at=now))
        return person_of(row)

    def sign_out(self, token: str) -> None:
        """End a session; one that has ended already is the same."""
        with self._database.writing() as connection:
            connection.execute(
                delete(staff_sessions).where(staff_sessions.c.digest == _token_digest(token))
            )

    def _row(self, prefix: str) -> AnyRow | None:
        with self._database.reading() as connection:
            return connection.execute(
                select(staff).where(staff.c.code_prefix == prefix)
            ).one_or_none()

    def _count_try(self, subjects: dict[str, int]) -> None:
        """Count a try before its outcome is known: tries sent at once are all counted."""
        now = self._clock()
        with self._database.writing() as connection:
            _forget_old_tries(connection, now)
            # In one order for all, or two that count at once would wait for each other.
            tries = {each: _tries(connection, each, now) for each in sorted(subjects)}
            locked = any(tries[each] >= most for each, most in subjects.items())
            if not locked:
                connection.execute(
                    update(sign_in_failures)
                    .where(sign_in_failures.c.subject.in_(tuple(subjects)))
                    .values(count=sign_in_failures.c.count + 1)
                )
        if locked:
            raise LockedOut("too many wrong access codes")

    def _note_failure(self, row: AnyRow | None) -> None:
        with self._database.writing() as connection:
            person = person_of(row) if row is not None else None
            self._note(connection, "staff.sign_in_failed", "anybody", person)

    def _begin(self, row: AnyRow, subjects: dict[str, int]) -> SignedIn:
        token, now, person = secrets.token_urlsafe(_TOKEN_BYTES), self._clock(), person_of(row)
        with self._database.writing() as connection:
            connection.execute(
                delete(sign_in_failures).where(sign_in_failures.c.subject.in_(tuple(subjects)))
            )
            connection.execute(
                delete(staff_sessions).where(staff_sessions.c.created_at <= now - LIFE)
            )
            connection.execute(
                insert(staff_sessions).values(
                    digest=_token_digest(token), staff_id=person.id, created_at=now, seen_at=now
                )
            )
            connection.execute(
                update(staff).where(staff.c.id == person.id).values(last_seen_at=now)
            )
            self._note(connection, "staff.signed_in", person.actor, person)
        return SignedIn(token, person)

    def _note(self, connection: Connection, action: str, actor: str, person: Person | None) -> None:
        account_id = person.account_id if person else None
        audit.append(connection, self._clock(), action, actor, account_id=account_id)


def _check(account_id: str, name: str, role: str) -> None:
    check_account(account_id)
    if not name.strip() or len(name) > _NAME_LETTERS or not name.isprintable():
        raise ValueError(f"a name is printable text of 1 to {_NAME_LETTERS} characters")
    if role not in ROLES:
        raise ValueError(f"a role is one of {', '.join(ROLES)}")


def _grouped(code: str) -> str:
    return "-".join(code[at : at + _GROUP] for at in range(0, _CODE_LETTERS, _GROUP))


def _plain(typed: str) -> str:
    kept = "".join(each for each in typed.lower() if each.isascii() and each.isalnum())
    return kept[: 2 * _CODE_LETTERS]


def _digest(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.encode(), salt=salt, **_SCRYPT)


def _token_digest(token: str) -> bytes:
    # 256 random bits: a slow hash would only slow the pages.
    return hashlib.sha256(token.encode()).digest()


def _fingerprint(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()


def _forget_old_tries(connection: Connection, now: datetime) -> None:
    subject, first_at = sign_in_failures.c.subject, sign_in_failures.c.first_at
    for begin, locked in (("code:", CODE_LOCKED), ("address:", ADDRESS_LOCKED)):
        connection.execute(
            delete(sign_in_failures).where(subject.startswith(begin), first_at <= now - locked)
        )


def _tries(connection: Connection, subject: str, now: datetime) -> int:
    """Return the tries of a subject and hold its row, so that no other counts it meanwhile."""
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(insert(sign_in_failures).values(subject=subject, count=0, first_at=now))
    asked = select(sign_in_failures.c.count).where(sign_in_failures.c.subject == subject)
    return connection.scalar(asked.with_for_update()) or 0


def person_of(row: AnyRow) -> Person:
    """Return the person of a row of `staff`."""
    return Person(
        id=row.id,
        account_id=row.account_id,
        name=row.name,
        role=cast("Role", row.role),
        code_prefix=row.code_prefix,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        revoked_at=row.revoked_at,
    )
