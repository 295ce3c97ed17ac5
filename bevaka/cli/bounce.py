"""The `bounce` command: mails that came back."""

from __future__ import annotations

import os
import stat
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import emit, note
from monitor.private_files import make_private_folder

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.delivery.bounces import BounceResult

SEEN_FLAG = ":2,S"
LABELS = {
    "suspended": "suspended somebody",
    "noted": "noted",
    "known": "known already",
    "left": "asked to leave",
    "ignored": "not ours, or nothing that counts",
    "failed": "could not be read",
}
FAILED_FOLDER = "failed"
LARGEST_READ = 10_000_000
"""Bytes of one mail that are read; what is behind them says nothing about a delivery."""


@click.command()
@click.argument("maildir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def bounce(maildir: Path | None, as_json: bool) -> None:
    """Read mails that came back: one from standard input, or every new one of a maildir.

    Give the mail server BEVAKA_BOUNCE_ADDRESS (and its +extensions) for this command; each mail then has a signed
    return path of its own. Whose address is gone, or who complains of abuse, is suspended; a mailbox that is full for
    weeks as well. A mail that asks to leave, from the mail program's own button, is followed. Nothing that is not
    signed by us counts, and nothing counts twice. A mail that cannot be read is named, and put aside in the maildir's
    folder "failed".

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
        if maildir is None:
            counts[assembly.bounces.process(sys.stdin.buffer.read(LARGEST_READ))] += 1
        else:
            for path in _new_mails(maildir):
                counts[_process(assembly, maildir, path)] += 1
    if as_json:
        emit({what: counts[what] for what in LABELS})
    else:
        note(", ".join(f"{counts[what]} {words}" for what, words in LABELS.items() if counts[what]) or "no new mail")


def _new_mails(maildir: Path) -> list[Path]:
    new = maildir / "new"
    return sorted(new.iterdir()) if new.is_dir() else []


def _process(assembly: Assembly, maildir: Path, path: Path) -> BounceResult:
    """Process one mail of a maildir, and move it out of the way, so that it is never in that of the next one."""
    try:
        raw = _content(path)
        result: BounceResult = "failed" if raw is None else assembly.bounces.process(raw)
        folder = maildir / (FAILED_FOLDER if result == "failed" else "cur")
        make_private_folder(folder)
        path.replace(folder / (path.name if result == "failed" else f"{path.name}{SEEN_FLAG}"))
    except OSError as error:
        note(f"{path}: {error.strerror or error}")
        return "failed"
    if result == "failed":
        note(f"{path.name} could not be read; it is in {folder}")
    return result


def _content(path: Path) -> bytes | None:
    """Return the mail; None for what is no file of its own: a link, a folder, a pipe. Raises OSError."""
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return file.read(LARGEST_READ)
