"""Everything that must survive a restart, in SQLite or PostgreSQL."""

from bot.store.delivery.notices import NoticeClaim as NoticeClaim
from bot.store.delivery.outbox import Outbox as Outbox
from bot.store.delivery.overview import Overview as Overview
from bot.store.delivery.overview import Totals as Totals
from bot.store.delivery.overview import WaitingPost as WaitingPost
from bot.store.delivery.posted_quotes import PostedQuotes as PostedQuotes
from bot.store.delivery.posted_quotes import QuoteInPost as QuoteInPost
from bot.store.delivery.schedules import Schedules as Schedules
from bot.store.delivery.summaries import SummaryClaim as SummaryClaim
from bot.store.delivery.watches import Watches as Watches
from bot.store.engine.inspection import Inspection as Inspection
from bot.store.engine.inspection import inspect as inspect
from bot.store.engine.presence import claim_shards as claim_shards
from bot.store.library.articles import Articles as Articles
from bot.store.library.checks import SourceCheck as SourceCheck
from bot.store.library.checks import SourceChecks as SourceChecks
from bot.store.library.feeds import Feeds as Feeds
from bot.store.servers.feedback import Feedback as Feedback
from bot.store.servers.feedback import Rating as Rating
from bot.store.servers.gaps import Gap as Gap
from bot.store.servers.gaps import Gaps as Gaps
from bot.store.servers.guilds import Guilds as Guilds
from bot.store.servers.guilds import StoredCounts as StoredCounts
from bot.store.servers.preferences import GuildPreferences as GuildPreferences
from bot.store.store import Store as Store
