"""What must survive a restart, in SQLite or PostgreSQL."""

from bot.store.outbox import Claim, Outbox
from bot.store.schedules import Schedules
from bot.store.store import Store

__all__ = ["Claim", "Outbox", "Schedules", "Store"]
