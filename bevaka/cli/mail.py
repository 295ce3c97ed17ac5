"""The `mail` group: previews of mails, and a trial of the mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import click

from bevaka.cli.address_argument import AddressParam
from bevaka.cli.click_group import Group
from bevaka.cli.console import note, say
from bevaka.cli.watch_argument import watch_keys
from bevaka.exit_codes import FAILED_FOR_GOOD
from monitor.core.model import LANGUAGES

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from monitor.core.model import Language, Subscriber
    from monitor.ports.values import Message

READER_ADDRESS = "reader@example.org"


@click.group(cls=Group)
def mail() -> None:
    """Preview a mail, and try the mail server.

    \b
    Example:
      bevaka mail preview lansstyrelsen-kalmar --open
      bevaka mail test me@kommun.example
    """


@mail.command()
@click.argument("watch", shell_complete=watch_keys)
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the mail; else the schedule's.")
@click.option("--html", "as_html", is_flag=True, help="The HTML part instead of the text.")
@click.option("--open", "in_browser", is_flag=True, help="Show the HTML part in a browser.")
def preview(watch: str, language: str | None, as_html: bool, in_browser: bool) -> None:
    """The mail about the newest change of a watch, as a reader gets it. Nothing is sent.

    \b
    Example:
      bevaka mail preview lansstyrelsen-kalmar
      bevaka mail preview sfs-2021-995 --language en --open
    """
    from bevaka.assembly import Assembly

    with Assembly() as assembly:
        message = _newest_change(assembly, watch, cast("Language", language or assembly.schedule.language))
    if in_browser:
        note(f"shown: {_open_in_browser(message)}")
        return
    say(message.html if as_html else f"{message.subject}\n\n{message.text}".rstrip())


def _newest_change(assembly: Assembly, key: str, language: Language) -> Message:
    """Compose the mail about the newest change of a watch. Raises click.UsageError where there is no change."""
    from monitor.core.model import Delivery, DeliveryItem, Event, EventKind, Subscription

    now = assembly.clock.now()
    reader = _reader(language)
    with assembly.unit_of_work.read() as work:
        row = work.watches.get(key)
        changes = work.history.changes(row.id)
        if not changes:
            raise click.UsageError(f"{key} has not changed since it is watched: there is nothing to tell yet")
        event = work.history.event_of(changes[-1]) or Event(0, row.id, EventKind.CHANGED, now, changes[-1])
        item = DeliveryItem(Subscription(0, reader, row.id, "immediately", now), event, key)
        delivery = Delivery(0, reader, "mail", "pending", "", "", now, now, 0, None, (item,))
        views = assembly.history.views(work, [item])
    return assembly.compose(views, reader, delivery)


def _reader(language: Language) -> Subscriber:
    from monitor.core.model import Subscriber

    return Subscriber(0, READER_ADDRESS, "confirmed", language, None, None)


def _open_in_browser(message: Message) -> str:
    """Write the HTML part into a file of its own, open it in a browser, and return the file's path."""
    import tempfile
    import webbrowser
    from pathlib import Path

    with tempfile.NamedTemporaryFile("w", suffix=".html", prefix="bevaka-", delete=False, encoding="utf-8") as file:
        file.write(message.html)
    path = Path(file.name)
    webbrowser.open(path.as_uri())
    return str(path)


@mail.command()
@click.argument("address", type=AddressParam())
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the mail; else the schedule's.")
def test(address: str, language: str | None) -> int:
    """Send one mail to an address, to try the server, the sender and the signature. Exits with 5 when it is not taken.

    \b
    Example:
      bevaka mail test me@kommun.example
    """
    from bevaka.assembly import Assembly
    from monitor.core.people.fan_out import message_id
    from monitor.errors import NotifyError
    from monitor.ports.values import Envelope

    with Assembly() as assembly:
        chosen = cast("Language", language or assembly.schedule.language)
        now, domain = assembly.clock.now(), assembly.settings.sender_domain
        own = message_id(f"test:{now.isoformat()}:{address}", domain)
        message = assembly.trial_message(chosen)
        envelope = Envelope(address, message, chosen, own, own, now, f"test.{domain}", "unsubscribe")
        try:
            reply = assembly.notifier.send(envelope)
        except NotifyError as error:
            note(f"not taken: {error}")
            return FAILED_FOR_GOOD
    note(f"taken: {reply}")
    return 0
