"""The `outbox` group: deliveries and their attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

import click

from bevaka.cli.click_group import Group
from bevaka.cli.console import date_and_time, emit, note, plural, say, styled, table
from bevaka.exit_codes import USAGE

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Attempt, Delivery, DeliveryItem, DeliveryState, MassChange

STATES = ("pending", "sending", "sent", "dead", "cancelled", "held")
STATE_COLOURS = {"sent": "green", "dead": "red", "pending": "yellow", "sending": "yellow", "held": "yellow"}
WAITING = ("pending", "sending")


@click.group(cls=Group)
def outbox() -> None:
    """What is owed, and what became of it.

    \b
    Example:
      bevaka outbox list --state dead
      bevaka outbox retry 17
    """


@outbox.command("list")
@click.option("--state", "states", type=click.Choice(STATES), multiple=True, help="Only these; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_(states: tuple[str, ...], as_json: bool) -> None:
    """Every delivery, the newest first.

    \b
    Example:
      bevaka outbox list --state pending --state dead
    """
    from bevaka.assembly import Assembly

    with Assembly(reads_history=True) as assembly, assembly.unit_of_work.read() as work:
        deliveries = work.outbox.deliveries(states=cast("tuple[DeliveryState, ...]", states))
        timezone = assembly.timezone
    if as_json:
        for delivery in deliveries:
            emit(_as_json(delivery))
        return
    lines = [
        [
            str(delivery.id),
            delivery.state,
            delivery.kind,
            delivery.subscriber.address,
            _watches(delivery),
            str(delivery.attempts),
            date_and_time(delivery.next_attempt_at, timezone) if delivery.state in WAITING else "–",
            "waits for a decision: bevaka outbox release, or discard"
            if delivery.state == "held"
            else delivery.last_reply or "",
        ]
        for delivery in deliveries
    ]
    table(lines, ["id", "state", "kind", "address", "about", "tries", "next try", "last reply"] if lines else None)
    if not lines:
        note("nothing is owed, and nothing was" if not states else "none")


@outbox.command()
@click.argument("delivery_id", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def show(delivery_id: int, as_json: bool) -> None:
    """One delivery: what it is about, and every try.

    \b
    Example:
      bevaka outbox show 17
    """
    from bevaka.assembly import Assembly

    with Assembly(reads_history=True) as assembly, assembly.unit_of_work.read() as work:
        delivery = work.outbox.get(delivery_id)
        attempts = work.outbox.attempts(delivery_id)
        timezone = assembly.timezone
    if delivery is None:
        raise click.UsageError(f"no delivery {delivery_id}; see bevaka outbox list")
    if as_json:
        emit(
            {
                **_as_json(delivery),
                "created_at": delivery.created_at,
                "items": [_item_as_json(item) for item in delivery.items],
                "tries": [_attempt_as_json(attempt) for attempt in attempts],
            }
        )
        return
    say(f"{styled(f'delivery {delivery.id}', bold=True)}  {styled(delivery.state, STATE_COLOURS.get(delivery.state))}")
    table(
        [
            ["to", delivery.subscriber.address],
            ["kind", delivery.kind],
            ["owed since", date_and_time(delivery.created_at, timezone)],
            ["next try", date_and_time(delivery.next_attempt_at, timezone) if delivery.state in WAITING else "–"],
            ["Message-ID", delivery.message_id],
            *(["about", _item_in_words(item, timezone)] for item in delivery.items),
            *(["try", _attempt_in_words(attempt, timezone)] for attempt in attempts),
        ]
    )


@outbox.command()
@click.argument("delivery_ids", metavar="[ID]…", type=int, nargs=-1)
def retry(delivery_ids: tuple[int, ...]) -> int:
    """Owe deliveries that are dead, or were tried in vain, again now. `bevaka deliver`, or the daemon, then sends them.

    Without an ID, all that wait after a try in vain; those that are dead are named one by one.

    \b
    Example:
      bevaka outbox retry
      bevaka outbox retry 17 18
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly, assembly.unit_of_work.write() as work:
        now = assembly.clock.now()
        if not delivery_ids:
            delivery_ids = tuple(each.id for each in work.outbox.deliveries(states=("pending",)) if each.attempts)
        left = {
            delivery_id: None
            if work.outbox.retry(delivery_id, now)
            else _why_left(work.outbox.get(delivery_id), assembly.timezone)
            for delivery_id in delivery_ids
        }
    for delivery_id, why in left.items():
        note(f"{delivery_id}: {why or 'owed again, now'}")
    if not left:
        note("nothing waits after a try in vain; bevaka outbox list --state dead says what was given up")
    return USAGE if any(left.values()) else 0


