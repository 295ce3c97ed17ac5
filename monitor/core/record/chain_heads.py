"""The heads of all chains as one text, so that one time stamp covers every watch.

    bevaka heads 1
    <SHA-256 of the watch's key> <length of its chain> <its last link>

One line per chain, in the order of the first column. Watches are identified by the hash of their key (link 0 of the
chain), so that the text can be handed out with one watch's history without naming the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

_FIRST_LINE = "bevaka heads 1"


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The head of a chain: `genesis` is link 0, `link` the number of the newest link and `chain` its hash."""

    genesis: str
    link: int
    chain: str


def genesis(key: str) -> str:
    """Return link 0 of a watch's chain, to which the first sealed row is linked."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def heads_text(heads: Iterable[ChainHead]) -> str:
    """Return the text; the same heads always give the same text."""
    lines = sorted(f"{head.genesis} {head.link} {head.chain}" for head in heads)
    return "\n".join([_FIRST_LINE, *lines]) + "\n"


def heads_in(text: str) -> list[ChainHead]:
    """Return the heads in a text from `statement`. Raises ValueError for any other text."""
    first, *lines = text.splitlines() or [""]
    if first != _FIRST_LINE:
        raise ValueError("no statement of heads")
    heads = []
    for line in lines:
        genesis, link, chain = line.split(" ")
        heads.append(ChainHead(genesis, int(link), chain))
    return heads
