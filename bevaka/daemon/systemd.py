"""Telling systemd how it goes (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(state: str, place: str | None = None) -> None:
    """Send e.g. "READY=1"; nothing is done where nobody asked to be told. `place` is for others than systemd."""
    name = place or os.environ.get("NOTIFY_SOCKET")
    if not name:
        return
    address = "\0" + name[1:] if name.startswith("@") else name  # @: the abstract namespace
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), address)
