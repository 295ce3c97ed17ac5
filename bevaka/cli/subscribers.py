"""`subscribers`, `subscribe` and `unsubscribe`: who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import day, emit, note, plural, table
from bevaka.cli.subscribers_prefer import prefer
from monitor.core.model import LANGUAGES
from monitor.wording.json_forms import WEEKDAYS, preferences_as_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bevaka.assembly import Assembly
    from monitor.core.model import Frequency, Language, Subscriber
    from monitor.core.people.link_views import FollowedWatch
    from monitor.people.by_operator import Follower, OperatorSubscriptions

EVERY_WATCH_LABEL = "every watch"


class AddressParam(click.ParamType[str]):
    """A bare e-mail address, lower-cased."""

    name = "address"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The address, or a word on what is wrong with it."""
        wrong = address_mistake(value)
        if wrong:
            self.fail(f"{value!r}: {wrong}", param, ctx)
        return value.lower()


def address_mistake(address: str) -> str | None:
    """What is wrong with an e-mail address; None when nothing is."""
    from monitor.core.people import sign_up

    mistake = sign_up.mistake_in_address(address)
    return (
        mistake
        and {
            "form": "an address is name@domain",
            "characters": "an address is name@domain, without spaces, quotes, brackets or a person's name",
            "local": "the part before the @ must be of ASCII letters: most mail servers take no other",
            "domain-ascii": f"write the domain in its ASCII form: {_ascii_domain(address.rpartition('@')[2])}",
            "length": (
                f"too long: {sign_up.LOCAL_LONGEST} characters before the @, {sign_up.ADDRESS_LONGEST} in all, "
                "are the most"
            ),
            "dots": "a dot stands between two other characters",
            "domain": "the domain is not one: its parts stand between dots and do not begin or end with a hyphen",
        }[mistake]
    )


def _ascii_domain(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "xn--…"


# subscribers


@click.group(cls=Group)
def subscribers() -> None:
    """Add, list and remove people.

    \b
    Example:
      bevaka subscribers add reader@kommun.example
      bevaka subscribers list
    """


@subscribers.command()
@click.argument("address", type=AddressParam())
@click.option("--language", type=click.Choice(LANGUAGES), help="Of her mails; else the schedule's.")
def add(address: str, language: str | None) -> None:
    """Add a person, confirmed by you.

    Make sure that she agreed. One who was suspended is confirmed again.

    \b
    Example:
      bevaka subscribers add reader@kommun.example --language sv
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        subscriber = _add(assembly, address, language)
    note(f"{subscriber.address} is confirmed; next: bevaka subscribe WATCH {subscriber.address}")


@subscribers.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(as_json: bool) -> None:
    """Everybody, how they stand and what they follow.

    \b
    Example:
      bevaka subscribers list
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        operator_subscriptions = _enrolment(assembly)
        people = operator_subscriptions.followers(operator_subscriptions.everybody())
    if as_json:
        for follower in people:
            emit(_as_json(follower))
        return
    lines = [
        [
            subscriber.address,
            _state(subscriber),
            subscriber.language,
            day(subscriber.consent_at),
            _follows(follower.following),
        ]
        for follower in people
        for subscriber in [follower.subscriber]
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
                "material_only": each.wish.material_only,
            }
            for each in follower.following
        ],
    }


def _state(subscriber: Subscriber) -> str:
    """With the reason, but for its time: a suspended address is the operator's to look into."""
    why = (subscriber.state_reason or "").partition(" ")[2]
    return f"{subscriber.state} ({why})" if why else subscriber.state


def _follows(following: Iterable[FollowedWatch]) -> str:
    words = [
        (each.key or EVERY_WATCH_LABEL)
        + _narrowed(wish.only)
        + ("" if wish.frequency == "immediately" else f" ({wish.frequency})")
        for each in following
        for wish in [each.wish]
    ]
    return ", ".join(words) or "nothing"


@subscribers.command()
@click.argument("address")
def remove(address: str) -> None:
    """Remove a person.

    She gets nothing more, and what was owed to her is cancelled.

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

    Make sure that she agreed, and that mail reaches her. What was owed while she was suspended is not sent afterwards.

    \b
    Example:
      bevaka subscribers confirm reader@kommun.example
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        known = _enrolment(assembly).confirm(address)
    if known is None:
        raise click.UsageError(f"nobody has the address {address}; to add it: bevaka subscribers add {address}")
    note(f"{address} is confirmed" + (" already" if known.state == "confirmed" else ""))


@subscribers.command()
@click.argument("address")
def forget(address: str) -> None:
    """Erase a person: her address goes everywhere in the database, at once and for ever.

    Her subscriptions end, what is owed to her is cancelled, her links are void. That mails were sent, and when, stays;
    the history of the pages is untouched. Backups and mail folders are files of your own.

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
    note(f"{address.lower()} is erased")
    if assembly.settings.smtp_url is None and assembly.settings.maildir.is_dir():
        note(f"mails that were written to {assembly.settings.maildir} still name her: remove them there")


subscribers.add_command(prefer)


# subscribe, unsubscribe


