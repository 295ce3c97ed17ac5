"""The `certify` command: a certificate of what a page said at a time."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import note
from bevaka.cli.output_file import example_name, opened_output, output_option, written_to
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
    help="zip: the certificate with all that proves it (default); html or pdf: the certificate alone.",
)
@click.option(
    "--language", type=click.Choice(["sv", "en"]), help="Language of the certificate; else that of the watch."
)
@output_option
def certify(revision: str, form: str, language: Language | None, output: Path | None) -> None:
    """Write a certificate of what a page said on a day, or at a time.

    It is a page to read or print: the text, the checks between which it was seen, and its hashes. The zip holds it with
    the copies themselves, the chain of hashes that seals them, its time stamps, and verify.py, with which the recipient
    checks all of it: Python is all that is needed, neither Bevaka nor the network. A pdf is made by Chromium, which
    must be installed.

    A day can be certified once it is over and its checks are sealed, that is, added to the chain of hashes, where
    nobody can alter them unnoticed. The first check of the page after midnight (UTC) does so.

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
    from monitor.errors import UnknownRevision

    if output is None and form != "html" and sys.stdout.isatty():
        example = example_name(revision, form)
        raise click.UsageError(f"a {form} file is not for a terminal; name one, e.g. -o {example}")
    key, at, _ = revision.partition("@")
    key = re.split("[#~]", key)[0]
    write = f"write {key}@2026-03-01 or, in the time zone of the watch, {key}@2026-03-01T09:00"
    if not at:
        raise click.UsageError(f"a certificate is of a day or a time; {write}")
    program = f"Bevaka/{__version__}"
    with Assembly(reads_history=True) as assembly, assembly.unit_of_work.read() as work:
        try:
            record = certified_record(
                work, assembly.history, revision, assembly.clock.now(), program=program, language=language
            )
        except UnknownRevision as error:
            if not error.malformed:
                raise
            raise click.UsageError(f"{revision!r} names no day or time; {write}") from None
        with opened_output(output) as out:
            if form == "zip":
                write_zip(out, record)
            else:
                html = certificate(record)
                out.write(html.encode() if form == "html" else pdf_of(html))
    note(
        f"{written_to(output)}head of the chain: {record.head}\n"
        "That is the newest hash. Give it to the recipient by another way than the file, e.g. by telephone: it shows"
        " that nobody replaced the whole file on its way."
    )
