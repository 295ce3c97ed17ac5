"""CPU cost of extracting, comparing and wording the versions of captured pages, which differ more than invented ones.

python bench/captured.py FOLDER     (FOLDER with pages/NAME/meta.json) prints milliseconds; to be run of two versions of
                                    the program in turns, for only ratios within one run are comparable
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

from monitor.core.judging.compare import compare
from monitor.core.model import Changed, Extraction, Fetched, Recipe
from monitor.errors import ExtractError
from monitor.extractors.page import Page
from monitor.wording.summary import summarise

ROUNDS = 3


def histories(folder: Path) -> list[list[Fetched]]:
    """Return the versions of each page, oldest first."""
    found = []
    for meta in sorted(folder.glob("pages/*/meta.json")):
        facts = json.loads(meta.read_text("utf-8"))
        found.append(
            [
                Fetched(
                    facts["url"],
                    200,
                    (("Content-Type", "text/html"),),
                    (meta.parent / version["file"]).read_bytes(),
                    datetime.fromisoformat(version["date"]),
                )
                for version in facts["versions"]
            ]
        )
    return found


def extract(fetched: Fetched) -> Extraction | None:
    """Return the extraction of a version, None if it cannot be read."""
    try:
        return Page().extract(fetched, Recipe())
    except ExtractError:
        return None


def measured(pages: list[list[Fetched]]) -> tuple[float, float, float]:
    """Return the CPU seconds of extracting all versions, comparing each with the one before, and wording changes."""
    started = time.process_time()
    read = [[(version, extract(version)) for version in versions] for versions in pages]
    extracted = time.process_time()
    verdicts = [
        compare(before, after, fetched_before=old.taken_at, fetched_after=new.taken_at)
        for versions in read
        for (old, before), (new, after) in pairwise(versions)
        if before is not None and after is not None
    ]
    compared = time.process_time()
    for verdict in verdicts:
        if isinstance(verdict, Changed):
            summarise(verdict.change)
    return extracted - started, compared - extracted, time.process_time() - compared


def main(folder: Path) -> None:
    """Print the milliseconds of a version, the best of some rounds each."""
    pages = histories(folder)
    count = sum(map(len, pages))
    rounds = [measured(pages) for _ in range(ROUNDS)]
    extracted, compared, worded = (min(times) * 1000 / count for times in zip(*rounds, strict=True))
    print(
        f"{count} versions of {len(pages)} pages: extract {extracted:.2f} ms, compare {compared:.2f}, word {worded:.2f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
