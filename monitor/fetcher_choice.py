"""Choice of the fetcher of a watch: an installed one that claims it, else ours for laws, sections or pages."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.model import Watch
from monitor.ports.world import ClaimsWatches, Fetcher


def choose_fetcher(fetchers: Mapping[str, Fetcher], watch: Watch) -> Fetcher:
    """Return the first fetcher that claims the watch, in their order; else that for laws, for sections or for pages."""
    for fetcher in fetchers.values():
        if isinstance(fetcher, ClaimsWatches) and fetcher.claims(watch):
            return fetcher
    if watch.is_section:
        return fetchers["section"]
    return fetchers["riksdagen" if watch.sfs else "http"]
