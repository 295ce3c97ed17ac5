"""The robots.txt rules that are kept between fetches."""

from __future__ import annotations

from monitor.client.addresses import parse_target
from monitor.client.robots import ORIGINS_READY, Robots
from tests.fakes.clock import FakeClock
from tests.fakes.host_gate import OpenGate


def test_only_so_many_origins_are_kept_ready_and_the_others_are_in_the_gate() -> None:
    gate, asked = OpenGate(), []
    robots = Robots(gate, FakeClock(), "Bevaka")

    def fetch() -> str:
        asked.append(1)
        return ""

    origins = [parse_target(f"https://{number}.example.org/") for number in range(ORIGINS_READY + 10)]
    for origin in origins + origins:
        robots.check(origin, fetch)
    assert len(asked) == len(gate.kept) == ORIGINS_READY + 10
    assert len(robots._cached) == ORIGINS_READY
