"""/healthz for whoever restarts things, /metrics for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bevaka.web.context import WebContext, web_context
from monitor.core.people.operator_alerts import OVERDUE

blueprint = Blueprint("health", __name__)

STALE = 60.0
"""Seconds without a tick; it comes every five."""
MOST_OVERDUE = 100
"""Watches that /healthz names."""
MOST_MEASURED = 1_000
"""With more watches, /metrics counts them only: three lines for each would be more than anybody scrapes."""


@blueprint.get("/healthz")
def healthz() -> tuple[Response, int]:
    """`ok`, or what is wrong: `stale` when the daemon's tick stands still, `overdue` when watches wait too long."""
    since_tick = web_context().since_tick
    seconds = since_tick() if since_tick else None
    with web_context().unit_of_work.read() as work:
        late = work.watches.waiting(overdue_since(web_context()), MOST_OVERDUE)
    stale = seconds is not None and seconds > STALE
    status = "stale" if stale else "overdue" if late else "ok"
    facts = {
        "status": status,
        "overdue": late,
        "seconds_since_tick": None if seconds is None else round(seconds, 1),
    }
    return jsonify(facts), 200 if status == "ok" else 503


def overdue_since(known: WebContext) -> datetime:
    """What is due since then should have been looked at a while ago."""
    return known.clock.now() - OVERDUE


@blueprint.get("/metrics")
def metrics() -> Response:
    """The state of things in Prometheus' text format; no names of people, no addresses."""
    registry = CollectorRegistry()
    registry.register(_Measures(web_context()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class _Measures(Collector):
    """Everything is read when it is asked for: there is no second truth beside the database."""

    def __init__(self, known: WebContext) -> None:
        self._parts = known

    def collect(self) -> Iterator[Metric]:
        """Every measure."""
        yield from self._of_watches()
        yield from self._of_people()
        if self._parts.since_tick:
            yield GaugeMetricFamily(
                "bevaka_seconds_since_tick", "Since the daemon last looked for work.", self._parts.since_tick()
            )

    def _of_watches(self) -> Iterator[Metric]:
        with self._parts.unit_of_work.read() as work:
            stand = work.watches.count_states()
            late = work.watches.count_waiting(overdue_since(self._parts))
        states = GaugeMetricFamily("bevaka_watches", "Watches by state.", labels=["state"])
        for state, count in sorted(stand.items()):
            states.add_metric([state], count)
        yield states
        yield GaugeMetricFamily("bevaka_watches_overdue", "Watches that wait too long.", late)
        if sum(stand.values()) <= MOST_MEASURED:
            yield from self._of_each_watch()

    def _of_each_watch(self) -> Iterator[Metric]:
        failures = GaugeMetricFamily("bevaka_watch_failures", "Looks in a row that failed.", labels=["watch"])
        seen = GaugeMetricFamily("bevaka_watch_last_seen_seconds", "When it was last seen.", labels=["watch"])
        changed = GaugeMetricFamily("bevaka_watch_last_changed_seconds", "When it last changed.", labels=["watch"])
        for row in self._parts.history.status():
            failures.add_metric([row.watch], row.failures)
            if row.last_seen:
                seen.add_metric([row.watch], row.last_seen.timestamp())
            if row.last_changed:
                changed.add_metric([row.watch], row.last_changed.timestamp())
        yield from (failures, seen, changed)

    def _of_people(self) -> Iterator[Metric]:
        with self._parts.unit_of_work.read() as work:
            owed = work.outbox.counts()
            people = Counter(subscriber.state for subscriber in work.subscribers.all())
        deliveries = GaugeMetricFamily("bevaka_deliveries", "Mails by state.", labels=["state"])
        for state, count in sorted(owed.items()):
            deliveries.add_metric([state], count)
        subscribers = GaugeMetricFamily("bevaka_subscribers", "People by state.", labels=["state"])
        for subscriber_state, count in sorted(people.items()):
            subscribers.add_metric([subscriber_state], count)
        yield from (deliveries, subscribers)
