"""The key of a watch in an address of the web page."""

from __future__ import annotations

from werkzeug.routing import UnicodeConverter

from monitor.core.section.keys import from_address, in_address


class WatchKey(UnicodeConverter):
    """Converts a key, which may have a slash, to one segment of a path and back."""

    def to_python(self, value: str) -> str:
        """Return the key that a segment names."""
        return from_address(value)

    def to_url(self, value: str) -> str:
        """Return the segment that names a key."""
        return super().to_url(in_address(value))
