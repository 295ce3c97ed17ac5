"""The keys of a watch as options of commands."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import click

FIELDS = {
    "name": "What mails call it.",
    "url": "Its address; another one begins a new baseline and mails nobody.",
    "sfs": "A law by its number: 2021:995.",
    "follow": "A listing, sitemap or feed that is followed, instead of an address.",
    "from": "What is followed: listing, sitemap or feed; found out when left out.",
    "most": "How many items a section may have.",
    "pages": "true: the items of a section are watched as well.",
    "every": "How often it is checked: 30m, 6h, 1d.",
    "cron": "When it is checked, instead of how often: 0 7 * * mon-fri.",
    "between": "Hours in which it is checked: 06:00-22:00.",
    "keep": "CSS of the part that counts.",
    "expect": "A text that must be on the page.",
    "expect_not": "A pattern (RE2); while it matches, the page counts as not seen.",
    "never_seen": "true: of a change, only text that no revision ever had is told.",
    "documents": "true: files that it links to are read and told as part of it.",
    "alert": "Which changes are mailed: material, content (not its update date alone) or any.",
    "language": "Language of its summaries and mails: sv or en.",
    "timezone": "Time zone of its times and hours: Europe/Stockholm.",
    "timeout": "The longest that a whole fetch may take: 30s.",
    "max_size": "The largest page that is fetched, decoded: 10MB.",
    "patience": "How long it may stay unseen until readers are told: 2d.",
    "ca_file": "Certificate authorities, trusted instead of the public ones.",
    "method": "GET or POST.",
    "body": "What a POST sends, as it is.",
    "proxy": "Its proxy, e.g. socks5h://127.0.0.1:1080; none goes without that of the defaults.",
}
LISTS = {
    "drop": "CSS of what does not count.",
    "ignore": "A pattern (RE2) whose text does not count.",
    "match": "A pattern (RE2) of the addresses that are items of a section.",
    "tags": "A tag that the file has under tags:.",
}
NAMES = {"tags": "--tag"}
"""Options that are not called as their keys."""

ONLY_IF = "A pattern (RE2) of words that a change must touch to be told. May be repeated: any of them."


def _any_of(_: click.Context, __: click.Parameter, patterns: tuple[str, ...]) -> dict[str, list[str]] | str | None:
    """Return the value of `only_if`; "" where only empty patterns are given, None where none is."""
    wanted = [pattern for pattern in patterns if pattern]
    return {"any": wanted} if wanted else "" if patterns else None


PAIRS = {
    "headers": ("--header", ":", "A header, as in 'Accept-Language: sv'."),
    "cookies": ("--cookie", "=", "A cookie, as in 'choice=yes'."),
}
"""The keys that hold names with values: the option, what is between a name and its value, what it is."""
AUTH = "User and password for Basic authentication, by name: '${USER}:${PASSWORD}'."
JSON = "What a POST sends, as JSON."


def watch_options(command: click.Command, *, but: Collection[str] = ()) -> None:
    """Add an option to a command for each key of a watch, without some."""
    for name, what in FIELDS.items():
        if name not in but:
            command.params.append(click.Option([f"--{name.replace('_', '-')}", name], help=what))
    for name, what in LISTS.items():
        command.params.append(
            click.Option([NAMES.get(name, f"--{name}"), name], multiple=True, help=f"{what} May be repeated.")
        )
    command.params.append(click.Option(["--only-if", "only_if"], multiple=True, callback=_any_of, help=ONLY_IF))
    for name, (option, _, what) in PAIRS.items():
        command.params.append(click.Option([option, name], multiple=True, help=f"{what} May be repeated."))
    command.params.append(click.Option(["--auth", "auth"], help=AUTH))
    command.params.append(click.Option(["--send-json", "json"], metavar="JSON", help=JSON))


def with_request(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with those of the request as the schedule file has them; what is "" stays so.

    Raises UsageError, which quotes nothing that may be a secret.
    """
    values = dict(given)
    for name, (option, between, _) in PAIRS.items():
        values[name] = _pairs(given.get(name) or (), option, between)
    if auth := given.get("auth"):
        user, colon, password = auth.partition(":")
        if not colon:
            raise click.UsageError("--auth: write '${USER}:${PASSWORD}', with the names of credentials")
        values["auth"] = {"user": user, "password": password}
    if text := given.get("json"):
        try:
            values["json"] = json.loads(text)
        except ValueError:
            raise click.UsageError('--send-json: not JSON; write e.g. \'{"query": "våld"}\'') from None
    return values


def _pairs(given: Iterable[str], option: str, between: str) -> dict[str, str] | tuple[str, ...]:
    """Return names with their values; ("",) where the key is to be taken out, () where it was not given."""
    pairs = {}
    for each in given:
        if not each:
            return ("",)
        name, found, value = each.partition(between)
        if not found or not name.strip():
            raise click.UsageError(f"{option}: a name, {between} and a value are expected")
        pairs[name.strip()] = value.strip()
    return pairs or ()
