"""Heartbeat for an external monitor, which raises the alarm when the heartbeat stays away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bevaka.service_errors import why_not_asked
from monitor.errors import FetchError
from monitor.ports.world import Services

HEARTBEAT_SECONDS = 60.0
TIMEOUT = timedelta(seconds=10)
LARGEST_ANSWER = 100_000


class HeartbeatRefused(Exception):
    """The external monitor did not accept the heartbeat. The URL is not repeated: it may contain a token."""


class Heartbeat:
    """Requests `url` when all is well."""

    def __init__(self, url: str, is_well: Callable[[], bool], services: Services) -> None:
        self._url = url
        self._is_well = is_well
        self._services = services

    def beat(self) -> None:
        """Send one heartbeat, if all is well. Raises HeartbeatRefused."""
        if not self._is_well():
            return
        try:
            status = self._services.ask_service(self._url, timeout=TIMEOUT, max_size=LARGEST_ANSWER).status
        except FetchError as error:
            raise HeartbeatRefused(why_not_asked(error)) from None
        if not 200 <= status < 300:
            raise HeartbeatRefused(f"answered {status}")
