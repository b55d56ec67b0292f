"""Everything that must survive a restart, in SQLite or PostgreSQL."""

from bot.store.delivery.notices import NoticeClaim
from bot.store.delivery.outbox import Outbox
from bot.store.delivery.overview import Overview, Totals, WaitingPost
from bot.store.delivery.posted_quotes import PostedQuotes, QuoteInPost
from bot.store.delivery.schedules import Schedules
from bot.store.delivery.summaries import SummaryClaim
from bot.store.delivery.watches import Watches
from bot.store.engine.inspection import Inspection, inspect
from bot.store.library.articles import Articles
from bot.store.library.checks import SourceCheck, SourceChecks
from bot.store.library.feeds import Feeds
from bot.store.servers.feedback import Feedback, Rating
from bot.store.servers.gaps import Gap, Gaps
from bot.store.servers.guilds import Guilds, StoredCounts
from bot.store.servers.preferences import GuildPreferences
from bot.store.store import Store

__all__ = [
    "Articles",
    "Feedback",
    "Feeds",
    "Gap",
    "Gaps",
    "GuildPreferences",
    "Guilds",
    "Inspection",
    "NoticeClaim",
    "Outbox",
    "Overview",
    "PostedQuotes",
    "QuoteInPost",
    "Rating",
    "Schedules",
    "SourceCheck",
    "SourceChecks",
    "Store",
    "StoredCounts",
    "SummaryClaim",
    "Totals",
    "WaitingPost",
    "Watches",
    "inspect",
]
