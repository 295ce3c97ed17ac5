"""Measures Bevaka and the installed peers, and reports what became slower since the last recorded run.

    python bench/run.py            quick: 500 pages, one repetition, three minutes; records what is not recorded yet
    python bench/run.py --full     the table: bench/RESULTS.md, bench/recorded.json and the plots of docs/performance.md

Only ratios within one run are comparable: machines differ, and so do minutes on one machine. Install the peers with
`make bench-peers`; without them Bevaka is measured alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from plot import svg
from scenarios import SHOWN, VERSIONS, Costs, Resident, daemon_rounds, growth, realistic, rounds
from tools import ROOT, Bevaka, Cost, Tool, installed

HERE = ROOT / "bench"
RESULTS, RECORDED, PLOTS = HERE / "RESULTS.md", HERE / "recorded.json", ROOT / "docs" / "plots"
SLOWER = 1.25
"""The factor by which a ratio must grow to be reported as slower; repetitions differ by less than this."""
TARGETS = {"304": 1 / 4, "same bytes": 1 / 4, "noise only": 1 / 3, "100 % changed": 1 / 2, "first": 1.0}
"""The share of the better peer's CPU that a round may take at 1 000 pages."""


def per_thousand(costs: Sequence[Cost], pages: int) -> float:
    """Return the median CPU seconds per 1 000 checks."""
    return statistics.median(cost.cpu for cost in costs) * 1000 / pages


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a Markdown table with its numbers aligned to the right."""
    line = [f"| {' | '.join(row)} |" for row in [head, ["---", *["---:"] * (len(head) - 1)], *rows]]
    return [*line, ""]


def cpu_table(costs: Costs, names: Sequence[str], pages: int, shown: Sequence[str] = SHOWN) -> list[str]:
    """Return CPU seconds per 1 000 checks by tool and round: the median, and the spread in brackets."""

    def cell(name: str, which: str) -> str:
        values = sorted(cost.cpu * 1000 / pages for cost in costs[name, which])
        spread = f" ({values[0]:.2f}–{values[-1]:.2f})" if len(values) > 1 else ""
        return f"{statistics.median(values):.2f}{spread}"

    return table(["", *shown], [[name, *(cell(name, which) for which in shown)] for name in names])


def other_table(costs: Costs, names: Sequence[str], value: Callable[[Cost], float], form: str) -> list[str]:
    """Return the median of another measure, by tool and round."""
    rows = [
        [name, *(format(statistics.median(value(cost) for cost in costs[name, which]), form) for which in SHOWN)]
        for name in names
    ]
    return table(["", *SHOWN], rows)


def ratios(costs: Costs, names: Sequence[str], pages: int) -> dict[str, float]:
    """Return Bevaka's CPU relative to the better peer's, by round; empty if there is no peer."""
    peers = [name for name in names if name != Bevaka.name]
    if not peers:
        return {}
    return {
        which: per_thousand(costs[Bevaka.name, which], pages)
        / min(per_thousand(costs[peer, which], pages) for peer in peers)
        for which in SHOWN
    }


def ratio_lines(found: Mapping[str, float]) -> list[str]:
    """Return the ratios as a table, each with its target."""
    rows = []
    for which, ratio in found.items():
        target = TARGETS.get(which)
        said = (
            ""
            if target is None
            else f"{target:.2f}" + (", met" if ratio <= target else f", missed by {ratio / target:.1f}×")
        )
        rows.append([which, f"{ratio:.2f}", said])
    return table(["Bevaka : the better peer", "CPU", "target"], rows)


def compared(found: Mapping[str, float], before: Mapping[str, float]) -> list[str]:
    """Return a line for each round that became slower than in the last recorded run."""
    return [
        f"slower: {which}: {before[which]:.2f} of the better peer then, {ratio:.2f} now"
        for which, ratio in found.items()
        if which in before and ratio > before[which] * SLOWER
    ]


def recorded(form: str) -> dict[str, float]:
    """Return the ratios of the last recorded run of this form ("quick", "full")."""
    if not RECORDED.exists():
        return {}
    of_form: dict[str, float] = json.loads(RECORDED.read_text()).get(form, {})
    return of_form


def record(form: str, found: Mapping[str, float]) -> None:
    """Record these ratios for the next run of this form."""
    kept = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    rounded = {which: round(ratio, 3) for which, ratio in found.items()}
    RECORDED.write_text(json.dumps(kept | {form: rounded}, indent=2) + "\n")


def machine() -> str:
    """Return a description of the machine and its load."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    system = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    return f"{system}, Python {platform.python_version()}, load {load}"


