"""The tables as the code of today knows them; `migrations` makes them.

In clear rest ids, states, dates, kinds and the caller's reference. Columns named `sealed_*` rest
encrypted under the packet's data key, which itself rests wrapped under a master key.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

# Only the base class needs its parameter said, and only to the type checker.
if TYPE_CHECKING:
    _Decorator = TypeDecorator[datetime]
else:
    _Decorator = TypeDecorator


class Instant(_Decorator):
    """An aware datetime in UTC. SQLite keeps no zone, so it is taken off and put back on."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC, without its zone where the database has none."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the database gave, in UTC."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


# Named constraints can be changed by later migrations on every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String(41), primary_key=True),
    Column("created_at", Instant, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("prefix", String(10), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("label", String(100), nullable=False),
    Column("test", Boolean, nullable=False),
    Column("scopes", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)

packets = Table(
    "packets",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("status", String(10), nullable=False),
    Column("reference", String(64)),
    Column("based_on", String(30)),
    Column("previews", String(30)),
    Column("sample", Boolean, nullable=False),
    Column("letter_date", Date, nullable=False),
    Column("knowledge_version", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("expires_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("link_round", Integer, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False),
    Column("attempt_limit", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("tickets", Integer, nullable=False),
    Column("signalled_at", Instant, nullable=False),
    Column("idempotency_digest", LargeBinary),
    Column("body_digest", LargeBinary),
    Column("master_key_id", String(16)),
    Column("wrapped_key", LargeBinary),
    Column("sealed_case", LargeBinary),
    Column("sealed_review", LargeBinary),
    Column("sealed_options", LargeBinary),
    Column("sealed_error", LargeBinary),
    Column("sealed_callback", LargeBinary),
    Column("deadlines_look_at", Instant),
    UniqueConstraint("account_id", "idempotency_digest"),
    Index(None, "account_id", "created_at", "id"),
    Index(None, "status", "created_at"),
    Index(None, "expires_at"),
    Index(None, "deadlines_look_at"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("packet_id", ForeignKey("packets.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(41), nullable=False),
    Column("variant", String(41), nullable=False),
    Column("language", String(35), nullable=False),
    Column("status", String(10), nullable=False),
    Column("draft", Boolean, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("pages", Integer),
    Column("size", Integer),
    Column("sha256", String(64)),
    Column("template_version", String(100)),
    Column("finished_at", Instant),
    Column("stored_name", String(50)),
    Column("sealed_details", LargeBinary),
    UniqueConstraint("packet_id", "position"),
)

events = Table(
    "events",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("packet_id", ForeignKey("packets.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("idempotency_digest", LargeBinary),
    Column("body_digest", LargeBinary),
    Column("sealed_event", LargeBinary, nullable=False),
    UniqueConstraint("packet_id", "number"),
    UniqueConstraint("packet_id", "idempotency_digest"),
)

webhook_secrets = Table(
    "webhook_secrets",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("master_key_id", String(16), nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("packet_id", ForeignKey("packets.id"), nullable=False),
    Column("type", String(41), nullable=False),
    Column("packet_status", String(10), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("status", String(10), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("attempt_limit", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("finished_at", Instant),
    Column("last_result", String(41)),
    Column("deadline_digest", LargeBinary),
    Column("sealed_deadline", LargeBinary),
    UniqueConstraint("packet_id", "deadline_digest"),
    Index(None, "status", "due_at"),
    Index(None, "account_id", "created_at", "id"),
)

paper_versions = Table(
    "paper_versions",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("packet_id", ForeignKey("packets.id"), nullable=False),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", String(100), nullable=False),
    Column("tickets", Integer, nullable=False),
    Column("signalled_at", Instant, nullable=False),
    Column("stored_name", String(50)),
    Column("sealed_report", LargeBinary),
    UniqueConstraint("document_id", "number"),
    Index(None, "packet_id"),
    Index(None, "status"),
)

templates = Table(
    "templates",
    metadata,
    Column("id", String(30), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("kind", String(41), nullable=False),
    Column("variant", String(41), nullable=False),
    Column("language", String(35), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(10), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
    Column("uploaded_by", String(100), nullable=False),
    Column("checked_at", Instant),
    Column("activated_at", Instant),
    Column("replaced", String(30)),
    Column("tickets", Integer, nullable=False),
    Column("signalled_at", Instant, nullable=False),
    Column("master_key_id", String(16)),
    Column("wrapped_key", LargeBinary),
    Column("stored_name", String(50)),
    Column("sealed_report", LargeBinary),
    UniqueConstraint("account_id", "kind", "variant", "language", "number"),
    Index(None, "status"),
)
# One version at most is in use at each place, whatever two processes do at once.
Index(
    "ix_templates_active",
    *(templates.c[name] for name in ("account_id", "kind", "variant", "language")),
    unique=True,
    sqlite_where=templates.c.status == "active",
    postgresql_where=templates.c.status == "active",
)

audit_lines = Table(
    "audit_lines",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("account_id", String(41)),
    Column("action", String(50), nullable=False),
    Column("packet_id", String(30), index=True),
    Column("document_id", String(30)),
    Column("hash", String(64), nullable=False),
)

# One row, made by the migration: whoever appends locks it, so the chain never forks.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("queue", String(41), nullable=False),
    Column("capabilities", String(200), nullable=False),
    Column("seen_at", Instant, nullable=False),
)
