"""From addresses and files to the library: what is added, followed and looked at again."""

from bot.gathering.gatherer import Gatherer
from bot.gathering.taking import Gathered, Progress

__all__ = ["Gathered", "Gatherer", "Progress"]