@click.command()
@click.argument("names", nargs=-1, metavar="[WATCH] ADDRESS")
@click.option("--all", "everything", is_flag=True, help="Follow every watch, also those to come, instead of one.")
@click.option("--daily", "frequency", flag_value="daily", help="One digest a day instead of a mail at once.")
@click.option(
    "--weekly", "frequency", flag_value="weekly", help="One digest a week, on Mondays unless she prefers another day."
)
@click.option("--material-only", is_flag=True, help="Even where the watch tells of any change.")
@click.option("--only", "parts", multiple=True, metavar="PART", help="This part of it alone; may be repeated.")
def subscribe(
    names: tuple[str, ...], everything: bool, frequency: str | None, material_only: bool, parts: tuple[str, ...]
) -> None:
    """Let somebody follow a watch; said again, it changes how often, and of what, she is told.

    An address that is not known yet is added, confirmed by you: make sure that she agreed.
    PART is a section ("2 §", "2 kap. 3 §"), a chapter ("2 kap.") or a heading. She is told of what changes in it or
    takes effect there, of its new number, of the end of the whole law, and when the page cannot be seen. When the text
    has none of her parts any more she is told so, and of everything.

    \b
    Example:
      bevaka subscribe lansstyrelsen-kalmar reader@kommun.example
      bevaka subscribe --all reader@kommun.example --weekly
      bevaka subscribe sfs-2021-995 reader@kommun.example --only "2 §"
    """
    from bevaka.assembly import Assembly
    from monitor.core.people.sign_up import Wish

    key, address = _named(names, everything=everything)
    often = cast("Frequency", frequency or "immediately")
    if parts and key is None:
        raise click.UsageError("--only names parts of one watch: name the watch, without --all")
    with Assembly() as assembly:
        _check_watch(assembly, key)
        wish = Wish(often, _parts(assembly, key, parts) if key else (), material_only)
        subscriber = _enrolment(assembly).follow(address, key, wish)
        if subscriber is None:
            subscriber = _add(assembly, address, None)
            _enrolment(assembly).follow(address, key, wish)
            note(f"{address} was not known: added, confirmed by you")
    weekday = WEEKDAYS[subscriber.preferences.digest_weekday].capitalize()
    told = {"immediately": "told at once", "daily": "told once a day", "weekly": f"told on {weekday}s"}[often]
    note(f"{address} follows {key or EVERY_WATCH_LABEL}{_narrowed(wish.only)}: {told}")
    if subscriber.state != "confirmed":
        note(f"she gets no mail: her address is {subscriber.state}. To confirm it: bevaka subscribers add {address}")


@click.command()
@click.argument("names", nargs=-1, metavar="[WATCH] ADDRESS")
@click.option("--all", "everything", is_flag=True, help="End the subscription to every watch instead of one.")
def unsubscribe(names: tuple[str, ...], everything: bool) -> None:
    """Let somebody leave a watch; what was owed to her through it is cancelled.

    \b
    Example:
      bevaka unsubscribe lansstyrelsen-kalmar reader@kommun.example
    """
    from bevaka.assembly import Assembly

    key, address = _named(names, everything=everything)
    with Assembly() as assembly:
        left = _enrolment(assembly).end(address, key)
        follower = _enrolment(assembly).find(address)
    if follower is None:
        raise click.UsageError(f"nobody has the address {address}")
    following = follower.following
    if not left:
        raise click.UsageError(
            f"{address} does not follow {key or EVERY_WATCH_LABEL}; she follows {_follows(following)}"
        )
    note(
        f"{address} has left {key or EVERY_WATCH_LABEL}; {plural(len(following), 'subscription', 'subscriptions')} left"
    )


def _named(names: tuple[str, ...], *, everything: bool) -> tuple[str | None, str]:
    """The watch, None for all, and the address."""
    wanted = 1 if everything else 2
    if len(names) != wanted:
        raise click.UsageError("name an address (with --all)" if everything else "name a watch and an address")
    address = names[-1]
    wrong = address_mistake(address)
    if wrong:
        raise click.BadParameter(f"{address!r}: {wrong}", param_hint="ADDRESS")
    return None if everything else names[0], address.lower()


def _parts(assembly: Assembly, key: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """The parts as they are kept. Raises click.UsageError for one that the newest revision does not have."""
    from bevaka.cli.part_argument import known_parts
    from monitor.core.people.part_filter import part_name
    from monitor.errors import UnknownRevision

    if not parts:
        return ()
    try:
        copy = assembly.history.copy(key)
    except UnknownRevision:
        note(f"{key} was not seen yet: whether it has {', '.join(parts)} is not known")
        return tuple(dict.fromkeys(part_name(part) for part in parts))
    return known_parts(parts, assembly.history.read(copy).extraction.blocks)


def _narrowed(only: tuple[str, ...]) -> str:
    return f" ({', '.join(only)} only)" if only else ""


def _check_watch(assembly: Assembly, key: str | None) -> None:
    """Raises UnknownWatch for one that the schedule file does not have, also for one that was taken out of it."""
    from monitor.errors import UnknownWatch

    if key is None:
        return
    schedule = assembly.synced_schedule()
    if schedule.watch(key) is None:
        raise UnknownWatch(key, tuple(watch.key for watch in schedule.watches))


def _enrolment(assembly: Assembly) -> OperatorSubscriptions:
    from monitor.people.by_operator import OperatorSubscriptions

    return OperatorSubscriptions(assembly.unit_of_work, assembly.clock)


def _add(assembly: Assembly, address: str, language: str | None) -> Subscriber:
    """Add a person, or confirm one who is there; without a language hers stays, or is the schedule's."""
    operator_subscriptions = _enrolment(assembly)
    known = operator_subscriptions.find(address)
    chosen = cast("Language", language or (known.subscriber.language if known else assembly.schedule.language))
    return operator_subscriptions.add(address, chosen)
