"""The `certify` command: a certificate of what a page said at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import note
from bevaka.cli.output_file import opened_output, output_option
from bevaka.cli.watch_argument import watch_keys

if TYPE_CHECKING:
    from monitor.core.model import Language


@click.command()
@click.argument("revision", metavar="WATCH@TIME", shell_complete=watch_keys)
@click.option(
    "--format",
    "form",
    type=click.Choice(["zip", "html", "pdf"]),
    default="zip",
    help="A zip with everything that shows it (default), or the certificate alone; PDF needs Chromium.",
)
@click.option("--language", type=click.Choice(["sv", "en"]), help="Else the watch's.")
@output_option
def certify(revision: str, form: str, language: Language | None, output: Path | None) -> None:
    """Certify what a page said on a day, or at a time: the text, between which checks it was seen, and the hashes.

    The zip holds the certificate, the copies, the chain that seals them, its time stamps, and verify.py, which checks
    all of it with Python alone. A day that is not over, and checks that are not sealed yet, are refused.

    \b
    Example:
      bevaka certify lansstyrelsen-kalmar@2026-03-01 -o certificate.zip
      bevaka certify sfs-2021-995@2026-03-01T09:00 --format pdf -o certificate.pdf
    """
    from bevaka import __version__
    from bevaka.assembly import Assembly
    from bevaka.proof.certificates import certified_record
    from bevaka.proof.export_forms import write_zip
    from bevaka.proof.pdf import pdf_of
    from bevaka.proof.verify import certificate

    if output is None and form != "html" and sys.stdout.isatty():
        raise click.UsageError(f"a {form} file is not for a terminal; name a file with -o")
    if "@" not in revision:
        raise click.UsageError(f"say of what time: {revision}@2026-03-01, or {revision}@2026-03-01T09:00")
    program = f"Bevaka/{__version__}"
    with Assembly() as assembly, assembly.unit_of_work.read() as work:
        record = certified_record(
            work, assembly.history, revision, assembly.clock.now(), program=program, language=language
        )
        with opened_output(output) as out:
            if form == "zip":
                write_zip(out, record)
            else:
                html = certificate(record)
                out.write(html.encode() if form == "html" else pdf_of(html))
    note(f"head of the chain: {record.head}; give it to the recipient by another way than the file")
