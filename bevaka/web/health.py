"""Health: /healthz for supervisors, /metrics for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bevaka.web.context import WebContext, web_context
from monitor.core.people.operator_alerts import OVERDUE
from monitor.errors import DatabaseAway, DatabaseBusy
from monitor.fleet import fleet

blueprint = Blueprint("health", __name__)

STALE = 60.0
"""Seconds without a tick after which the daemon is stale; a tick comes every five."""
MOST_OVERDUE = 100
"""The most watches that /healthz names."""
MOST_MEASURED = 1_000
"""With more watches, /metrics only counts them: three lines for each would be too many to scrape."""


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """Return `ok`; `no database` if it does not answer, `stale` if the tick has stopped, `overdue` if watches wait."""
    since_tick = web_context().since_tick
    seconds = since_tick() if since_tick else None
    overdue, is_there = list[str](), True
    try:
        with web_context().unit_of_work.read() as work:
            overdue = work.watches.waiting(overdue_since(web_context()), MOST_OVERDUE)
    except (DatabaseAway, DatabaseBusy):
        is_there = False
    stale = seconds is not None and seconds > STALE
    status = "no database" if not is_there else "stale" if stale else "overdue" if overdue else "ok"
    facts = {
        "status": status,
        "overdue": overdue,
        "seconds_since_tick": None if seconds is None else round(seconds, 1),
    }
    return jsonify(facts), 200 if status == "ok" else 503


def overdue_since(context: WebContext) -> datetime:
    """Return the time before which a due watch counts as overdue."""
    return context.clock.now() - OVERDUE


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the metrics in Prometheus' text format, without names or addresses of subscribers."""
    registry = CollectorRegistry()
    registry.register(_Metrics(web_context()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Metrics(Collector):
    """Collector of the metrics. Everything is read on request, so that the database stays the only source."""

    def __init__(self, context: WebContext) -> None:
        self._context = context

    def collect(self) -> Iterator[Metric]:
        """Yield every metric."""
        yield from self._watch_counts()
        yield from self._fleet()
        yield from self._deliveries_and_subscribers()
        if self._context.since_tick:
            yield GaugeMetricFamily(
                "bevaka_seconds_since_tick", "Since the daemon last looked for work.", self._context.since_tick()
            )
            buckets, seconds = self._context.lateness.buckets()
            yield HistogramMetricFamily(
                "bevaka_check_lateness_seconds", "Between when a check was due and when it began.", buckets, seconds
            )

    def _watch_counts(self) -> Iterator[Metric]:
        with self._context.unit_of_work.read() as work:
            counts = work.watches.count_states()
            overdue = work.watches.count_waiting(overdue_since(self._context))
        states = GaugeMetricFamily("bevaka_watches", "Watches by state.", labels=["state"])
        for state, count in sorted(counts.items()):
            states.add_metric([state], count)
        yield states
        yield GaugeMetricFamily("bevaka_watches_overdue", "Watches that wait too long.", overdue)
        if sum(counts.values()) <= MOST_MEASURED:
            yield from self._each_watch()

    def _fleet(self) -> Iterator[Metric]:
        found = fleet(self._context.unit_of_work, self._context.clock.now())
        workers = GaugeMetricFamily("bevaka_workers", "Running processes, by version.", labels=["version"])
        for version, count in sorted(Counter(worker.version for worker, _ in found.workers).items()):
            workers.add_metric([version], count)
        yield workers
        yield GaugeMetricFamily("bevaka_turns", "Hosts that are being asked.", sum(turns for _, turns in found.workers))
        yield GaugeMetricFamily("bevaka_watches_due", "Watches that are due now.", found.due)

    def _each_watch(self) -> Iterator[Metric]:
        failures = GaugeMetricFamily("bevaka_watch_failures", "Looks in a row that failed.", labels=["watch"])
        seen = GaugeMetricFamily("bevaka_watch_last_seen_seconds", "When it was last seen.", labels=["watch"])
        changed = GaugeMetricFamily("bevaka_watch_last_changed_seconds", "When it last changed.", labels=["watch"])
        for row in self._context.history.status():
            failures.add_metric([row.watch], row.failures)
            if row.last_seen:
                seen.add_metric([row.watch], row.last_seen.timestamp())
            if row.last_changed:
                changed.add_metric([row.watch], row.last_changed.timestamp())
        yield from (failures, seen, changed)

    def _deliveries_and_subscribers(self) -> Iterator[Metric]:
        with self._context.unit_of_work.read() as work:
            owed = work.outbox.counts()
            subscriber_states = Counter(subscriber.state for subscriber in work.subscribers.all())
        deliveries = GaugeMetricFamily("bevaka_deliveries", "Mails by state.", labels=["state"])
        for state, count in sorted(owed.items()):
            deliveries.add_metric([state], count)
        subscribers = GaugeMetricFamily("bevaka_subscribers", "People by state.", labels=["state"])
        for subscriber_state, count in sorted(subscriber_states.items()):
            subscribers.add_metric([subscriber_state], count)
        yield from (deliveries, subscribers)
