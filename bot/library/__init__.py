"""The articles held: what each collection sees of them, and how store and index keep step."""

from bot.library.library import Library
from bot.library.view import View

__all__ = ["Library", "View"]
