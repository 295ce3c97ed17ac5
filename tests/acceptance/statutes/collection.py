"""The collection of real statutes, as extractions; tests skip where it is missing."""

from __future__ import annotations

import json
import tarfile
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.core.law.text import parse_law
from monitor.core.model import Block, Extraction

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "sources" / "statutes.tar.xz"


@dataclass(frozen=True)
class Statute:
    """One statute as it was on a day; `text` is wrapped as the source wrote it."""

    number: str
    title: str
    text: str
    department: str
    amended: str
    repealed: str

    @property
    def extraction(self) -> Extraction:
        """The extraction of the statute."""
        return extraction_of(self.text, self)


def extraction_of(text: str, statute: Statute) -> Extraction:
    """Return the extraction of another text of a statute."""
    facts = {"Departement": statute.department, "Ändrad": statute.amended, "Upphävd": statute.repealed}
    register = [Block("p", f"{name}: {value}") for name, value in facts.items() if value]
    blocks, notes = parse_law(text)
    return Extraction(statute.title, (Block("h1", statute.title), *register, *blocks), law=statute.number, notes=notes)


@cache
def statutes() -> tuple[Statute, ...]:
    """Return all statutes; those that the collection holds on two days are in it twice, the earlier first."""
    with tarfile.open(ARCHIVE) as archive:
        lines = archive.extractfile("statutes.jsonl")
        rows = [json.loads(line) for line in lines] if lines else []
    names = ("number", "title", "text", "department", "amended", "repealed")
    return tuple(Statute(*(row[name] or "" for name in names)) for row in rows)


def pairs() -> list[tuple[Statute, Statute]]:
    """Return the statutes that the collection holds on two days."""
    found: dict[str, list[Statute]] = defaultdict(list)
    for statute in statutes():
        found[statute.number].append(statute)
    return [(states[0], states[1]) for states in found.values() if len(states) > 1]