def _why_left(delivery: Delivery | None, timezone: str) -> str:
    """Return why a delivery is not owed again."""
    if delivery is None:
        return "no such delivery; see bevaka outbox list"
    if delivery.state == "pending" and not delivery.attempts:
        return f"left as it is: not tried yet, due {date_and_time(delivery.next_attempt_at, timezone)}"
    if delivery.state == "sending":
        return "left as it is: being sent; if its sender was killed, it is owed again half an hour after it began"
    subscriber = delivery.subscriber
    is_cancelled_with_others = delivery.state == "cancelled" and subscriber.state == "suspended"
    if delivery.state not in ("dead", "pending") and not is_cancelled_with_others:
        return f"left as it is: {delivery.state}"
    if subscriber.state == "suspended":
        return (
            f"left as it is: {subscriber.address} is suspended, mail came back; "
            f"first, if the address works again: bevaka subscribers confirm {subscriber.address}"
        )
    return f"left as it is: its reader is {subscriber.state}"


@outbox.command()
def release() -> int:
    """Send what is held for a mass change after all: the pages did change.

    Mails are held when more than half of the pages, and at least five, changed in one round, and when a section has at
    least 20 new items at once, half of its items or more.

    \b
    Example:
      bevaka outbox list --state held
      bevaka outbox release
    """
    return _decide("release", "released: sent with the next round")


@outbox.command()
def discard() -> int:
    """Tell nobody of a mass change that is held: it was none. The history keeps what was seen.

    \b
    Example:
      bevaka outbox discard
    """
    return _decide("discard", "discarded")


def _decide(decision: Literal["release", "discard"], done: str) -> int:
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        held = assembly.mass_changes.held() is not None
        count = assembly.mass_changes.release() if decision == "release" else assembly.mass_changes.discard()
    note(f"{plural(count, 'mail', 'mails')} {done}" if held else "nothing is held")
    return 0 if held else USAGE


def say_trouble(assembly: Assembly) -> None:
    """Print what about subscribers and mails needs the operator."""
    say_held(assembly)
    with assembly.unit_of_work.read() as work:
        suspended = sum(subscriber.state == "suspended" for subscriber in work.subscribers.all())
    if suspended:
        note(f"{plural(suspended, 'person is', 'people are')} suspended, mail came back: bevaka subscribers list")


def say_held(assembly: Assembly) -> None:
    """Print that mails are held for a mass change, and what to do; nothing if none are held."""
    mass_change = assembly.mass_changes.held()
    if mass_change is not None:
        look = "Look (bevaka outbox list --state held), then: bevaka outbox release, or discard"
        note(f"{held_words(mass_change)}. {look}")


def held_words(mass_change: MassChange) -> str:
    """Return how many mails are held, and for how many pages."""
    held = plural(mass_change.deliveries, "mail is", "mails are")
    of_all = f"{mass_change.changed} of {mass_change.watched}"
    if mass_change.of_items:
        return f"{held} held: {of_all} items of a section are new at once"
    return f"{held} held: {of_all} pages changed in one round"


def _as_json(delivery: Delivery) -> dict[str, object]:
    keys = sorted({item.watch_key for item in delivery.items})
    return {
        "id": delivery.id,
        "state": delivery.state,
        "kind": delivery.kind,
        "address": delivery.subscriber.address,
        "watch": keys[0] if len(keys) == 1 else None,
        "message_id": delivery.message_id,
        "attempts": delivery.attempts,
        "next_attempt_at": delivery.next_attempt_at if delivery.state in WAITING else None,
        "last_reply": delivery.last_reply,
    }


def _watches(delivery: Delivery) -> str:
    return ", ".join(sorted({item.watch_key for item in delivery.items})) or "–"


def _item_as_json(item: DeliveryItem) -> dict[str, object]:
    change = item.event.change
    return {
        "watch": item.watch_key,
        "event": item.event.kind.value,
        "at": item.event.at,
        "revision": change.after_number if change else None,
    }


def _item_in_words(item: DeliveryItem, timezone: str) -> str:
    change = item.event.change
    revision = f"#{change.after_number}" if change else ""
    at = date_and_time(item.event.at, timezone)
    return f"{item.watch_key}{revision} {item.event.kind.value.replace('_', ' ')}, {at}"


def _attempt_as_json(attempt: Attempt) -> dict[str, object]:
    return {"at": attempt.at, "outcome": attempt.outcome, "code": attempt.code, "reply": attempt.reply}


def _attempt_in_words(attempt: Attempt, timezone: str) -> str:
    code = f" {attempt.code}" if attempt.code else ""
    return f"{date_and_time(attempt.at, timezone)}  {attempt.outcome}{code}  {attempt.reply}"
