"""The articles in memory: what each collection sees, kept in step with the store."""

from bot.library.library import Library as Library
from bot.library.view import EVERY_ARTICLE as EVERY_ARTICLE
from bot.library.view import View as View
