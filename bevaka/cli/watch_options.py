"""The keys of a watch as options of commands."""

from __future__ import annotations

from collections.abc import Collection

import click

FIELDS = {
    "name": "What mails call it.",
    "url": "Its address; another one begins a new baseline and mails nobody.",
    "sfs": "A law by its number.",
    "follow": "A listing, sitemap or feed that is followed, instead of an address.",
    "from": "What is followed: listing, sitemap or feed; found out when left out.",
    "most": "How many items a section may have.",
    "pages": "true: the items of a section are watched as well.",
    "every": "How often it is looked at: 30m, 6h, 1d.",
    "cron": "When it is looked at, instead of how often.",
    "between": "Look only then: 06:00-22:00.",
    "keep": "CSS of the part that counts.",
    "expect": "A text that must be on the page.",
    "expect_not": "A pattern (RE2); while it matches, the page counts as not seen.",
    "alert": "material, content or any.",
    "language": "sv or en.",
    "timezone": "Of times and windows: Europe/Stockholm.",
    "timeout": "Of a whole fetch: 30s.",
    "max_size": "Of a page, decoded: 10MB.",
    "patience": "How long it may stay unseen: 2d.",
    "ca_file": "Certificate authorities, trusted instead of the public ones.",
}
LISTS = {
    "drop": "CSS of what does not count.",
    "ignore": "A pattern (RE2) whose text does not count.",
    "match": "A pattern (RE2) of the addresses that are items of a section.",
}


def watch_options(command: click.Command, *, but: Collection[str] = ()) -> None:
    """Add an option to a command for each key of a watch, without some."""
    for name, what in FIELDS.items():
        if name not in but:
            command.params.append(click.Option([f"--{name.replace('_', '-')}", name], help=what))
    for name, what in LISTS.items():
        command.params.append(click.Option([f"--{name}", name], multiple=True, help=f"{what} May be repeated."))
