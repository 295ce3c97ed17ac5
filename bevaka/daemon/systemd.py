"""Notification of systemd (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names."""

from __future__ import annotations

import os
import socket
from contextlib import suppress


def notify(state: str, place: str | None = None) -> None:
    """Send a state such as "READY=1"; do nothing if no socket is named. `place` names another socket than systemd's."""
    socket_name = place or os.environ.get("NOTIFY_SOCKET")
    if not socket_name:
        return
    address = "\0" + socket_name[1:] if socket_name.startswith("@") else socket_name  # @: the abstract namespace
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), address)
