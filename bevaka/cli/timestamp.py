"""The `timestamp` command: an authority's time stamp on the heads of all chains."""

from __future__ import annotations

from pathlib import Path

import click

from bevaka.cli.console import date_and_time, emit, note


@click.command()
@click.option("--authority", metavar="URL", help="Who stamps (RFC 3161); else BEVAKA_TIMESTAMP_URL.")
@click.option(
    "--ca",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Certificates (PEM) that the stamp must lead to; else BEVAKA_TIMESTAMP_CA.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def timestamp(authority: str | None, ca: Path | None, as_json: bool) -> None:
    """Have the heads of all chains stamped by an authority: proof that nothing before that time was written later.

    One request covers every watch; the authority sees a hash alone. Where BEVAKA_TIMESTAMP_URL is set the daemon does
    this once a day. `verify` checks the stamps, `export` hands them out.

    \b
    Example:
      bevaka timestamp --authority https://freetsa.org/tsr --ca freetsa.pem
    """
    from bevaka.assembly import Assembly
    from bevaka.proof.timestamps import Authority, read_roots, stamp

    with Assembly() as assembly:
        url = authority or assembly.settings.timestamp_url
        if url is None:
            raise click.UsageError("no authority: name one with --authority, or set BEVAKA_TIMESTAMP_URL")
        certificates = ca or assembly.settings.timestamp_ca
        authority_asked = Authority(url, read_roots(certificates) if certificates else ())
        made = stamp(assembly.unit_of_work, authority_asked, assembly.services, assembly.clock.now())
        timezone = assembly.timezone
    if as_json:
        emit({"stamped": made is not None, "at": made.at if made else None})
    elif made is None:
        note("nothing was written since the last time stamp")
    else:
        note(f"stamped at {date_and_time(made.at, timezone)} by {made.authority}")
        if certificates is None:
            note("its signature was not checked: name the authority's certificates with --ca")
