"""`bevaka run` under systemd: it notifies systemd of its start, of every tick and of its end."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fakes.site import Site
from tests.integration.daemon.conftest import Process, schedule


def test_systemd_hears_of_start_ticks_and_end(
    run: Callable[[], Process], site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(tmp_path, f"county: {site.url}/county")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        daemon = run()
        assert {systemd.recv(100), systemd.recv(100)} == {b"READY=1", b"WATCHDOG=1"}
        assert daemon.stop() == 0
        said = systemd.recv(100)
        while said == b"WATCHDOG=1":
            said = systemd.recv(100)
        assert said == b"STOPPING=1"
