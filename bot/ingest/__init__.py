"""Add articles to the library: pages, files and feeds, polled and checked again in background."""

from bot.ingest.feed_entries import Progress
from bot.ingest.ingester import Ingester
from bot.ingest.page_loader import FrontPageError

__all__ = ["FrontPageError", "Ingester", "Progress"]
