"""What must survive a restart, in SQLite or PostgreSQL."""

from bot.store.articles import Articles, Revision
from bot.store.checks import Check, Checks
from bot.store.feedback import Feedback, Rating
from bot.store.feeds import Feeds
from bot.store.gaps import Gap, Gaps
from bot.store.guilds import Guilds, Kept
from bot.store.inspection import Inspection, inspect
from bot.store.outbox import NoticeClaim, Outbox, SlotClaim
from bot.store.overview import Overview, Totals, Waiting
from bot.store.posted import Posted, Quoted
from bot.store.preferences import GuildPreferences
from bot.store.schedules import Schedules
from bot.store.store import Store
from bot.store.watches import Watches

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
