"""The heads of all chains as one text, so that one time stamp covers every watch.

    bevaka heads 1
    <SHA-256 of the watch's key> <length of its chain> <its last link>

A line a chain, in the order of the first column. Watches stand there by the hash of their keys (link 0 of the chain),
so that the text can be handed out with one watch's history without naming the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

_FIRST_LINE = "bevaka heads 1"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a chain ends: `genesis` is link 0, `link` the number of the last link and `chain` its hash."""

    genesis: str
    link: int
    chain: str


def genesis(key: str) -> str:
    """Link 0 of a watch's chain: what the first one is linked to."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def statement(heads: Iterable[ChainHead]) -> str:
    """The text; the same heads always give the same."""
    lines = sorted(f"{head.genesis} {head.link} {head.chain}" for head in heads)
    return "\n".join([_FIRST_LINE, *lines]) + "\n"


def heads_in(text: str) -> list[ChainHead]:
    """The inverse of `statement`. Raises ValueError for a text that is none."""
    first, *lines = text.splitlines() or [""]
    if first != _FIRST_LINE:
        raise ValueError("no statement of heads")
    heads = []
    for line in lines:
        genesis, link, chain = line.split(" ")
        heads.append(ChainHead(genesis, int(link), chain))
    return heads
