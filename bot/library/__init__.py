"""The articles in memory: what each collection sees, kept in step with the store."""

from bot.library.library import Library
from bot.library.view import View

__all__ = ["Library", "View"]
