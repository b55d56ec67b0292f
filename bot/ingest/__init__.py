"""Add articles to the library: pages, files and feeds, polled and checked again in background."""

from bot.ingest.feed_entries import Progress
from bot.ingest.ingester import Ingester

__all__ = ["Ingester", "Progress"]
