"""The `init` command: a schedule file to begin with."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bevaka.cli.console import note

SAMPLE = files("bevaka") / "sample_schedule.yaml"
"""The schedule file of the repository; a test holds the two together."""
WATCHES = "watches:\n"


@click.command()
@click.option("--sfs", metavar="NUMBER", help="Watch this law alone, e.g. 2021:995, instead of the two samples.")
@click.option("--url", help="Watch this page alone, instead of the two samples.")
@click.option("--name", help="What mails call the page or the law.")
def init(sfs: str | None, url: str | None, name: str | None) -> None:
    """Write a schedule file to begin with, each key explained. A file that is there is never overwritten.

    It is written where BEVAKA_SCHEDULE says, else to schedule.yaml in this folder. It watches the county page and the
    ordinance that Bevaka began with, or the one page or law that is named.

    \b
    Example:
      bevaka init
      bevaka init --sfs 2021:995
      bevaka init --url https://www.example.org/page --name "The county: violence"
    """
    from bevaka.settings import read_settings
    from monitor.errors import ScheduleError
    from monitor.schedule_file import read_schedule
    from monitor.schedule_file.edit import WatchRefused, add_watch, made_key

    path = read_settings(os.environ).schedule
    if path.exists():
        raise click.UsageError(f"{path} is there already, and is left as it is; add to it with: bevaka watch add")
    text = SAMPLE.read_text(encoding="utf-8")
    entry = {"name": name, "sfs": sfs, "url": url}
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / path.name
        try:
            if sfs or url:
                draft.write_text(text[: text.index(WATCHES)] + "watches: {}\n", encoding="utf-8")
                add_watch(
                    draft, made_key(url, sfs, name), {field: value for field, value in entry.items() if value}
                ).save()
            elif name:
                raise click.UsageError("--name is the name of a page or a law: add --url or --sfs")
            else:
                draft.write_text(text, encoding="utf-8")
            schedule = read_schedule(draft)
        except (ScheduleError, WatchRefused) as error:
            raise click.UsageError("\n".join(mistake.what for mistake in error.mistakes)) from None
        draft.chmod(0o644)
        try:
            os.link(draft, path)  # fails, as a rename would not, if another program has just written the file
        except FileExistsError:
            raise click.UsageError(f"{path} is there already, and is left as it is") from None
    keys = [watch.key for watch in schedule.watches]
    note(f"{path}: written; it watches {' and '.join(keys)}. Next: bevaka watch test {keys[0]}, then bevaka check")
