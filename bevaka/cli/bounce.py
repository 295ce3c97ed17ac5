"""The `bounce` command: mails that came back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from bevaka.cli.console import emit, note

SEEN_FLAG = ":2,S"
LABELS = {
    "suspended": "suspended somebody",
    "noted": "noted",
    "known": "known already",
    "left": "asked to leave",
    "ignored": "not ours, or nothing that counts",
}


@click.command()
@click.argument("maildir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def bounce(maildir: Path | None, as_json: bool) -> None:
    """Read mails that came back: one from standard input, or every new one of a maildir.

    Give the mail server BEVAKA_BOUNCE_ADDRESS (and its +extensions) for this command; each mail then has a signed
    return path of its own. Who is refused for good, or complains, is suspended; a mailbox that is full for weeks as
    well. A mail that asks to leave, from the mail program's own button, is followed. Nothing that is not signed by us
    counts, and nothing counts twice.

    \b
    Example:
      bevaka bounce < report.eml
      bevaka bounce ~/Maildir/.bounces
    In /etc/aliases:
      bounces: "|BEVAKA_DATABASE=sqlite:////srv/bevaka/bevaka.db bevaka bounce"
    """
    from bevaka.assembly import Assembly

    counts: Counter[str] = Counter()
    with Assembly() as assembly:
        for raw, move in _mails(maildir):
            counts[assembly.bounces.process(raw)] += 1
            if move is not None:
                move[0].replace(move[1])
    if as_json:
        emit({what: counts[what] for what in LABELS})
    else:
        note(", ".join(f"{counts[what]} {words}" for what, words in LABELS.items() if counts[what]) or "no new mail")


def _mails(maildir: Path | None) -> Iterator[tuple[bytes, tuple[Path, Path] | None]]:
    """Yield each mail, with its path and the path it is moved to once it is processed; None for standard input."""
    if maildir is None:
        yield sys.stdin.buffer.read(), None
        return
    cur, new = maildir / "cur", maildir / "new"
    cur.mkdir(exist_ok=True)
    for path in sorted(new.iterdir()) if new.is_dir() else []:
        yield path.read_bytes(), (path, cur / f"{path.name}{SEEN_FLAG}")
