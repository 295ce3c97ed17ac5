"""Signals that stop the program."""

from __future__ import annotations

import os
import signal

from bevaka.cli.signals import stopped_by_signals
from bevaka.clock import SystemClock

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def test_the_first_signal_stops_the_clock_and_the_second_one_is_as_the_system_has_it() -> None:
    clock = SystemClock()
    before = [signal.getsignal(each) for each in SIGNALS]
    with stopped_by_signals(clock):
        os.kill(os.getpid(), signal.SIGTERM)
        clock.sleep(30)
        assert clock.stopped
        assert [signal.getsignal(each) for each in SIGNALS] == [signal.SIG_DFL, signal.SIG_DFL]
    assert [signal.getsignal(each) for each in SIGNALS] == before
