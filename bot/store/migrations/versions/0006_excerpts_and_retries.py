"""Articles that are only what their feed says of them, and hosts that ask to be visited later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("articles", sa.Column("text_origin", sa.Text))
    op.add_column("feeds", sa.Column("retry_at", sa.DateTime(timezone=True)))
