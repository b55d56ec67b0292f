"""From addresses and files to the library: what is added, followed and looked at again."""

from bot.ingest.gatherer import Gatherer
from bot.ingest.results import Gathered, Progress

__all__ = ["Gathered", "Gatherer", "Progress"]
