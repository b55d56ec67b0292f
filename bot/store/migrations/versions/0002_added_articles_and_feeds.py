"""Articles that are added, the feeds that bring them, and servers that have left."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _feeds()
    _articles()
    op.create_table(
        "departures",
        sa.Column("guild_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name="pk_departures"),
    )


def _feeds() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "feeds",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("next_poll_at", moment, nullable=False),
        sa.Column("last_polled_at", moment),
        sa.Column("last_ok_at", moment),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.Column("owner", sa.String(100)),
        sa.PrimaryKeyConstraint("id", name="pk_feeds"),
        sa.UniqueConstraint("key", name="uq_feeds_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feeds_next_poll_at", "feeds", ["next_poll_at"])
    op.create_table(
        "subscriptions",
        sa.Column("feed_id", sa.Integer, nullable=False),
        sa.Column("collection", sa.BigInteger, nullable=False),
        sa.Column("added_by", sa.BigInteger),
        sa.Column("added_at", moment, nullable=False),
        sa.Column("read_at", moment),
        sa.PrimaryKeyConstraint("feed_id", "collection", name="pk_subscriptions"),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name="fk_subscriptions_feed_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_subscriptions_collection", "subscriptions", ["collection"])
    op.create_table(
        "seen",
        sa.Column("feed_id", sa.Integer, nullable=False),
        sa.Column("collection", sa.BigInteger, nullable=False),
        sa.Column("key_hash", sa.String(32), nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("feed_id", "collection", "key_hash", name="pk_seen"),
        sa.ForeignKeyConstraint(
            ["feed_id", "collection"],
            ["subscriptions.feed_id", "subscriptions.collection"],
            name="fk_seen_feed_id_collection",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
    )


def _articles() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "articles",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("collection", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("paragraphs", sa.Text, nullable=False),
        sa.Column("text_hash", sa.String(100), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("outlet", sa.Text),
        sa.Column("author", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("published", sa.Date),
        sa.Column("outlet_origin", sa.Text),
        sa.Column("author_origin", sa.Text),
        sa.Column("published_origin", sa.Text),
        sa.Column("added", moment, nullable=False),
        sa.Column("added_by", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_articles"),
        sa.UniqueConstraint("id", name="uq_articles_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_articles_collection_text_hash", "articles", ["collection", "text_hash"])
    op.create_table(
        "sources",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("article_id", sa.String(100), nullable=False),
        sa.Column("collection", sa.BigInteger, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("seen", moment, nullable=False),
        sa.Column("feed_id", sa.Integer),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("next_check_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_sources_article_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feeds.id"], name="fk_sources_feed_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("collection", "key", name="uq_sources_collection_key"),
    )
    op.create_index("ix_sources_article_id", "sources", ["article_id"])
    op.create_index("ix_sources_feed_id", "sources", ["feed_id"])
    op.create_index("ix_sources_next_check_at", "sources", ["next_check_at"])
    op.create_table(
        "revisions",
        sa.Column("article_id", sa.String(100), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("paragraphs", sa.Text, nullable=False),
        sa.Column("replaced_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("article_id", "number", name="pk_revisions"),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_revisions_article_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "changes",
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("collection", sa.BigInteger, nullable=False),
        sa.Column("article_id", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_changes"),
        sqlite_autoincrement=True,
    )
