"""Sharing of work among workers: each host, and each delivery, is the share of one, as long as it lives. Pure.

Highest random weight (rendezvous hashing; Thaler and Ravishankar, 1998): who ends leaves its share to all others, and
nothing else changes hands. Sharing spares the workers each other's company; what keeps two from one host is its turn.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache

ANYBODYS_AFTER = timedelta(seconds=15)
"""What has waited for so long is anybody's: its worker has more than it can do."""


def is_share_of(worker: str, others: Collection[str], thing: str) -> bool:
    """True if this thing is the worker's, and no other's; `others` may contain the worker."""
    own = _weight(worker, thing)
    return all(own >= _weight(other, thing) for other in others)


@lru_cache(maxsize=1 << 16)
def _weight(worker: str, thing: str) -> bytes:
    return hashlib.blake2b(f"{worker} {thing}".encode(), digest_size=8).digest()
