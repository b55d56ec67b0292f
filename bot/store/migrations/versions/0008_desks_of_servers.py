"""Topics of servers, whose articles they show, and how each schedule posts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _topics()
    moment = sa.DateTime(timezone=True)
    op.add_column("articles", sa.Column("published_at", moment))
    op.add_column("watches", sa.Column("exclude", sa.Text))
    for column in (
        sa.Column("exclude", sa.Text),
        sa.Column("max_quotes", sa.Integer),
        sa.Column("titled", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("title", sa.Text),
        sa.Column("role_id", sa.BigInteger),
        sa.Column("tag_id", sa.BigInteger),
        sa.Column("form", sa.String(20)),
        sa.Column("weeks", sa.String(40)),
    ):
        op.add_column("schedules", column)
    for column in (
        sa.Column("shared", sa.String(10)),
        sa.Column("zone", sa.String(100)),
        sa.Column("talks", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("talk_channels", sa.JSON),
        sa.Column("public_failures", sa.Boolean, nullable=False, server_default=sa.false()),
    ):
        op.add_column("preferences", column)


def _topics() -> None:
    op.create_table(
        "topics",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("other_names", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("exclude", sa.JSON, nullable=False),
        sa.Column("created_by", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("previous", sa.JSON),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_topics"),
        sa.UniqueConstraint("guild_id", "key", name="uq_topics_guild_id_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_topics_guild_id", "topics", ["guild_id"])
