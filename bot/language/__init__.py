"""The languages that Verbatim speaks; quotations are never translated."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.language.translation import ENGLISH as ENGLISH
from bot.language.translation import LANGUAGES as LANGUAGES
from bot.language.translation import accepted_words as accepted_words
from bot.language.translation import command_name as command_name
from bot.language.translation import current_language as current_language
from bot.language.translation import language_for as language_for
from bot.language.translation import say as say
from bot.language.translation import say_count as say_count
from bot.language.translation import set_language as set_language
from bot.language.translation import translatable as translatable
from bot.language.translation import use_language as use_language

if TYPE_CHECKING:
    from bot.language.formats import all_month_names as all_month_names
    from bot.language.formats import all_weekday_names as all_weekday_names
    from bot.language.formats import city_name as city_name
    from bot.language.formats import country_name as country_name
    from bot.language.formats import format_brief_day as format_brief_day
    from bot.language.formats import format_day as format_day
    from bot.language.formats import format_days as format_days
    from bot.language.formats import format_month as format_month
    from bot.language.formats import format_short_day as format_short_day
    from bot.language.formats import format_weekday as format_weekday
    from bot.language.formats import format_whole_month as format_whole_month
    from bot.language.formats import join_list as join_list
    from bot.language.formats import language_name as language_name
    from bot.language.formats import weekday_names as weekday_names


def __getattr__(name: str) -> Any:
    """Load what Babel formats when it is first asked for, as Babel takes some 40 ms to load."""
    return getattr(import_module("bot.language.formats"), name)
