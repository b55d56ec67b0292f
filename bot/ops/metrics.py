"""Metrics for Prometheus; never of one server or person."""

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

# Seconds. Answers take milliseconds, feeds take minutes; Discord needs a first reply within 3 s.
_REPLY_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10, 30, 120, 900)
_LAG_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3)


class Metrics:
    """Counters and histograms since the start of the process, in a registry of their own."""

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
            "Time from a command to the end of its answer.",
            ["command"],
            buckets=_REPLY_BUCKETS,
            registry=self._registry,
        )
        self._lag = Histogram(
            "verbatim_event_loop_lag_seconds",
            "How late the event loop runs what is due.",
            buckets=_LAG_BUCKETS,
            registry=self._registry,
        )

    def record_reply(self, command: str, status: str, seconds: float) -> None:
        """Count a reply and its duration."""
        self._replies.labels(command, status).inc()
        self._seconds.labels(command).observe(seconds)

    def record_lag(self, seconds: float) -> None:
        """Observe a lag of the event loop."""
        self._lag.observe(seconds)

    def render(self, health: Health) -> bytes:
        """Return all metrics in Prometheus's text format, with gauges of `health`."""
        gauges = CollectorRegistry()
        gauges.register(_HealthCollector(health))
        return generate_latest(self._registry) + generate_latest(gauges)


class _HealthCollector(Collector):
    """Gauges of the present health. Unknown values are left out: a zero would be wrong."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        health = self._health
        yield GaugeMetricFamily("verbatim_articles", "Articles in the library.", health.articles)
        yield GaugeMetricFamily(
            "verbatim_paragraphs", "Paragraphs in the library.", health.paragraphs
        )
        yield _labelled_gauge(
            "shard",
            {str(shard.id): shard.connected for shard in health.shards},
            "verbatim_shard_connected",
            "Whether a shard of this process is connected to Discord.",
        )
        yield _labelled_gauge(
            "shard",
            {str(shard.id): shard.latency for shard in health.shards},
            "verbatim_shard_latency_seconds",
            "How long Discord takes to answer a shard's heartbeat.",
        )
        is_up = not isinstance(health.totals, str)
        yield GaugeMetricFamily("verbatim_database_up", "Whether the database answers.", is_up)
        if not isinstance(health.totals, str):
            yield from self._collect_totals(health.totals)

    def _collect_totals(self, totals: Totals) -> Iterator[Metric]:
        yield _labelled_gauge(
            "state",
            {"failing": totals.feeds_failing, "healthy": totals.feeds - totals.feeds_failing},
            "verbatim_feeds",
            "Feeds that are followed.",
        )
        yield GaugeMetricFamily(
            "verbatim_feeds_oldest_failure_seconds",
            "Since the last good read of the feed that has failed longest; 0 if none fails.",
            self._seconds_since(totals.failing_since),
        )
        yield GaugeMetricFamily(
            "verbatim_outbox_waiting", "Posts that are due and not sent yet.", totals.waiting
        )
        yield GaugeMetricFamily(
            "verbatim_outbox_refused",
            "Posts skipped in the last day because Discord kept refusing them.",
            totals.refused,
        )
        yield GaugeMetricFamily(
            "verbatim_outbox_oldest_seconds",
            "Since the oldest of them that no watch holds back was due; 0 if there is none.",
            self._seconds_since(totals.due_since),
        )

    def _seconds_since(self, moment: datetime | None) -> float:
        return (self._health.at - moment).total_seconds() if moment else 0.0


def _labelled_gauge(label: str, values: Mapping[str, float], name: str, meaning: str) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for label_value, value in values.items():
        family.add_metric([label_value], value)
    return family
