"""Charts of how a subject was covered, with alt text."""

from bot.charts.captions import Picture as Picture
from bot.charts.charts import Charts as Charts
