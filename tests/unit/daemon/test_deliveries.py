"""The delivery thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

import pytest

from bevaka.daemon.deliveries import DeliveryThread
from monitor.delivery.deliver import DeliveryResult

LONG = 60.0
"""Seconds, longer than any test waits: the thread is only woken by a nudge."""


class Rounds:
    """A `deliver_due` that counts its rounds; `answers` are their results in turn, and the last one repeats."""

    def __init__(self, *answers: Mapping[DeliveryResult, int] | Exception) -> None:
        self._answers = list(answers)
        self._done = threading.Semaphore(0)

    def __call__(self) -> Mapping[DeliveryResult, int]:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        self._done.release()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait(self, rounds: int = 1) -> None:
        """Wait until this many more rounds have begun."""
        for _ in range(rounds):
            assert self._done.acquire(timeout=10), "no round came"


def test_what_is_owed_at_the_start_is_sent_at_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="bevaka")
    rounds = Rounds({"sent": 2, "deferred": 0, "dead": 0, "cancelled": 0})
    deliveries = DeliveryThread(rounds, seconds=LONG)
    deliveries.start()
    rounds.wait()
    deliveries.stop()
    [record] = caplog.records
    assert (record.levelno, vars(record)["sent"], "deferred" in vars(record)) == (logging.INFO, 2, False)


def test_a_nudge_begins_a_round_at_once() -> None:
    rounds = Rounds({})
    deliveries = DeliveryThread(rounds, seconds=LONG)
    deliveries.start()
    rounds.wait()
    deliveries.nudge()
    rounds.wait()
    deliveries.stop()


def test_without_a_nudge_a_round_begins_in_its_time() -> None:
    rounds = Rounds({})
    deliveries = DeliveryThread(rounds, seconds=0.01)
    deliveries.start()
    rounds.wait(3)
    deliveries.stop()


def test_an_error_ends_nothing_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    rounds = Rounds(OSError("disk full"), OSError("disk full"), {"sent": 1}, {})
    deliveries = DeliveryThread(rounds, seconds=0.01)
    caplog.set_level(logging.INFO, logger="bevaka")
    deliveries.start()
    rounds.wait(4)
    deliveries.stop()
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.INFO]


def test_a_mail_that_is_given_up_is_an_error_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    rounds = Rounds({"dead": 1, "sent": 4})
    deliveries = DeliveryThread(rounds, seconds=LONG)
    deliveries.start()
    rounds.wait()
    deliveries.stop()
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_it_says_whether_its_rounds_come_to_an_end() -> None:
    rounds = Rounds(OSError("away"), {"sent": 1, "deferred": 0, "dead": 0, "cancelled": 0})
    deliveries = DeliveryThread(rounds, seconds=LONG)
    deliveries.start()
    rounds.wait()
    deliveries.stop()
    assert not deliveries.is_well
    again = DeliveryThread(rounds, seconds=LONG)
    again.start()
    rounds.wait()
    again.stop()
    assert again.is_well
