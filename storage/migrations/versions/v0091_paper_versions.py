"""Papers that staff edited in Word and gave back, version by version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table of edited papers."""
    op.create_table(
        "paper_versions",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("packet_id", sa.String(30), nullable=False),
        sa.Column("document_id", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_at", _INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.String(100), nullable=False),
        sa.Column("tickets", sa.Integer, nullable=False),
        sa.Column("signalled_at", _INSTANT, nullable=False),
        sa.Column("stored_name", sa.String(50)),
        sa.Column("sealed_report", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_paper_versions"),
        sa.ForeignKeyConstraint(["packet_id"], ["packets.id"], name="fk_paper_versions_packet_id"),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name="fk_paper_versions_document_id"
        ),
        sa.UniqueConstraint("document_id", "number", name="uq_paper_versions_document_id_number"),
    )
    op.create_index("ix_paper_versions_packet_id", "paper_versions", ["packet_id"])
    op.create_index("ix_paper_versions_status", "paper_versions", ["status"])
