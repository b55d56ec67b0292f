"""Watches, notices in the outbox, and the messages in which quotes were posted."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _watches()
    _notices()
    _messages()


def _watches() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "watches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("channel_id", sa.BigInteger),
        sa.Column("user_id", sa.BigInteger, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("per_hour", sa.Integer, nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("ready_at", moment, nullable=False),
        sa.Column("pause_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_watches"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watches_guild_id", "watches", ["guild_id"])
    op.create_index("ix_watches_user_id", "watches", ["user_id"])


def _notices() -> None:
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("schedule_id", existing_type=sa.Integer, nullable=True)
        table.add_column(sa.Column("kind", sa.String(20)))
        table.add_column(sa.Column("key", sa.String(200)))
        table.add_column(sa.Column("guild_id", sa.BigInteger))
        table.add_column(sa.Column("channel_id", sa.BigInteger))
        table.add_column(sa.Column("user_id", sa.BigInteger))
        table.add_column(sa.Column("watch_id", sa.Integer))
        table.add_column(sa.Column("reply_to", sa.BigInteger))
        table.create_unique_constraint("uq_outbox_key", ["key"])
        table.create_foreign_key(
            "fk_outbox_watch_id", "watches", ["watch_id"], ["id"], ondelete="CASCADE"
        )
    op.create_index("ix_outbox_guild_id", "outbox", ["guild_id"])
    op.create_index("ix_outbox_watch_id", "outbox", ["watch_id"])


def _messages() -> None:
    with op.batch_alter_table("posted") as table:
        # What was posted until now were summaries; in which server, a schedule may still tell.
        table.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default="summary"))
        table.add_column(sa.Column("guild_id", sa.BigInteger))
        table.add_column(sa.Column("message_id", sa.BigInteger))
    with op.batch_alter_table("posted") as table:
        table.alter_column("kind", existing_type=sa.String(20), server_default=None)
    op.execute(
        "UPDATE posted SET guild_id = (SELECT min(guild_id) FROM schedules"
        " WHERE schedules.channel_id = posted.channel_id)"
    )
    op.create_index("ix_posted_guild_id", "posted", ["guild_id"])
    op.create_index("ix_posted_article_id", "posted", ["article_id"])
