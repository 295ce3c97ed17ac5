"""The `subscribe` and `unsubscribe` commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.address_argument import address_mistake
from bevaka.cli.console import note, plural
from bevaka.cli.following import (
    EVERY_WATCH_LABEL,
    add_subscriber,
    in_words,
    operator_subscriptions,
    parts_suffix,
    words_suffix,
)
from bevaka.cli.watch_argument import followed_keys, require_followed
from monitor.wording.json_forms import WEEKDAYS

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Frequency


@click.command()
@click.argument("names", nargs=-1, metavar="[WATCH|tag:NAME] ADDRESS", shell_complete=followed_keys)
@click.option("--all", "everything", is_flag=True, help="Follow every watch, also those to come, instead of one.")
@click.option("--daily", is_flag=True, help="One digest a day instead of a mail at once.")
@click.option("--weekly", is_flag=True, help="One digest a week, on Mondays unless another day is preferred.")
@click.option("--material-only", is_flag=True, help="Even where the watch tells of any change.")
@click.option("--only", "parts", multiple=True, metavar="PART", help="This part of it alone; may be repeated.")
@click.option("--only-if", "words", multiple=True, metavar="RE2", help="Changes that touch this; may be repeated.")
def subscribe(
    names: tuple[str, ...],
    everything: bool,
    daily: bool,
    weekly: bool,
    material_only: bool,
    parts: tuple[str, ...],
    words: tuple[str, ...],
) -> None:
    """Let somebody follow a watch or a tag; said again, it changes how often, and of what, they are told.

    An address that is not known yet is added, confirmed by you: make sure that they agreed.
    PART is a section ("2 §", "2 kap. 3 §"), a chapter ("2 kap.") or a heading. They are told of what changes in it or
    takes effect there, of its new number, of the end of the whole law, and when the page cannot be seen. When the text
    has none of their parts any more they are told so, and of everything.
    With --only-if they are told of a change only where words that the pattern matches were added or removed.
    tag:NAME is every watch that has the tag, also those that get it later, from then on. Who follows a page and its tag
    gets one mail, as often as the more eager of the two says.

    \b
    Example:
      bevaka subscribe lansstyrelsen-kalmar reader@kommun.example
      bevaka subscribe --all reader@kommun.example --weekly
      bevaka subscribe tag:vald reader@kommun.example --daily
      bevaka subscribe sfs-2021-995 reader@kommun.example --only "2 §"
      bevaka subscribe --all reader@kommun.example --only-if "skyddat boende"
    """
    from bevaka.assembly import Assembly
    from monitor.core.people.followed_keys import tag_of
    from monitor.core.people.sign_up import Wish

    key, address = _watch_and_address(names, everything=everything)
    if daily and weekly:
        raise click.UsageError("--daily and --weekly are both there; keep one")
    frequency: Frequency = "daily" if daily else "weekly" if weekly else "immediately"
    for pattern in words:
        _require_words(pattern)
    if parts and (key is None or tag_of(key) is not None):
        raise click.UsageError("--only names parts of one watch: name the watch instead of --all or a tag")
    with Assembly() as assembly:
        if key is not None:
            assembly.sync_schedule()
            require_followed(assembly, key)  # one that was removed from the file is unknown too
        known = operator_subscriptions(assembly).find(address)
        earlier = next((each.wish.only for each in known.following if each.key == key), ()) if known else ()
        wish = Wish(frequency, _stored_parts(assembly, key, parts) if key else (), material_only, words)
        subscriber = operator_subscriptions(assembly).follow(address, key, wish)
        if subscriber is None:
            subscriber = add_subscriber(assembly, address, None)
            operator_subscriptions(assembly).follow(address, key, wish)
            note(f"{address} was not known: added, confirmed by you")
    weekday = WEEKDAYS[subscriber.preferences.digest_weekday].capitalize()
    told = {"immediately": "told at once", "daily": "told once a day", "weekly": f"told on {weekday}s"}
    what = f"{key or EVERY_WATCH_LABEL}{parts_suffix(wish.only)}{words_suffix(wish.only_if)}"
    note(f"{address} follows {what}: {told[wish.frequency]}")
    if earlier and not wish.only:
        note(f"and all of it from now on, no longer only {', '.join(earlier)}; --only keeps parts")
    if subscriber.state != "confirmed":
        note(f"no mail is sent: the address is {subscriber.state}. To confirm it: bevaka subscribers add {address}")


def _require_words(pattern: str) -> None:
    """Raise click.UsageError if this is no pattern of words that can be looked for."""
    from monitor.schedule_file.values import require_words

    try:
        require_words(pattern)
    except ValueError as error:
        raise click.UsageError(f"--only-if: {error}") from None


@click.command()
@click.argument("names", nargs=-1, metavar="[WATCH|tag:NAME] ADDRESS", shell_complete=followed_keys)
@click.option("--all", "everything", is_flag=True, help="End the subscription to every watch instead of one.")
def unsubscribe(names: tuple[str, ...], everything: bool) -> None:
    """Let somebody leave a watch or a tag; what was owed to them through it alone is cancelled.

    \b
    Example:
      bevaka unsubscribe lansstyrelsen-kalmar reader@kommun.example
      bevaka unsubscribe tag:vald reader@kommun.example
    """
    from bevaka.assembly import Assembly

    key, address = _watch_and_address(names, everything=everything)
    with Assembly() as assembly:
        was_following = operator_subscriptions(assembly).end(address, key)
        follower = operator_subscriptions(assembly).find(address)
    if follower is None:
        raise click.UsageError(f"nobody has the address {address}")
    following = follower.following
    if not was_following:
        raise click.UsageError(
            f"{address} does not follow {key or EVERY_WATCH_LABEL}; they follow {in_words(following)}"
        )
    note(
        f"{address} has left {key or EVERY_WATCH_LABEL}; {plural(len(following), 'subscription', 'subscriptions')} left"
    )


def _watch_and_address(names: tuple[str, ...], *, everything: bool) -> tuple[str | None, str]:
    """Return the watch or tag, None for all, and the address. Raises click.UsageError."""
    wanted = 1 if everything else 2
    if len(names) != wanted:
        raise click.UsageError(
            "name an address (with --all)" if everything else "name a watch (or tag:NAME) and an address"
        )
    address = names[-1]
    wrong = address_mistake(address)
    if wrong:
        raise click.BadParameter(f"{address!r}: {wrong}", param_hint="ADDRESS")
    return None if everything else names[0], address.lower()


def _stored_parts(assembly: Assembly, key: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """Return the parts as they are stored. Raises click.UsageError for one that the newest revision does not have."""
    from bevaka.cli.part_argument import known_parts
    from monitor.core.people.part_filter import part_name
    from monitor.errors import UnknownRevision

    if not parts:
        return ()
    try:
        newest = assembly.history.copy(key)
    except UnknownRevision:
        note(f"{key} was not seen yet: whether it has {', '.join(parts)} is not known")
        return tuple(dict.fromkeys(part_name(part) for part in parts))
    return known_parts(parts, assembly.history.extract(newest).extraction.blocks)
