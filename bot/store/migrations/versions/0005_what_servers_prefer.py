"""What servers prefer, what they were not answered, what they found useful, and threads."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "preferences",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(20)),
        sa.Column("colours", sa.String(20), nullable=False),
        sa.Column("schedulers", sa.BigInteger),
        sa.Column("quiet_start", sa.String(5)),
        sa.Column("quiet_until", sa.String(5)),
        sa.Column("quiet_zone", sa.String(100)),
        sa.Column("form", sa.String(20), nullable=False),
        sa.Column("keeps_gaps", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_preferences"),
    )
    op.create_table(
        "gaps",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("command", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("only_related", sa.Boolean, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_at", moment, nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", "key", name="pk_gaps"),
    )
    op.create_table(
        "feedback",
        sa.Column("guild_id", sa.BigInteger, nullable=False),
        sa.Column("message_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("user_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("given_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("message_id", "user_id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_guild_id", "feedback", ["guild_id"])
    op.create_table(
        "welcomes",
        sa.Column("guild_id", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("welcomed_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_welcomes"),
    )
    op.add_column("posted", sa.Column("thread_id", sa.BigInteger))
