"""Schedules, the outbox of their summaries, and what each channel has had."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "meta",
        sa.Column("key", sa.String(100), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_meta"),
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("times", sa.Text, nullable=False),
        sa.Column("days", sa.String(20), nullable=False),
        sa.Column("zone", sa.String(100), nullable=False),
        sa.Column("announce_empty", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.BigInteger, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("due_after", moment, nullable=False),
        sa.Column("paused", sa.Boolean, nullable=False),
        sa.Column("pause_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_schedules_guild_id", "schedules", ["guild_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("schedule_id", sa.Integer, nullable=False),
        sa.Column("slot", moment, nullable=False),
        sa.Column("available_at", moment, nullable=False),
        sa.Column("owner", sa.String(100)),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("brief", sa.JSON),
        sa.Column("outcome", sa.String(20)),
        sa.Column("settled_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["schedules.id"], name="fk_outbox_schedule_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("schedule_id", "slot", name="uq_outbox_schedule_id_slot"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_open", "outbox", ["outcome", "available_at"])
    op.create_table(
        "posted",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.BigInteger, nullable=False),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("paragraph", sa.Integer, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("posted_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_posted"),
    )
    op.create_index("ix_posted_channel_id", "posted", ["channel_id"])
