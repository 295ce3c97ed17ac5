"""Processes that do heavy work: real ones, with budgets of a second."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.errors import HeavyWorkBusy, HeavyWorkFailed, HeavyWorkStopped, SentinelMissing, TooHeavy
from monitor.heavy_work.budget import Budget
from monitor.heavy_work.children import Children
from tests.fakes import heavy

BUDGET = Budget(cpu_seconds=1, clock_seconds=20, address_space=300 << 20, waits=20)


def test_what_the_function_returns_comes_back() -> None:
    assert Children(BUDGET).run(heavy.total, 1, 2, 3) == 6


def test_what_it_prints_disturbs_nothing() -> None:
    assert Children(BUDGET).run(heavy.printed, "åäö\n" * 100) == "åäö\n" * 100


def test_what_it_prints_without_end_takes_no_memory() -> None:
    with pytest.raises(HeavyWorkFailed) as raised:
        Children(BUDGET._replace(cpu_seconds=5)).run(heavy.prints_without_end)
    assert raised.value.name == "OSError"


def test_a_process_that_was_killed_from_outside_says_nothing_about_the_page() -> None:
    with pytest.raises(HeavyWorkFailed):
        Children(BUDGET).run(heavy.killed, signal.SIGKILL)


def test_why_a_page_cannot_be_read_comes_back() -> None:
    with pytest.raises(SentinelMissing) as raised:
        Children(BUDGET).run(heavy.missing, "Länet")
    assert raised.value.facts == {"expect": "Länet"}


def test_an_unforeseen_error_names_itself_and_where_it_arose() -> None:
    with pytest.raises(HeavyWorkFailed) as raised:
        Children(BUDGET).run(heavy.broken, [])
    assert (raised.value.name, raised.value.modules[-1]) == ("IndexError", "tests.fakes.heavy")
    assert "in broken" in raised.value.stack


def test_it_ends_at_its_seconds_of_the_processor() -> None:
    began = time.monotonic()
    with pytest.raises(TooHeavy) as raised:
        Children(BUDGET).run(heavy.busy)
    assert raised.value.facts == {"seconds": 1}
    assert time.monotonic() - began < 10


def test_it_ends_at_its_seconds_by_the_clock() -> None:
    with pytest.raises(TooHeavy) as raised:
        Children(BUDGET._replace(clock_seconds=1.0)).run(heavy.asleep)
    assert raised.value.facts == {"seconds": 1}


@pytest.mark.parametrize("work", [(heavy.large, 600 << 20), (heavy.many, 40_000_000)])
def test_it_ends_at_its_memory_and_so_does_a_result_without_bounds(work: tuple[object, int]) -> None:
    function, count = work
    with pytest.raises(TooHeavy) as raised:
        Children(BUDGET).run(function, count)  # type: ignore[arg-type]
    assert raised.value.facts == {"megabytes": 300}


def test_a_page_that_kills_its_reader_is_too_heavy() -> None:
    with pytest.raises(TooHeavy) as raised:
        Children(BUDGET).run(heavy.killed, signal.SIGSEGV)
    assert raised.value.facts == {"signal": signal.SIGSEGV}


def test_a_process_that_dies_in_another_way_is_named() -> None:
    with pytest.raises(HeavyWorkFailed) as raised:
        Children(BUDGET).run(heavy.dies, 3)
    assert raised.value.name == "exit code 3"
    assert "gone" in raised.value.stack


def test_it_gets_no_secrets_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEVAKA_SMTP_URL", "smtp://user:secret@mail.example")
    assert not [name for name in Children(BUDGET).run(heavy.environment) if name.startswith("BEVAKA")]


def test_stopping_ends_what_runs_and_what_waits_at_once() -> None:
    children = Children(BUDGET, side_by_side=1)
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(children.run, heavy.asleep) for _ in range(3)]
        _wait_for(lambda: len(heavy.children_of(os.getpid())) == 1)
        began = time.monotonic()
        children.abort()
        for future in running:
            with pytest.raises(HeavyWorkStopped):
                future.result(timeout=5)
    assert time.monotonic() - began < 5
    with pytest.raises(HeavyWorkStopped):
        children.run(heavy.total, 1)


def test_who_waits_too_long_for_a_turn_is_told_so() -> None:
    children = Children(BUDGET._replace(waits=0.1), side_by_side=1)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(children.run, heavy.asleep)
        _wait_for(lambda: len(heavy.children_of(os.getpid())) == 1)
        with pytest.raises(HeavyWorkBusy):
            children.run(heavy.total, 1)
        children.abort()
        with pytest.raises(HeavyWorkStopped):
            running.result(timeout=5)


def test_turns_are_given_back() -> None:
    children = Children(BUDGET, side_by_side=1)
    for _ in range(2):
        with pytest.raises(SentinelMissing):
            children.run(heavy.missing, "x")
    assert children.run(heavy.total, 4) == 4


def test_no_process_is_left_behind() -> None:
    children = Children(BUDGET)
    children.run(heavy.total, 1)
    assert heavy.children_of(os.getpid()) == []


def _wait_for(condition: object) -> None:
    assert callable(condition)
    done = threading.Event()
    for _ in range(200):
        if condition():
            return
        done.wait(0.05)
    raise AssertionError("it did not happen")
