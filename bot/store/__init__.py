"""What must survive a restart, in SQLite or PostgreSQL."""

from bot.store.delivery.outbox import NoticeClaim, Outbox, SlotClaim
from bot.store.delivery.overview import Overview, Totals, Waiting
from bot.store.delivery.posted import Posted, Quoted
from bot.store.delivery.schedules import Schedules
from bot.store.delivery.watches import Watches
from bot.store.engine.inspection import Inspection, inspect
from bot.store.library.articles import Articles, Revision
from bot.store.library.checks import Check, Checks
from bot.store.library.feeds import Feeds
from bot.store.servers.feedback import Feedback, Rating
from bot.store.servers.gaps import Gap, Gaps
from bot.store.servers.guilds import Guilds, Kept
from bot.store.servers.preferences import GuildPreferences
from bot.store.store import Store

__all__ = [
    "Articles",
    "Check",
    "Checks",
    "Feedback",
    "Feeds",
    "Gap",
    "Gaps",
    "GuildPreferences",
    "Guilds",
    "Inspection",
    "Kept",
    "NoticeClaim",
    "Outbox",
    "Overview",
    "Posted",
    "Quoted",
    "Rating",
    "Revision",
    "Schedules",
    "SlotClaim",
    "Store",
    "Totals",
    "Waiting",
    "Watches",
    "inspect",
]
