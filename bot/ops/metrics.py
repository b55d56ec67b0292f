"""What Verbatim counts and measures, as Prometheus reads it; never of one server or person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.ops.health import Health
from bot.store import Totals

# Seconds. Answers take milliseconds; Discord wants a first reply within 3, feeds take minutes.
_REPLY_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 30, 120, 900)
_LAG_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3)


class Metrics:
    """Counts from the start of the process on, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._replies = Counter(
            "verbatim_replies",
            "Commands and buttons that were answered.",
            ["command", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "verbatim_reply_seconds",
            "From a command's coming to the end of its answer.",
            ["command"],
            buckets=_REPLY_BUCKETS,
            registry=self._registry,
        )
        self._lag = Histogram(
            "verbatim_event_loop_lag_seconds",
            "How late the event loop comes to what is due.",
            buckets=_LAG_BUCKETS,
            registry=self._registry,
        )

    def record_reply(self, command: str, status: str, seconds: float) -> None:
        self._replies.labels(command, status).inc()
        self._seconds.labels(command).observe(seconds)

    def record_lag(self, seconds: float) -> None:
        self._lag.observe(seconds)

    def render(self, standing: Health) -> bytes:
        """All that was counted so far and how things stand, in Prometheus's text format."""
        present = CollectorRegistry()
        present.register(_Present(standing))
        return generate_latest(self._registry) + generate_latest(present)


class _Present(Collector):
    """What is not counted but asked for. What is not known is left out: a zero would be a lie."""

    def __init__(self, standing: Health) -> None:
        self._standing = standing

    def collect(self) -> Iterator[Metric]:
        now = self._standing
        yield GaugeMetricFamily("verbatim_articles", "Articles held.", now.articles)
        yield GaugeMetricFamily("verbatim_paragraphs", "Paragraphs held.", now.paragraphs)
        yield _by(
            "shard",
            {str(shard.id): shard.connected for shard in now.shards},
            "verbatim_shard_connected",
            "Whether a shard of this process is connected to Discord.",
        )
        yield _by(
            "shard",
            {str(shard.id): shard.latency for shard in now.shards},
            "verbatim_shard_latency_seconds",
            "How long Discord takes to answer a shard's heartbeat.",
        )
        answers = not isinstance(now.totals, str)
        yield GaugeMetricFamily("verbatim_database_up", "Whether the database answers.", answers)
        if not isinstance(now.totals, str):
            yield from self._of_all_servers(now.totals)

    def _of_all_servers(self, totals: Totals) -> Iterator[Metric]:
        yield _by(
            "state",
            {"failing": totals.feeds_failing, "healthy": totals.feeds - totals.feeds_failing},
            "verbatim_feeds",
            "Feeds that are followed.",
        )
        yield GaugeMetricFamily(
            "verbatim_feeds_oldest_failure_seconds",
            "Since the last good read of the feed that has failed longest; 0 if none fails.",
            self._since(totals.failing_since),
        )
        yield GaugeMetricFamily(
            "verbatim_outbox_waiting", "Posts that are due and not out.", totals.waiting
        )
        yield GaugeMetricFamily(
            "verbatim_outbox_oldest_seconds",
            "Since the oldest of them that no watch holds back was due; 0 if there is none.",
            self._since(totals.due_since),
        )

    def _since(self, moment: datetime | None) -> float:
        return (self._standing.at - moment).total_seconds() if moment else 0.0


def _by(label: str, values: Mapping[str, float], name: str, meaning: str) -> Metric:
    """A gauge with a value for each value of a label."""
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family
