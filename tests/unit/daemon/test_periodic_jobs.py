"""The periodic jobs of the daemon."""

from __future__ import annotations

import logging
import threading

import pytest

from bevaka.daemon.periodic_jobs import PeriodicJob, PeriodicJobs
from monitor.errors import NotifyError

PATIENCE = 10.0
"""Seconds after which a thread that has not done its job has failed."""


class Twice:
    """A job that counts its runs, and signals the second one; it raises `errors` first."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.done = 0
        self.twice = threading.Event()

    def __call__(self) -> dict[str, int]:
        self.done += 1
        if self.done >= 2:
            self.twice.set()
        if self.errors:
            raise self.errors.pop(0)
        return {"things": self.done, "others": 0}


def test_each_chore_is_done_at_its_own_pace(caplog: pytest.LogCaptureFixture) -> None:
    often, later = Twice(), Twice()
    jobs = PeriodicJobs([PeriodicJob("often", 0.01, often), PeriodicJob("later", 3600, later, after=3600)])
    with caplog.at_level(logging.INFO):
        jobs.start()
        assert often.twice.wait(PATIENCE)
        jobs.stop()
    assert later.done == 0
    first = next(record for record in caplog.records if record.name == "bevaka.chores")
    assert (first.__dict__["event"], first.__dict__["things"]) == ("often", 1)
    assert "others" not in first.__dict__


def test_a_chore_that_fails_holds_up_no_other_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    fails, other = Twice(OSError("full"), OSError("full")), Twice()
    jobs = PeriodicJobs([PeriodicJob("fails", 0.01, fails), PeriodicJob("other", 0.01, other)])
    with caplog.at_level(logging.WARNING):
        jobs.start()
        assert fails.twice.wait(PATIENCE)
        assert other.twice.wait(PATIENCE)
        jobs.stop()
    assert [record.__dict__["event"] for record in caplog.records] == ["fails"]


def test_a_mail_that_a_server_refuses_is_logged_with_the_server_and_its_words(caplog: pytest.LogCaptureFixture) -> None:
    refused = NotifyError("5.7.1 not from here", permanent=True, code=550)
    refused.server = "mx.example:25"
    fails = Twice(refused)
    jobs = PeriodicJobs([PeriodicJob("mass change mail", 0.01, fails)])
    with caplog.at_level(logging.WARNING):
        jobs.start()
        assert fails.twice.wait(PATIENCE)
        jobs.stop()
    [record] = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert record.getMessage() == "could not be done; trying again: 550 5.7.1 not from here"
    assert (record.__dict__["server"], record.exc_info) == ("mx.example:25", None)


def test_without_chores_it_waits_to_be_stopped() -> None:
    jobs = PeriodicJobs([])
    jobs.start()
    jobs.stop()
