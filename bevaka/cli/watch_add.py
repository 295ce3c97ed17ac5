"""The `watch add` command: one more watch in the schedule file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from bevaka.cli.console import note
from bevaka.cli.watch_options import watch_options, with_request

if TYPE_CHECKING:
    from monitor.schedule_file.text_surgery import Value


@click.command()
@click.argument("url", required=False)
@click.option("--sfs", metavar="NUMBER", help="A law by its number, e.g. 2021:995; a URL beside it names a mirror.")
@click.option("--name", help="What mails call it; a law without one is known by its own title.")
@click.option("--key", help="What the command line calls it; else made of the number, the name or the address.")
def add(url: str | None, sfs: str | None, name: str | None, key: str | None, **more: Any) -> None:  # noqa: ANN401  a value for each other key
    """Add a watch to the schedule file.

    It is written below the others; comments and form of the file stay; where there is no file, one is made. A
    running daemon takes the watch up by itself.

    \b
    Example:
      bevaka watch add --sfs 2021:995
      bevaka watch add --follow https://www.example.org/news --key news
      bevaka watch add https://www.example.org/page --name "The county" --every 1h
      bevaka watch add https://www.example.org/inside --auth '${USER}:${PASSWORD}'
    """
    from bevaka.settings import read_settings
    from monitor.schedule_file.edit import WatchRefused, add_watch, made_key

    if url is None and sfs is None and not more["follow"]:
        raise click.UsageError("name an address, a law with --sfs, or a section with --follow")
    if url is not None and key is None and "/" not in url and (sfs or more["follow"]):
        raise click.UsageError(f"{url!r} is no address; the key of the new watch is an option: --key {url}")
    settings = read_settings(os.environ)
    path = settings.schedule
    wanted = key or made_key(url or more["follow"], sfs, name)
    entry: dict[str, Value | None] = {"name": name, "sfs": sfs, "url": url, **with_request(more)}
    try:
        said = {field: value for field, value in entry.items() if value and value != ("",)}
        after = add_watch(path, wanted, said, settings.credentials).save()
    except WatchRefused as error:
        raise click.UsageError(str(error)) from None
    added = after.watches[-1]
    note(f"{path}: {added.key} is added, with the address {added.url}; try it: bevaka watch test {added.key}")


watch_options(add, but=("name", "url", "sfs"))
