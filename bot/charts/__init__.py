"""How a subject was covered, as a picture with labels and in words."""

from bot.charts.charts import Charts
from bot.charts.pictures import Picture

__all__ = ["Charts", "Picture"]
