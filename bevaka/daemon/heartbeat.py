"""Heartbeat for an external monitor, which raises the alarm when the heartbeat stays away."""

from __future__ import annotations

from collections.abc import Callable

HEARTBEAT_SECONDS = 60.0
TIMEOUT = 10


class HeartbeatRefused(Exception):
    """The external monitor did not accept the heartbeat. The URL is not repeated: it may contain a token."""


class Heartbeat:
    """Requests `url` when all is well."""

    def __init__(self, url: str, is_well: Callable[[], bool]) -> None:
        self._url = url
        self._is_well = is_well

    def beat(self) -> None:
        """Send one heartbeat, if all is well. Raises HeartbeatRefused."""
        import requests  # noqa: PLC0415  only where a heartbeat is configured

        if not self._is_well():
            return
        try:
            with requests.get(self._url, timeout=TIMEOUT, allow_redirects=False, stream=True) as response:
                status = response.status_code
        except requests.RequestException as error:
            raise HeartbeatRefused(type(error).__name__) from None
        if not 200 <= status < 300:
            raise HeartbeatRefused(f"answered {status}")
