"""The plain values of the staff pages. All times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Role = Literal["reader", "editor", "administrator"]
ROLES: tuple[Role, ...] = ("reader", "editor", "administrator")
"""What a person may do; each role may all that those before it may."""


@dataclass(frozen=True)
class Person:
    """A person who may sign in. `code_prefix` begins the access code; the rest is not kept."""

    id: str
    account_id: str
    name: str
    role: Role
    code_prefix: str
    created_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None

    @property
    def actor(self) -> str:
        """Return the name of this person in the audit trail."""
        return f"staff:{self.id}"

    def may(self, role: Role) -> bool:
        """Return whether this person may do what needs `role`."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class NewPerson:
    """A person at the only moment the whole access code is known."""

    code: str = field(repr=False)
    person: Person


@dataclass(frozen=True)
class SignedIn:
    """A person with the secret of a new session."""

    token: str = field(repr=False)
    person: Person


@dataclass(frozen=True)
class Draft:
    """A half-typed case; `version` grows with every save."""

    id: str
    account_id: str
    based_on: str | None
    version: int
    created_at: datetime
    saved_at: datetime
    saved_by: str
    case: Mapping[str, Any] = field(repr=False)
