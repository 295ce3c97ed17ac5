"""What a schedule asks of its hosts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Cadence, Watch
from monitor.core.schedule.host_load import (
    MOST_NAMED_HOSTS,
    host_loads,
    host_of,
    mean_interval,
    overloaded,
    worst_overloaded,
)

TWO = timedelta(seconds=2)


def watches(count: int, every: timedelta, host: str = "a.example") -> list[Watch]:
    return [
        Watch(f"{host}-{number}", "x", f"https://{host}/{number}", cadence=Cadence(every)) for number in range(count)
    ]


def test_the_pages_of_a_host_take_the_spacing_of_each_of_them() -> None:
    [load] = host_loads(watches(900, timedelta(hours=1)), TWO)
    assert (load.host, load.pages) == ("a.example", 900)
    assert load.requests_a_day == pytest.approx(21_600)
    assert load.share == pytest.approx(0.5)
    assert not load.is_overloaded


def test_a_host_whose_pages_need_more_time_than_their_cadence_leaves_is_overloaded() -> None:
    schedule = [*watches(5000, timedelta(hours=1)), *watches(3, timedelta(minutes=1), "b.example:8443")]
    assert [load.host for load in overloaded(schedule, TWO)] == ["a.example"]
    assert [load.host for load in host_loads(schedule, TWO)] == ["a.example", "b.example:8443"]
    assert list(overloaded(schedule, timedelta(0))) == []


def test_a_cron_expression_counts_by_the_mean_of_its_times() -> None:
    assert mean_interval(Cadence(None, "*/10 * * * *")) == timedelta(minutes=10)
    assert timedelta(days=1) < mean_interval(Cadence(None, "0 7 * * mon-fri")) < timedelta(days=2)
    assert mean_interval(Cadence(None, "0 7 29 2 *")) > timedelta(days=365)
    assert mean_interval(Cadence(None)) == timedelta(days=366)


@pytest.mark.parametrize(
    ("url", "host"), [("https://A.example/x", "a.example"), ("http://u:p@a.example:81/", "a.example:81")]
)
def test_a_host_is_a_name_and_a_port(url: str, host: str) -> None:
    assert host_of(url) == host


@given(st.integers(1, 50), st.integers(1, 86_400), st.floats(0, 60))
def test_twice_the_pages_are_twice_the_load(count: int, every: int, spacing: float) -> None:
    one, two = (
        host_loads(watches(number, timedelta(seconds=every)), timedelta(seconds=spacing))[0]
        for number in (count, 2 * count)
    )
    assert two.share == pytest.approx(2 * one.share)
    assert two.requests_a_day == pytest.approx(2 * one.requests_a_day)


def test_of_very_many_overloaded_hosts_some_are_named() -> None:
    many = [watch for n in range(30) for watch in watches(2, timedelta(seconds=2), f"h{n}.example")]
    assert worst_overloaded(many, TWO) == tuple(overloaded(many, TWO))[:MOST_NAMED_HOSTS]
