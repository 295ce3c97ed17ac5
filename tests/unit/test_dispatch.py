"""Turns of hosts: many wait without a thread, one host has one, and what fails ends no other."""

from __future__ import annotations

import threading
import time
from queue import SimpleQueue

import pytest

from monitor.checking.dispatch import Round, Turn
from monitor.checking.host_turn import Steps, Told
from monitor.core.model import Watch

LONG = 20.0


def watches(hosts: int, pages: int = 1) -> list[Watch]:
    return [
        Watch(f"h{host}-{page}", "x", f"https://h{host}.example/{page}")
        for host in range(hosts)
        for page in range(pages)
    ]


class Site:
    """Checks watches; records when each check began and ended, and the most that were under way at once."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.spacing = 0.0
        self.flushed: list[int] = []
        self.times: dict[str, list[tuple[float, float]]] = {}
        self.closed: list[str] = []
        self.answers: SimpleQueue[tuple[str, str | Exception | None]] = SimpleQueue()

    def check_turn(self, turn: Turn, told: Told[str]) -> Steps:
        host = turn[0].key.partition("-")[0]
        try:
            for number, watch in enumerate(turn, 1):
                began = time.monotonic()
                time.sleep(self.seconds)
                self.times.setdefault(host, []).append((began, time.monotonic()))
                told(watch, "unchanged")
                if number < len(turn):
                    yield self.spacing
        finally:
            self.closed.append(host)

    def run(self, due: list[Watch], *, spacing: float = 0.0, workers: int = 4) -> Round[str]:
        self.spacing = spacing
        round_: Round[str] = Round(
            self.check_turn, workers=workers, flush=lambda: self.flushed.append(len(self.closed))
        )
        round_.start(
            due,
            lambda watch, result: self.answers.put((watch.key, result)),
            lambda watch, error: self.answers.put((watch.key, error)),
        )
        return round_

    def wait_for(self, count: int) -> list[tuple[str, str | Exception | None]]:
        return [self.answers.get(timeout=LONG) for _ in range(count)]


def test_every_watch_is_checked_once_and_its_hosts_turn_ends() -> None:
    site = Site()
    round_ = site.run(watches(10, 5))
    assert {key for key, _ in site.wait_for(50)} == {watch.key for watch in watches(10, 5)}
    round_.wait()
    assert sorted(site.closed) == sorted(f"h{host}" for host in range(10))
    assert site.flushed[-1] == 10  # nothing waits for company once no turn is left


def test_hosts_that_wait_for_their_next_request_take_no_thread() -> None:
    site = Site()
    began = time.monotonic()
    round_ = site.run(watches(40, 2), spacing=0.5, workers=2)
    site.wait_for(80)
    took = time.monotonic() - began
    round_.wait()
    assert took < 5  # two threads that slept would take ten seconds
    assert all(two[0] - one[1] >= 0.45 for one, two in site.times.values())


def test_a_host_is_asked_one_request_at_a_time_and_gets_no_second_turn() -> None:
    site = Site(seconds=0.02)
    round_ = site.run(watches(1, 5))
    assert round_.running == {"h0.example"}
    assert round_.start(watches(1, 9), lambda *_: None, lambda *_: None) == 0
    site.wait_for(5)
    ends = [end for _, end in site.times["h0"]]
    assert all(begin >= end for (begin, _), end in zip(site.times["h0"][1:], ends, strict=False))
    round_.wait()


def test_the_end_closes_the_turns_that_wait_and_starts_no_more() -> None:
    site = Site()
    round_ = site.run(watches(5, 50), spacing=LONG)
    site.wait_for(5)
    round_.wait()
    assert sorted(site.closed) == [f"h{host}" for host in range(5)]
    assert round_.start(watches(1), lambda *_: None, lambda *_: None) == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker-") and thread.is_alive()]


def test_a_turn_that_fails_ends_no_other(caplog: pytest.LogCaptureFixture) -> None:
    answers: SimpleQueue[str] = SimpleQueue()

    def check_turn(turn: Turn, told: Told[str]) -> Steps:
        if turn[0].key.startswith("h0"):
            raise RuntimeError("broken")
        told(turn[0], ValueError("this page alone"))
        yield 0.0
        told(turn[1], "unchanged")

    round_: Round[str] = Round(check_turn, workers=1)
    round_.start(
        watches(2, 2),
        lambda watch, _: answers.put(f"{watch.key} done"),
        lambda watch, _: answers.put(f"{watch.key} failed"),
    )
    assert [answers.get(timeout=LONG) for _ in range(2)] == ["h1-0 failed", "h1-1 done"]
    round_.wait()
    assert "a turn came to nothing" in caplog.text
