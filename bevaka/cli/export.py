"""The `export` command: everything that is kept of a watch, for a third party to check."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bevaka.cli.console import note, plural
from bevaka.cli.output_file import example_name, opened_output, output_option, written_to
from bevaka.cli.watch_argument import watch_keys


@click.command()
@click.argument("watch", metavar="WATCH[@TIME]", shell_complete=watch_keys)
@click.option(
    "--format",
    "form",
    type=click.Choice(["warc", "zip", "json"]),
    required=True,
    help="WARC 1.1; a zip with a verifier in it; JSON lines.",
)
@output_option
def export(watch: str, form: str, output: Path | None) -> None:
    """Everything that is kept of a watch: every copy, its text, the chain that seals them, and the time stamps.

    With a time (WATCH@2026-03-01) it ends early: with the first check after that time that saw the page, or the next
    time stamp after that.

    Each form holds verify.py, which checks it with Python alone; in the zip it lies beside the files.

    \b
    Example:
      bevaka export sfs-2021-995 --format zip -o ordinance.zip
      bevaka export sfs-2021-995 --format warc > ordinance.warc.gz
    """
    from bevaka import __version__
    from bevaka.assembly import Assembly
    from bevaka.proof.export_forms import write_json, write_warc, write_zip
    from bevaka.proof.watch_record import watch_record

    if output is None and form != "json" and sys.stdout.isatty():
        raise click.UsageError(f"a {form} file is not for a terminal; name one, e.g. -o {example_name(watch, form)}")
    with Assembly(reads_history=True) as assembly, assembly.unit_of_work.read() as work:
        key, at = assembly.history.seen_at(watch)
        record = watch_record(work, key, assembly.clock.now(), f"Bevaka/{__version__}", at)
        with opened_output(output) as out:
            {"warc": write_warc, "zip": write_zip, "json": write_json}[form](out, record)
    note(f"{written_to(output)}{watch}, {plural(len(record.links), 'link', 'links')}, head {record.head}")
