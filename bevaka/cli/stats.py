"""The `stats` command: counts of checks, changes, mails and bytes, for every watch and in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.console import day, emit, note, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.ports.values import Totals

SHARES = (50, 99)
"""Per cent of the checks whose lateness is told."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, the last one for all together.")
def stats(as_json: bool) -> None:
    """How often pages were checked, what changed, what was mailed and what is kept, for each watch and in all.

    `kept` is what the copies take in the database, `read` what the servers sent for them. Last comes how late checks
    began after they were due: half of them at most so many seconds, and 99 % of them.

    \b
    Example:
      bevaka stats
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        totals, late = assembly.history.totals(), assembly.history.lateness()
        timezone = assembly.timezone
    if as_json:
        for each in totals:
            emit(_facts(each))
        emit(
            {**_facts(_sum(totals)), "watch": None, **{f"late_p{share}": _percentile(late, share) for share in SHARES}}
        )
        return
    if not totals:
        note("nothing was looked at yet: run `bevaka check`")
        return
    header = ["watch", "since", "looks", "revisions", "changes", "material", "mails", "read", "kept"]
    table([_line(each, timezone) for each in [*totals, _sum(totals)]], header)
    if late:
        half, most = (_percentile(late, share) for share in SHARES)
        note(f"half of the checks began within {half:g} s of being due, 99 % within {most:g} s")


def _percentile(ascending: Sequence[float], share: int) -> float | None:
    """Return the value that `share` per cent of the values do not exceed (nearest rank), None of none."""
    return round(ascending[-(-len(ascending) * share // 100) - 1], 1) if ascending else None


def _sum(totals: Sequence[Totals]) -> Totals:
    """Return the sum over all watches. A mail about two watches counts for each of them, so twice."""
    from monitor.ports.values import Totals

    firsts = [each.first_check for each in totals if each.first_check]
    lasts = [each.last_check for each in totals if each.last_check]
    return Totals(
        watch="in all",
        checks=sum(each.checks for each in totals),
        revisions=sum(each.revisions for each in totals),
        changes=sum(each.changes for each in totals),
        material=sum(each.material for each in totals),
        mails=sum(each.mails for each in totals),
        size=sum(each.size for each in totals),
        stored=sum(each.stored for each in totals),
        first_check=min(firsts, default=None),
        last_check=max(lasts, default=None),
    )


def _facts(each: Totals) -> dict[str, object]:
    return {
        "watch": each.watch,
        "looks": each.checks,
        "revisions": each.revisions,
        "changes": each.changes,
        "material": each.material,
        "mails": each.mails,
        "bytes_read": each.size,
        "bytes_kept": each.stored,
        "first_look": each.first_check,
        "last_look": each.last_check,
    }


def _line(each: Totals, timezone: str) -> list[str]:
    counts = (each.checks, each.revisions, each.changes, each.material, each.mails)
    return [each.watch, day(each.first_check, timezone), *map(_grouped, counts), _bytes(each.size), _bytes(each.stored)]


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _bytes(size: int) -> str:
    """Return a size in words: 12 B, 34 kB, 5.6 MB."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1_000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
