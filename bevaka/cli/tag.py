"""The `tag` group: listing and showing tags."""

from __future__ import annotations

from collections import Counter

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import emit, note, plural, say, styled, table
from bevaka.cli.watch_argument import find_tag, tag_names


@click.group(cls=Group)
def tag() -> None:
    """List and show tags: names that watches share, with settings, a feed and subscriptions.

    A tag is defined in the schedule file, under tags:; bevaka subscribe tag:NAME lets somebody follow one.

    \b
    Example:
      bevaka tag list
      bevaka tag show vald
    """


@tag.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool) -> None:
    """Every tag, and how many watches have it.

    \b
    Example:
      bevaka tag list
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        schedule = assembly.schedule
        counts = Counter(each for watch in assembly.every_watch() for each in watch.tags)
    rows = [(each, counts[each.key]) for each in schedule.tags]
    if as_json:
        for each, count in rows:
            emit({"tag": each.key, "name": each.name, "watches": count})
        return
    table([[each.key, str(count), each.name] for each, count in rows], ["tag", "watches", "name"] if rows else None)
    if not rows:
        note("no tags: the schedule file names none under tags:")


@tag.command()
@click.argument("name", metavar="TAG", shell_complete=tag_names)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(name: str, as_json: bool) -> None:
    """One tag: which watches have it, how, and who follows it.

    \b
    Example:
      bevaka tag show vald
    """
    from bevaka.assembly import Assembly
    from bevaka.cli.following import operator_subscriptions
    from bevaka.terminal import printable
    from monitor.core.people.followed_keys import tag_key

    with Assembly() as assembly:
        chosen = find_tag(assembly.schedule, name)
        watches = [watch for watch in assembly.every_watch() if chosen.key in watch.tags]
        subscriptions = operator_subscriptions(assembly)
        following = subscriptions.followers(subscriptions.all_subscribers())
    followers = sum(each.key == tag_key(name) for follower in following for each in follower.following)
    if as_json:
        facts = {"tag": chosen.key, "name": chosen.name, "match": list(chosen.match)}
        emit({**facts, "watches": [each.key for each in watches], "followers": followers})
        return
    say(styled(chosen.key, bold=True) + f"  {printable(chosen.name)}")
    lines = [
        *[["match", pattern] for pattern in chosen.match],
        ["followers", plural(followers, "subscription", "subscriptions")],
        *[["watch", f"{each.key}  {each.name}"] for each in watches],
    ]
    table(lines)
    if not watches:
        note(f"no watch has it: write tags: [{chosen.key}] under one, or match: under the tag")
