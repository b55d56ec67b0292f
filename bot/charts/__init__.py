"""Charts of how a subject was covered, with alt text."""

from bot.charts.captions import Picture
from bot.charts.charts import Charts

__all__ = ["Charts", "Picture"]