def quick(kinds: Sequence[type[Tool]]) -> int:
    """Run and print the short comparison; return 1 if something became slower, else 0."""
    names, pages = [kind.name for kind in kinds], 500
    hosts = realistic(kinds, 300)
    costs = rounds(kinds, pages, 1)
    found = ratios(costs, names, pages)
    print(f"one repetition; {machine()}\n\n300 pages, each on a host of its own\n")
    print("\n".join([*hosts_table(hosts, names), *hosts_ratios(hosts, names)]))
    print(f"CPU seconds per 1 000 checks, {pages} pages on one host\n")
    print("\n".join([*cpu_table(costs, names, pages), *ratio_lines(found)]))
    before = recorded("quick")
    if not before:
        record("quick", found)
    worse = compared(found, before)
    print("\n".join(worse) or "nothing became slower than in the last recorded run")
    return 1 if worse else 0


def full(kinds: Sequence[type[Tool]], repetitions: int, largest: int) -> int:
    """Run the full comparison; write the results, the record and the plots, and print them. Returns 0."""
    names = [kind.name for kind in kinds]
    before = recorded("full")
    started, where = time.monotonic(), machine()
    hosts = realistic(kinds, 1_000, repetitions)
    main = rounds(kinds, 1_000, repetitions)
    beside = [size for size in (100, 300, 5_000) if size <= largest]
    sizes = {1_000: main} | {size: rounds(kinds, size, 1, only=("304",)) for size in beside}
    alone = {size: rounds([Bevaka], size, 1, only=("304",)) for size in (20_000, 100_000) if size <= largest}
    stored = growth(kinds, 50)
    resident = {size: daemon_rounds(size) for size in (1_000, 20_000, 100_000) if size <= largest}
    found = ratios(main, names, 1_000)
    by_size = dict(sorted((sizes | alone).items()))
    lines = [
        "# What a round costs",
        "",
        f"Written by `make bench-full` on {time.strftime('%Y-%m-%d')}; {where}.",
        "Whole processes, start included, by the kernel's accounting; a loopback site of distinct pages of 30–60 kB.",
        "One run of each. Only ratios"
        if repetitions == 1
        else f"Medians of {repetitions} interleaved repetitions where a spread is given, else one run. Only ratios",
        "within this run count. What the peers are and how they are set up: `bench/tools.py`.",
        "",
        "## 1 000 pages, each on a host of its own",
        "",
        "What people watch. Over https the site answers 100 ms late, with one certificate, in the bundle of all tools.",
        "The first round of Bevaka asks each host for robots.txt as well, which no peer does.",
        "",
        *hosts_table(hosts, names),
        *hosts_ratios(hosts, names),
        "## CPU seconds per 1 000 checks, 1 000 pages on one host",
        "",
        *cpu_table(main, names, 1_000),
        *ratio_lines(found),
        "## Wall-clock seconds, 1 000 pages",
        "",
        "On one host: Bevaka asks it over one connection, one request at a time; the peers over ten or more.",
        "",
        *other_table(main, names, lambda cost: cost.wall, ".1f"),
        "## Peak memory (MB), 1 000 pages",
        "",
        *other_table(main, names, lambda cost: cost.peak, ".0f"),
        "## Over the number of pages, all unchanged (304)",
        "",
        *size_table(by_size),
        "## The resident daemon",
        "",
        "1 000 looks of a daemon that watches so many pages: CPU seconds without its start.",
        "",
        *resident_table(resident),
        *daemon_ratio(resident[1_000], main, names),
        "",
        "## Bytes stored, 50 pages, by versions of each",
        "",
        "Bevaka keeps the raw bytes, the peers text.",
        "",
        *table(
            ["", *map(str, VERSIONS)], [[name, *(f"{size / 1e6:.1f} MB" for size in stored[name])] for name in names]
        ),
    ]
    RESULTS.write_text("\n".join(lines).rstrip() + "\n")
    record("full", found)
    draw(by_size, stored)
    print("\n".join(lines))
    print("\n".join(compared(found, before)) or "nothing became slower than in the last recorded run")
    print(f"{(time.monotonic() - started) / 60:.0f} minutes", file=sys.stderr)
    return 0


def size_table(by_size: Mapping[int, Costs]) -> list[str]:
    """Return CPU and memory by number of pages and tool."""
    rows = []
    for size, costs in by_size.items():
        for name, which in costs:
            if which == "304":
                peak = max(cost.peak for cost in costs[name, which])
                first = per_thousand(costs[name, "first"], size)
                rows.append(
                    [
                        f"{size:,}".replace(",", " "),
                        name,
                        f"{first:.2f}",
                        f"{per_thousand(costs[name, which], size):.2f}",
                        f"{peak:.0f}",
                    ]
                )
    return table(["pages", "", "first, s per 1 000", "304, s per 1 000", "peak MB (304)"], rows)


