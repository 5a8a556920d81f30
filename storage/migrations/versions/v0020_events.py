"""What happened to a packet after it was written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of events."""
    op.create_table(
        "events",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("packet_id", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_digest", sa.LargeBinary),
        sa.Column("body_digest", sa.LargeBinary),
        sa.Column("sealed_event", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sa.ForeignKeyConstraint(["packet_id"], ["packets.id"], name="fk_events_packet_id"),
        sa.UniqueConstraint("packet_id", "number", name="uq_events_packet_id_number"),
        sa.UniqueConstraint(
            "packet_id", "idempotency_digest", name="uq_events_packet_id_idempotency_digest"
        ),
    )
