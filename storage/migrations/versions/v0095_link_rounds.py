"""Rounds of download links: revoking a packet's links begins a new one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0091"


def upgrade() -> None:
    """Count the rounds of each packet; the version before leaves them at their first."""
    rounds = sa.Column("link_round", sa.Integer, nullable=False, server_default="0")
    op.add_column("packets", rounds)
