"""The histogram of how late checks begin."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.checking.lateness import Lateness


def test_a_check_is_counted_in_every_bucket_that_it_fits() -> None:
    lateness = Lateness()
    for seconds in (-3.0, 0.5, 1.0, 7.0, 4000.0):
        lateness.note(seconds)
    buckets, total = lateness.buckets()
    assert dict(buckets) == {
        "1.0": 3, "2.0": 3, "5.0": 3, "10.0": 4, "30.0": 4, "60.0": 4, "300.0": 4, "900.0": 4, "3600.0": 4, "+Inf": 5,
    }  # fmt: skip
    assert total == 4008.5


@given(st.lists(st.floats(-10, 1e6)))
def test_the_last_bucket_counts_all(found: list[float]) -> None:
    lateness = Lateness()
    for seconds in found:
        lateness.note(seconds)
    counts = [count for _, count in lateness.buckets()[0]]
    assert counts == sorted(counts)
    assert counts[-1] == len(found)