def resident_table(resident: Mapping[int, Resident]) -> list[str]:
    """Return the daemon's costs by the number of pages it watches."""
    rows = [
        [
            f"{size:,}".replace(",", " "),
            *(f"{found.first:.2f}", f"{found.unchanged:.2f}", f"{found.tick:.0f}", f"{found.peak:.0f}"),
        ]
        for size, found in resident.items()
    ]
    return table(["pages", "first", "304", "a tick with nothing due, ms", "peak MB"], rows)


def daemon_ratio(resident: Resident, main: Costs, names: Sequence[str]) -> list[str]:
    """Return a line per peer on the daemon's CPU in a round of 304, relative to the peer's."""
    times = {
        name: per_thousand(main[name, "304"], 1_000) / max(resident.unchanged, 0.01)
        for name in names
        if name != Bevaka.name
    }
    return [
        f"At 1 000 pages a round of 304 takes 1/{many:.1f} of what {name} takes for it." for name, many in times.items()
    ]


def hosts_table(hosts: Mapping[str, Costs], names: Sequence[str]) -> list[str]:
    """Return CPU and wall-clock seconds and peak memory of the rounds in which each page has its own host."""

    def cell(costs: Sequence[Cost]) -> str:
        cpu, wall = (
            statistics.median(values) for values in zip(*((cost.cpu, cost.wall) for cost in costs), strict=True)
        )
        return f"{cpu:.2f} / {wall:.1f} / {max(cost.peak for cost in costs):.0f}"

    rows = [
        [what, name, *(cell(costs[name, which]) for which in ("first", "304"))]
        for what, costs in hosts.items()
        for name in names
    ]
    return table(["", "", "first: CPU s / wall s / MB", "304: CPU s / wall s / MB"], rows)


HOSTS_TARGETS = {
    ("https, 100 ms", "304", "cpu"): 1 / 8,
    ("https, 100 ms", "first", "cpu"): 1 / 3.5,
    ("https, 100 ms", "304", "wall"): 1 / 3,
    ("https, 100 ms", "304", "peak"): 1 / 10,
    ("http", "304", "cpu"): 0.8,
    ("http", "first", "cpu"): 2.0,
    ("http", "304", "wall"): 1.2,
}
"""The share of the better peer's cost that a round may take where each page has its own host."""


def hosts_ratios(hosts: Mapping[str, Costs], names: Sequence[str]) -> list[str]:
    """Return Bevaka's cost relative to the better peer's, each with its target; nothing if there is no peer."""
    peers = [name for name in names if name != Bevaka.name]
    rows = []
    for (what, which, measure), target in HOSTS_TARGETS.items():
        costs = hosts[what]
        ours, *theirs = (
            statistics.median(getattr(cost, measure) for cost in costs[name, which]) for name in (Bevaka.name, *peers)
        )
        if theirs:
            ratio = ours / min(theirs)
            met = "met" if ratio <= target else f"missed by {ratio / target:.1f}×"
            rows.append([f"{what}, {which}, {measure}", f"{ratio:.2f}", f"{target:.2f}, {met}"])
    return table(["Bevaka : the better peer", "", "target"], rows) if rows else []


def draw(by_size: Mapping[int, Costs], stored: Mapping[str, Sequence[int]]) -> None:
    """Write the plots of docs/performance.md."""
    cpu: dict[str, list[tuple[float, float]]] = {}
    memory: dict[str, list[tuple[float, float]]] = {}
    for size, costs in by_size.items():
        for name, which in costs:
            if which == "304":
                cpu.setdefault(name, []).append((size, per_thousand(costs[name, which], size)))
                memory.setdefault(name, []).append((size, max(cost.peak for cost in costs[name, which])))
    PLOTS.mkdir(parents=True, exist_ok=True)
    kept = {name: [(n, size / 1e6) for n, size in zip(VERSIONS, sizes, strict=True)] for name, sizes in stored.items()}
    for file, title, across, lines in (
        ("cpu.svg", "CPU seconds per 1 000 unchanged checks", "pages", cpu),
        ("memory.svg", "Peak memory of a round of unchanged pages, MB", "pages", memory),
        ("bytes.svg", "Bytes stored for 50 pages, MB", "versions of each page", kept),
    ):
        (PLOTS / file).write_text(svg(title, across, lines))


def main() -> int:
    """Run as the arguments say; return the exit code, 1 if a quick run found something slower."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--full", action="store_true", help="measure everything and write it down")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument(
        "--largest", type=int, default=20_000, help="the largest site; beyond 5000 Bevaka alone (100000: an hour)"
    )
    given = parser.parse_args()
    kinds: list[type[Tool]] = [Bevaka, *installed()]
    return full(kinds, given.repetitions, given.largest) if given.full else quick(kinds)


if __name__ == "__main__":
    sys.exit(main())
