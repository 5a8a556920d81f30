"""The templates of clinics, version by version, and packets that preview one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0080"

_INSTANT = sa.DateTime(timezone=True)
_PLACE = ["account_id", "kind", "variant", "language"]


def upgrade() -> None:
    """Make the table of templates; let a packet name the template that it previews."""
    op.create_table(
        "templates",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("kind", sa.String(41), nullable=False),
        sa.Column("variant", sa.String(41), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("uploaded_at", _INSTANT, nullable=False),
        sa.Column("uploaded_by", sa.String(100), nullable=False),
        sa.Column("checked_at", _INSTANT),
        sa.Column("activated_at", _INSTANT),
        sa.Column("replaced", sa.String(30)),
        sa.Column("tickets", sa.Integer, nullable=False),
        sa.Column("signalled_at", _INSTANT, nullable=False),
        sa.Column("master_key_id", sa.String(16)),
        sa.Column("wrapped_key", sa.LargeBinary),
        sa.Column("stored_name", sa.String(50)),
        sa.Column("sealed_report", sa.LargeBinary),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_templates_account_id"),
        sa.UniqueConstraint(
            *_PLACE, "number", name="uq_templates_account_id_kind_variant_language_number"
        ),
    )
    op.create_index("ix_templates_status", "templates", ["status"])
    is_active = sa.text("status = 'active'")
    op.create_index(
        "ix_templates_active",
        "templates",
        _PLACE,
        unique=True,
        sqlite_where=is_active,
        postgresql_where=is_active,
    )
    op.add_column("packets", sa.Column("previews", sa.String(30)))
