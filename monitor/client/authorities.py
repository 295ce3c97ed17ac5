"""Certificate authorities that are trusted: the public ones or what replaces them, and one's own beside them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from requests.utils import DEFAULT_CA_BUNDLE_PATH


@dataclass(frozen=True, slots=True)
class Authorities:
    """Trusted authorities, as files (PEM): `instead` of the public ones (it may be a folder), `beside` them."""

    instead: Path | None = None
    beside: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return a new TLS context that trusts them. Raises OSError for a file without certificates."""
        place = str(self.instead or DEFAULT_CA_BUNDLE_PATH)
        folder, file = (place, None) if Path(place).is_dir() else (None, place)
        return self._with_own(ssl.create_default_context(cafile=file, capath=folder))

    def context_of_system(self) -> ssl.SSLContext:
        """Return a new TLS context that trusts the operating system's authorities, and those `beside` them."""
        return self._with_own(ssl.create_default_context())

    def _with_own(self, context: ssl.SSLContext) -> ssl.SSLContext:
        if self.beside is not None:
            context.load_verify_locations(cafile=str(self.beside))
        return context


PUBLIC = Authorities()
