"""The `subscribers prefer` command: how a subscriber is notified, whatever they follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, cast

import click

from bevaka.cli.console import note
from monitor.core.model import LANGUAGES
from monitor.wording.json_forms import WEEKDAYS

if TYPE_CHECKING:
    from monitor.core.model import Language, Preferences


class ClockTimeParam(click.ParamType[time]):
    """A time of day on the command line, such as 07:30."""

    name = "hh:mm"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:  # noqa: ANN401  click's
        """Return the time; fail with what is wrong with it."""
        try:
            return value if isinstance(value, time) else _clock_time(value)
        except ValueError:
            self.fail(f"{value!r} is no time of day; write e.g. 07:30", param, ctx)


class HoursParam(click.ParamType[tuple[time, time] | None]):
    """Hours of the day on the command line, such as 22:00-07:00, or none."""

    name = "hh:mm-hh:mm"

    def convert(
        self,
        value: Any,  # noqa: ANN401  click's
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[time, time] | None:
        """Return the hours, None for none; fail with what is wrong with them."""
        if value is None or isinstance(value, tuple) or value == "none":
            return value if isinstance(value, tuple) else None
        begin, _, end = str(value).partition("-")
        try:
            return _clock_time(begin), _clock_time(end)
        except ValueError:
            self.fail(f"{value!r} is not a span of hours; write e.g. 22:00-07:00, or none", param, ctx)


def _clock_time(text: str) -> time:
    return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  a time of day has no zone


@click.command()
@click.argument("address")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of their mails.")
@click.option("--timezone", metavar="ZONE", help="Their time zone, e.g. Europe/Helsinki; else the watch's.")
@click.option("--digest-at", type=ClockTimeParam(), help="When their digests are due; 08:00 unless said otherwise.")
@click.option(
    "--weekday", type=click.Choice(WEEKDAYS), help="The day of their weekly digest; Monday unless said otherwise."
)
@click.option(
    "--quiet", type=HoursParam(), default=(), help="Hours in which nothing is sent, e.g. 22:00-07:00; or none."
)
@click.option("--account/--no-account", default=None, help="Digests also say what did not change.")
def prefer(
    address: str,
    language: str | None,
    timezone: str | None,
    digest_at: time | None,
    weekday: str | None,
    quiet: tuple[time, time] | tuple[()] | None,
    account: bool | None,
) -> None:
    """Set how a person wishes to be told; what is not named stays as it is.

    Quiet hours delay a mail, they never drop one.

    \b
    Example:
      bevaka subscribers prefer reader@kommun.example --digest-at 07:30
    """
    from zoneinfo import available_timezones

    from bevaka.assembly import Assembly

    if timezone is not None and timezone not in available_timezones():
        raise click.BadParameter(f"{timezone!r} is no time zone; write e.g. Europe/Stockholm", param_hint="--timezone")
    given: dict[str, Any] = {
        "timezone": timezone,
        "digest_at": digest_at,
        "digest_weekday": WEEKDAYS.index(weekday) if weekday else None,
        "account": account,
    }
    edits = {name: value for name, value in given.items() if value is not None}
    if quiet != ():
        edits["quiet"] = quiet
    with Assembly() as assembly, assembly.unit_of_work.write() as work:
        subscriber = work.subscribers.find(address)
        if subscriber is None:
            raise click.UsageError(f"nobody has the address {address}")
        chosen = cast("Language", language or subscriber.language)
        subscriber = work.subscribers.prefer(subscriber, chosen, replace(subscriber.preferences, **edits))
    language_name = "Swedish" if chosen == "sv" else "English"
    note(f"{subscriber.address}: {_in_words(subscriber.preferences)}; mails in {language_name}")


def _in_words(preferences: Preferences) -> str:
    weekday = WEEKDAYS[preferences.digest_weekday].capitalize()
    words = [
        f"digests at {preferences.digest_at:%H:%M}, weekly ones on {weekday}s",
        preferences.timezone or "in the watch's time zone",
    ]
    if preferences.quiet:
        words.append("nothing from {:%H:%M} to {:%H:%M}".format(*preferences.quiet))
    if preferences.account:
        words.append("digests say what did not change")
    return ", ".join(words)
