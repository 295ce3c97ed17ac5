"""The outcomes of checks in the log."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bevaka.daemon.check_log import MOST_REMEMBERED, CheckLog
from monitor.checking.check_outcome import CheckResult
from monitor.checking.sync_schedule import NamedKeys
from monitor.core.model import Language, Outcome, Watch
from monitor.errors import Reason

COUNTY = Watch("county", "County", "https://county.example/")
LAW = Watch("law", "Law", "https://law.example/", language="en")
UNREACHED = Reason("dns-failed", {"host": "county.example"})


class Nudges:
    """Counts the notices that a delivery is owed."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="bevaka")
    return caplog


def unseen(watch: Watch, reason: Reason = UNREACHED) -> tuple[Watch, CheckResult]:
    """Return a check that did not see the page."""
    return watch, CheckResult(watch.key, Outcome.NOT_SEEN, reason=reason, failures=1)


def seen(watch: Watch) -> tuple[Watch, CheckResult]:
    """Return a check of an unchanged page."""
    return watch, CheckResult(watch.key, Outcome.UNCHANGED, revision=1)


def network_lines(log: pytest.LogCaptureFixture) -> list[str]:
    """Return the logged lines about the network."""
    return [record.getMessage() for record in log.records if vars(record).get("event") == "network"]


def test_unchanged_pages_are_logged_at_debug_and_counted_in_a_line_a_minute(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def rounds() -> list[tuple[int, int]]:
        found = [vars(record) for record in log.records if vars(record).get("event") == "round"]
        return [(facts["checked"], facts["unchanged"]) for facts in found]

    check_log.log_round(now)
    assert rounds() == []
    check_log.done(*seen(COUNTY))
    check_log.done(*unseen(LAW))
    check_log.log_round(now)
    check_log.done(*seen(COUNTY))
    check_log.log_round(now + timedelta(seconds=59))
    assert rounds() == [(2, 1)]
    check_log.done(*seen(LAW))
    check_log.log_round(now + timedelta(minutes=1))
    assert rounds() == [(2, 1), (2, 2)]
    assert [vars(record)["watch"] for record in log.records if record.levelno != logging.INFO] == ["law"]


def test_a_check_is_logged_with_its_facts(log: pytest.LogCaptureFixture) -> None:
    summary: dict[Language, str] = {"sv": "1 punkt tillagd", "en": "1 item added"}
    changed = CheckResult("law", Outcome.CHANGED, revision=2, before=1, material=True, summary=summary, owed=3)
    CheckLog(Nudges()).done(LAW, changed)
    [record] = log.records
    facts = vars(record)
    assert (record.levelno, facts["watch"], facts["outcome"], facts["revision"]) == (logging.INFO, "law", "changed", 2)
    assert (facts["material"], facts["owed"], facts["summary"]) == (True, 3, "1 item added")


def test_a_page_that_is_not_seen_is_a_warning_with_its_reason(log: pytest.LogCaptureFixture) -> None:
    CheckLog(Nudges()).done(*unseen(COUNTY))
    [record] = log.records
    assert record.levelno == logging.WARNING
    assert vars(record)["reason"] == "servern county.example hittades inte"


def test_only_what_is_owed_wakes_the_deliveries(log: pytest.LogCaptureFixture) -> None:
    nudges = Nudges()
    check_log = CheckLog(nudges)
    check_log.done(*seen(COUNTY))
    assert nudges.count == 0
    check_log.done(COUNTY, CheckResult("county", Outcome.CHANGED, revision=2, owed=1))
    assert nudges.count == 1


def test_a_check_that_was_not_needed_is_not_logged(log: pytest.LogCaptureFixture) -> None:
    CheckLog(Nudges()).done(COUNTY, None)
    assert log.records == []


def test_an_error_of_ours_names_the_watch(log: pytest.LogCaptureFixture) -> None:
    CheckLog(Nudges()).failed(COUNTY, RuntimeError("disk full"))
    [record] = log.records
    assert (record.levelno, vars(record)["watch"]) == (logging.ERROR, "county")
    assert record.exc_info is not None
    assert record.exc_info[0] is RuntimeError


def test_a_machine_that_is_offline_is_told_once(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    check_log.log_network()
    assert network_lines(log) == []
    for watch in (COUNTY, LAW, COUNTY):
        check_log.done(*unseen(watch))
        check_log.log_network()
    assert network_lines(log) == ["no page could be reached; is this machine offline?"]
    check_log.done(*seen(LAW))
    check_log.log_network()
    assert network_lines(log)[1:] == ["pages can be reached again"]


def test_one_server_that_is_away_is_no_outage(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    check_log.done(*seen(LAW))
    check_log.done(*unseen(COUNTY))
    check_log.log_network()
    assert network_lines(log) == []


def test_an_answer_that_is_an_error_is_no_outage(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    check_log.done(*unseen(COUNTY, Reason("http-status", {"status": 503})))
    check_log.log_network()
    assert network_lines(log) == []


def test_a_watch_that_left_the_schedule_says_nothing_of_the_network(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    check_log.done(*seen(LAW))
    check_log.done(*unseen(COUNTY))
    check_log.forget(NamedKeys.of(["law"]))
    check_log.log_network()
    assert len(network_lines(log)) == 1


def test_of_very_many_that_left_the_schedule_none_says_anything_of_the_network(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    check_log.done(*seen(LAW))
    check_log.forget(NamedKeys(1001, ("a", "b")))
    check_log.done(*unseen(COUNTY))
    check_log.log_network()
    assert len(network_lines(log)) == 1


def many(count: int) -> list[Watch]:
    """Return this many watches."""
    return [Watch(f"page-{number}", "Page", f"https://county.example/{number}") for number in range(count)]


def test_of_very_many_pages_only_the_last_that_were_reached_are_remembered(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    pages = many(MOST_REMEMBERED + 200)
    for page in pages:
        check_log.done(*seen(page))
    for page in pages[:-1]:
        check_log.done(*unseen(page))
    check_log.log_network()
    assert network_lines(log) == []  # the last page was reached
    check_log.done(*unseen(pages[-1]))
    check_log.log_network()
    assert len(network_lines(log)) == 1
    assert vars(log.records[-1])["pages"] == MOST_REMEMBERED
    assert len(check_log._reached) + len(check_log._missed) == MOST_REMEMBERED


def test_each_new_check_of_a_page_counts_and_no_older_one(log: pytest.LogCaptureFixture) -> None:
    check_log = CheckLog(Nudges())
    for _ in range(2):
        check_log.done(*seen(LAW))
        check_log.done(*unseen(LAW))
        check_log.log_network()
    assert network_lines(log) == ["no page could be reached; is this machine offline?"]
    check_log.done(*seen(LAW))
    check_log.log_network()
    assert network_lines(log)[1:] == ["pages can be reached again"]
    assert check_log._missed == set()
