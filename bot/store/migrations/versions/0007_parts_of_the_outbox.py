"""Indexes of the rows of the outbox that are looked for: open, composed, settled and refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

PARTS = {
    "ix_outbox_open": ("outcome IS NULL", ["available_at", "id"]),
    "ix_outbox_composed": ("outcome IS NULL AND brief IS NOT NULL", ["schedule_id"]),
    "ix_outbox_settled": ("outcome IS NOT NULL AND brief IS NOT NULL", ["settled_at"]),
    "ix_outbox_refused": ("outcome = 'refused'", ["settled_at"]),
}


def upgrade() -> None:
    op.drop_index("ix_outbox_open", "outbox")
    for name, (condition, columns) in PARTS.items():
        where = sa.text(condition)
        op.create_index(name, "outbox", columns, sqlite_where=where, postgresql_where=where)
