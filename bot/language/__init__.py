"""The languages that Verbatim speaks; quotations are never translated."""

from bot.language.formats import (
    all_weekday_names,
    city_name,
    country_name,
    format_day,
    format_month,
    format_short_day,
    join_list,
    language_name,
    weekday_names,
)
from bot.language.translation import (
    ENGLISH,
    LANGUAGES,
    accepted_words,
    command_name,
    current_language,
    language_for,
    say,
    say_count,
    set_language,
    translatable,
    use_language,
)

__all__ = [
    "ENGLISH",
    "LANGUAGES",
    "accepted_words",
    "all_weekday_names",
    "city_name",
    "command_name",
    "country_name",
    "current_language",
    "format_day",
    "format_month",
    "format_short_day",
    "join_list",
    "language_for",
    "language_name",
    "say",
    "say_count",
    "set_language",
    "translatable",
    "use_language",
    "weekday_names",
]
