"""Why a service of the operator's own could not be asked, in words that say how to mend it."""

from __future__ import annotations

from monitor.errors import AddressRefused, FetchError


def why_not_asked(error: FetchError) -> str:
    """Return the reason; nothing of the service's address, which may hold a token."""
    cure = "; a private network is allowed by BEVAKA_ALLOW_NETWORKS" if isinstance(error, AddressRefused) else ""
    return f"{error.code}{cure}"
