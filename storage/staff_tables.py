"""The tables of the staff pages: people, their sessions, half-typed cases, calendar addresses.

They stand beside `storage.tables` and share its metadata. Secrets rest as digests; a half-typed
case rests sealed under a key of its own, as a packet does.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from storage.tables import Instant, metadata

staff = Table(
    "staff",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("code_prefix", String(8), nullable=False, unique=True),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_seen_at", Instant),
    Column("revoked_at", Instant),
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

# Wrong codes, by the code's first letters and by the address they came from.
sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("subject", String(80), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", Instant, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("based_on", String(30)),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("saved_at", Instant, nullable=False, index=True),
    Column("saved_by", ForeignKey("staff.id"), nullable=False),
    Column("master_key_id", String(16), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed_case", LargeBinary, nullable=False),
)

calendar_addresses = Table(
    "calendar_addresses",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
)
