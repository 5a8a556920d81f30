"""Calling back: where to, what is due, and the secrets that sign it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0020"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables of webhooks, and a packet's columns beside them."""
    op.add_column("packets", sa.Column("sealed_callback", sa.LargeBinary))
    op.add_column("packets", sa.Column("deadlines_look_at", _INSTANT))
    op.create_index("ix_packets_deadlines_look_at", "packets", ["deadlines_look_at"])
    _make_secrets()
    _make_messages()


def _make_secrets() -> None:
    op.create_table(
        "webhook_secrets",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT),
        sa.Column("master_key_id", sa.String(16), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_secrets"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_webhook_secrets_account_id"
        ),
    )
    op.create_index("ix_webhook_secrets_account_id", "webhook_secrets", ["account_id"])


def _make_messages() -> None:
    op.create_table(
        "webhook_messages",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("packet_id", sa.String(30), nullable=False),
        sa.Column("type", sa.String(41), nullable=False),
        sa.Column("packet_status", sa.String(10), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("attempt_limit", sa.Integer, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("finished_at", _INSTANT),
        sa.Column("last_result", sa.String(41)),
        sa.Column("deadline_digest", sa.LargeBinary),
        sa.Column("sealed_deadline", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_messages"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_webhook_messages_account_id"
        ),
        sa.ForeignKeyConstraint(
            ["packet_id"], ["packets.id"], name="fk_webhook_messages_packet_id"
        ),
        sa.UniqueConstraint(
            "packet_id", "deadline_digest", name="uq_webhook_messages_packet_id_deadline_digest"
        ),
    )
    op.create_index("ix_webhook_messages_status_due_at", "webhook_messages", ["status", "due_at"])
    op.create_index(
        "ix_webhook_messages_account_id_created_at_id",
        "webhook_messages",
        ["account_id", "created_at", "id"],
    )
