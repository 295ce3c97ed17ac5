"""Health signals: to systemd, and to an external monitor."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bevaka.assembly import Assembly
from bevaka.daemon.health_signals import HealthSignals
from bevaka.daemon.heartbeat import Heartbeat, HeartbeatRefused
from bevaka.daemon.systemd import notify
from monitor.ports.world import Services
from tests.fakes.site import Answer, Fault, Site


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Yield the receiving end of NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(str(tmp_path / "notify"))
        channel.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield channel


@pytest.fixture
def services() -> Iterator[Services]:
    """Yield the guarded client for services."""
    with Assembly({"BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8"}) as assembly:
        yield assembly.services


def test_systemd_is_told_of_start_ticks_and_end(systemd: socket.socket) -> None:
    signs = HealthSignals()
    signs.started()
    signs.ticked(good=True)
    signs.ticked(good=False)
    signs.stopping()
    assert [systemd.recv(100) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_socket_in_the_abstract_namespace_is_found() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind("")  # the kernel assigns an abstract name
        channel.settimeout(10)
        notify("READY=1", "@" + channel.getsockname()[1:].decode())
        assert channel.recv(100) == b"READY=1"


def test_where_nobody_listens_nothing_happens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    notify("READY=1", str(tmp_path / "nobody"))


def test_all_is_well_after_a_good_tick_alone() -> None:
    signs = HealthSignals()
    assert not signs.is_good
    signs.ticked(good=False)
    assert not signs.is_good
    signs.ticked(good=True)
    assert signs.is_good


def test_the_heart_beats_when_all_is_well_and_only_then(services: Services) -> None:
    with Site() as site:
        site.pages["/beat"] = Answer("ok")
        Heartbeat(f"{site.url}/beat", lambda: False, services).beat()
        assert site.asked("/beat") == []
        Heartbeat(f"{site.url}/beat", lambda: True, services).beat()
        assert len(site.asked("/beat")) == 1


@pytest.mark.parametrize("answer", [Answer("no", status=404), Answer(fault=Fault.CLOSE)])
def test_a_heartbeat_that_is_not_taken_is_said_without_its_address(answer: Answer, services: Services) -> None:
    with Site() as site:
        site.pages["/secret-token"] = answer
        with pytest.raises(HeartbeatRefused) as refused:
            Heartbeat(f"{site.url}/secret-token", lambda: True, services).beat()
    assert "secret-token" not in repr(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__cause__ is None


def test_a_heartbeat_that_reaches_nobody_is_said_without_its_address(services: Services) -> None:
    with Site() as site:
        gone = f"{site.url}/secret-token"
    with pytest.raises(HeartbeatRefused) as refused:
        Heartbeat(gone, lambda: True, services).beat()
    assert "secret-token" not in f"{refused.value!r}"
    assert refused.value.__suppress_context__
