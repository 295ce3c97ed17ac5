"""The register of a law's amendments at rkrattsbaser.gov.se."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from monitor.client import Client
from monitor.core.model import Fetched
from monitor.errors import BadBody

if TYPE_CHECKING:
    from monitor.core.law.amendments import Amendment

ADDRESS = "https://rkrattsbaser.gov.se"
TIME_LIMIT = timedelta(seconds=10)
LARGEST_REGISTER_PAGE = 5_000_000


class Rkrattsbaser:
    """Client of the register: one request per law with a short time limit, for it must not delay a change for long."""

    def __init__(self, client: Client, address: str = ADDRESS) -> None:
        self._client = client
        self._address = address

    def amendments(self, sfs: str) -> tuple[Amendment, ...]:
        """Return the acts that amended a law, the oldest first. Raises FetchError."""
        # Imported here, for this object is made in every round but used only when a law changed.
        from monitor.core.law.amendments import parse_register  # noqa: PLC0415
        from monitor.core.page.decoding import decode  # noqa: PLC0415

        answer = self._client.get(
            f"{self._address}/sfsr?bet={quote(sfs, safe=':')}", timeout=TIME_LIMIT, max_size=LARGEST_REGISTER_PAGE
        )
        if not isinstance(answer, Fetched):
            raise BadBody(detail="no page of the register")
        return parse_register(decode(answer.body, answer.header("Content-Type"))[0])
