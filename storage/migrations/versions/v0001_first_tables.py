"""The first tables: accounts, keys, packets, documents, audit trail, workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and the row that the audit trail starts from."""
    _make_accounts()
    _make_packets()
    _make_documents()
    _make_audit()
    _make_workers()


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(41), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_table(
        "api_keys",
        sa.Column("prefix", sa.String(10), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("label", sa.String(100), nullable=False),
        sa.Column("test", sa.Boolean, nullable=False),
        sa.Column("scopes", sa.String(100), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("last_used_at", _INSTANT),
        sa.Column("revoked_at", _INSTANT),
        sa.PrimaryKeyConstraint("prefix", name="pk_api_keys"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_api_keys_account_id"),
    )
    op.create_index("ix_api_keys_account_id", "api_keys", ["account_id"])


def _make_packets() -> None:
    op.create_table(
        "packets",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("reference", sa.String(64)),
        sa.Column("based_on", sa.String(30)),
        sa.Column("sample", sa.Boolean, nullable=False),
        sa.Column("letter_date", sa.Date, nullable=False),
        sa.Column("knowledge_version", sa.String(100), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("attempt_limit", sa.Integer, nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("tickets", sa.Integer, nullable=False),
        sa.Column("signalled_at", _INSTANT, nullable=False),
        sa.Column("idempotency_digest", sa.LargeBinary),
        sa.Column("body_digest", sa.LargeBinary),
        sa.Column("master_key_id", sa.String(16)),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("sealed_case", sa.LargeBinary),
        sa.Column("sealed_review", sa.LargeBinary),
        sa.Column("sealed_options", sa.LargeBinary),
        sa.Column("sealed_error", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_packets"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_packets_account_id"),
        sa.UniqueConstraint(
            "account_id", "idempotency_digest", name="uq_packets_account_id_idempotency_digest"
        ),
    )
    op.create_index(
        "ix_packets_account_id_created_at_id", "packets", ["account_id", "created_at", "id"]
    )
    op.create_index("ix_packets_status_created_at", "packets", ["status", "created_at"])
    op.create_index("ix_packets_expires_at", "packets", ["expires_at"])


def _make_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("packet_id", sa.String(30), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(41), nullable=False),
        sa.Column("variant", sa.String(41), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("draft", sa.Boolean, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("pages", sa.Integer),
        sa.Column("size", sa.Integer),
        sa.Column("sha256", sa.String(64)),
        sa.Column("template_version", sa.String(100)),
        sa.Column("finished_at", _INSTANT),
        sa.Column("stored_name", sa.String(50)),
        sa.Column("sealed_details", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.ForeignKeyConstraint(["packet_id"], ["packets.id"], name="fk_documents_packet_id"),
        sa.UniqueConstraint("packet_id", "position", name="uq_documents_packet_id_position"),
    )


def _make_audit() -> None:
    op.create_table(
        "audit_lines",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("account_id", sa.String(41)),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("packet_id", sa.String(30)),
        sa.Column("document_id", sa.String(30)),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit_lines"),
    )
    op.create_index("ix_audit_lines_packet_id", "audit_lines", ["packet_id"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": "0" * 64}])


def _make_workers() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("queue", sa.String(41), nullable=False),
        sa.Column("capabilities", sa.String(200), nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
