"""The `subscribers` group: adding, listing, confirming and removing subscribers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bevaka.cli.address_argument import AddressParam
from bevaka.cli.click_group import Group
from bevaka.cli.console import day, emit, note, table
from bevaka.cli.following import add_subscriber, in_words, operator_subscriptions
from bevaka.cli.subscribers_prefer import prefer
from monitor.core.model import LANGUAGES
from monitor.wording.json_forms import preferences_as_json

if TYPE_CHECKING:
    from monitor.core.model import Subscriber
    from monitor.people.by_operator import Follower


@click.group(cls=Group)
def subscribers() -> None:
    """Add, confirm, list and remove subscribers.

    \b
    Example:
      bevaka subscribers add reader@kommun.example
      bevaka subscribers list
    """


@subscribers.command()
@click.argument("address", type=AddressParam())
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of their mails; else the schedule's.")
def add(address: str, language: str | None) -> None:
    """Add a person, confirmed by you.

    Make sure that they agreed. One who was suspended is confirmed again.

    \b
    Example:
      bevaka subscribers add reader@kommun.example --language sv
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        subscriber = add_subscriber(assembly, address, language)
    note(f"{subscriber.address} is confirmed; next: bevaka subscribe WATCH {subscriber.address}")


@subscribers.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool) -> None:
    """List all subscribers, their state and what they follow.

    \b
    Example:
      bevaka subscribers list
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        subscriptions = operator_subscriptions(assembly)
        followers = subscriptions.followers(subscriptions.all_subscribers())
        timezone = assembly.timezone
    if as_json:
        for follower in followers:
            emit(_as_json(follower))
        return
    lines = [
        [
            follower.subscriber.address,
            _state(follower.subscriber),
            follower.subscriber.language,
            day(follower.subscriber.consent_at, timezone),
            in_words(follower.following),
        ]
        for follower in followers
    ]
    table(lines, ["address", "state", "language", "since", "follows"] if lines else None)
    if not lines:
        note("nobody yet: bevaka subscribers add ADDRESS")


def _as_json(follower: Follower) -> dict[str, object]:
    subscriber = follower.subscriber
    return {
        "address": subscriber.address,
        "state": subscriber.state,
        "state_reason": subscriber.state_reason,
        "language": subscriber.language,
        "consent_at": subscriber.consent_at,
        "consent_how": subscriber.consent_how,
        "consent_text": subscriber.consent_text,
        "preferences": preferences_as_json(subscriber.preferences),
        "follows": [
            {
                "watch": each.key,
                "frequency": each.wish.frequency,
                "only": list(each.wish.only),
                "only_if": list(each.wish.only_if),
                "material_only": each.wish.material_only,
            }
            for each in follower.following
        ],
    }


def _state(subscriber: Subscriber) -> str:
    """Return the state with its reason, without the time: a suspended address is for the operator to look into."""
    why = (subscriber.state_reason or "").partition(" ")[2]
    return f"{subscriber.state} ({why})" if why else subscriber.state


@subscribers.command()
@click.argument("address")
def remove(address: str) -> None:
    """Remove a person.

    They get nothing more, and what was owed to them is cancelled.

    \b
    Example:
      bevaka subscribers remove reader@kommun.example
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly, assembly.unit_of_work.write() as work:
        found = work.subscribers.remove(address.lower(), assembly.clock.now())
    if not found:
        raise click.UsageError(f"nobody has the address {address}")
    note(f"{address.lower()} is removed")


@subscribers.command()
@click.argument("address", type=AddressParam())
def confirm(address: str) -> None:
    """Confirm an address that waits for its owner, or that was suspended.

    Make sure that they agreed, and that mail reaches them. Mails that were refused or not sent when they were suspended
    are owed again; what happened since then is not told.

    \b
    Example:
      bevaka subscribers confirm reader@kommun.example
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        known = operator_subscriptions(assembly).confirm(address)
    if known is None:
        raise click.UsageError(f"nobody has the address {address}; to add it: bevaka subscribers add {address}")
    more = {"confirmed": " already", "suspended": "; what was owed to them when mails stopped is owed again"}
    note(f"{address} is confirmed{more.get(known.state, '')}")


@subscribers.command()
@click.argument("address")
def forget(address: str) -> None:
    """Erase a person: the address goes everywhere in the database, at once and for ever.

    Their subscriptions end, what is owed to them is cancelled, their links are void. That mails were sent, and when,
    stays; the history of the pages is untouched. The database's files are searched for what is left of the address, and
    rewritten if need be. Backups and mail folders are files of your own.

    \b
    Example:
      bevaka subscribers forget reader@kommun.example
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly, assembly.unit_of_work.write() as work:
        found = work.subscribers.with_address(address)
        if found is None:
            raise click.UsageError(f"nobody has the address {address}")
        work.subscribers.forget(found, assembly.clock.now())
    with assembly.unit_of_work.read() as work:
        is_owed = work.subscribers.overwriting_owed()
    note(f"{address.lower()} is erased")
    if is_owed:
        note(
            "its bytes are still in the database's files, which another program is reading: the daemon overwrites them"
        )
    if assembly.settings.smtp_url is None and assembly.settings.maildir.is_dir():
        note(f"mails that were written to {assembly.settings.maildir} still name the address: remove them there")


subscribers.add_command(prefer)
