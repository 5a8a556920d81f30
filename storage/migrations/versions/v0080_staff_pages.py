"""People who use the staff pages, their sessions, half-typed cases and calendar addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0070"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_staff()
    _make_sessions()
    _make_drafts()
    _make_calendar_addresses()


def _make_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("code_prefix", sa.String(8), nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("last_seen_at", _INSTANT),
        sa.Column("revoked_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_staff_account_id"),
        sa.UniqueConstraint("code_prefix", name="uq_staff_code_prefix"),
    )
    op.create_index("ix_staff_account_id", "staff", ["account_id"])


def _make_sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("staff_id", sa.String(30), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("seen_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_staff_sessions"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_sessions_staff_id"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_table(
        "sign_in_failures",
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("first_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_failures"),
    )


def _make_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(30), nullable=False),
        sa.Column("account_id", sa.String(41), nullable=False),
        sa.Column("staff_id", sa.String(30), nullable=False),
        sa.Column("based_on", sa.String(30)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("saved_at", _INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(30), nullable=False),
        sa.Column("master_key_id", sa.String(16), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("sealed_case", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_drafts"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_drafts_account_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_drafts_staff_id"),
        sa.ForeignKeyConstraint(["saved_by"], ["staff.id"], name="fk_drafts_saved_by"),
    )
    op.create_index("ix_drafts_account_id", "drafts", ["account_id"])
    op.create_index("ix_drafts_saved_at", "drafts", ["saved_at"])


def _make_calendar_addresses() -> None:
    op.create_table(
        "calendar_addresses",
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("staff_id", sa.String(30), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_calendar_addresses"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_calendar_addresses_staff_id"),
        sa.UniqueConstraint("staff_id", name="uq_calendar_addresses_staff_id"),
    )
