"""The `demo` command: a scenario of some days, run by the real program and printed step by step."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bevaka.cli.console import invoked_as, say, styled
from bevaka.clock import SystemClock

if TYPE_CHECKING:
    from bevaka.assembly import Assembly
    from bevaka.cli.demo.scenario import Step

DEMO_FOLDER = Path("demo-output")
LOCAL_READER = "kvinnofrid@kommun.example"
WEEKLY_READER = "desk@region.example"
SCHEDULE = """\
version: 1
defaults:
  host_delay: 0s
watches:
  lansstyrelsen-norrvik:
    name: "Länsstyrelsen Norrvik: våld i nära relationer"
    url: {site}{county}
    expect: "Länsstyrelsen"
    documents: true
  nyheter-norrvik:
    name: "Länsstyrelsen Norrvik: nyheter"
    follow: {site}{news}
  sfs-2022-9001:
    name: "Förordning (2022:9001) om länsstyrelsernas arbete mot våld i nära relationer"
    sfs: "2022:9001"
    url: {site}{ordinance}
"""


class StoryClock(SystemClock):
    """A clock that shows the time of the scenario; `set` moves it."""

    def __init__(self) -> None:
        super().__init__()
        self._at: datetime | None = None

    def now(self) -> datetime:
        """Return the time of the scenario, and the real time before it begins."""
        return self._at or super().now()

    def set(self, at: datetime) -> None:
        """Move to another time."""
        self._at = at


@click.command()
def demo() -> None:
    """The whole story in a minute, without any network: pages change, break and recover; mails arrive.

    A county page, a plan in Word behind one of its links, the county's news, and an ordinance.

    A web site and a mail server on this machine play the world; all between them is the real program. Mails,
    schedule and database stay in demo-output/, to be read afterwards.

    \b
    Example:
      bevaka demo
    """
    from datetime import UTC

    from bevaka.assembly import Assembly
    from bevaka.cli.demo.mailbox import Mailbox
    from bevaka.cli.demo.scenario import COUNTY_PATH, NEWS_PATH, ORDINANCE_PATH, steps
    from bevaka.cli.demo.site import DemoSite

    _clear(DEMO_FOLDER)
    schedule = DEMO_FOLDER / "schedule.yaml"
    with DemoSite() as site, Mailbox(DEMO_FOLDER / "mails") as mailbox:
        addresses = {"county": COUNTY_PATH, "news": NEWS_PATH, "ordinance": ORDINANCE_PATH}
        schedule.write_text(SCHEDULE.format(site=site.url, **addresses))
        environment = {
            "BEVAKA_SCHEDULE": str(schedule),
            "BEVAKA_DATABASE": f"sqlite:///{DEMO_FOLDER / 'bevaka.db'}",
            "BEVAKA_SMTP_URL": mailbox.url,
            "BEVAKA_ALLOW_NETWORKS": "127.0.0.0/8",
        }
        clock = StoryClock()
        assembly = Assembly(environment, clock)
        try:
            for number, step in enumerate(steps(), start=1):
                clock.set(step.at.astimezone(UTC))
                if number == 1:
                    _subscribe(assembly)
                site.answers = dict(step.answers)
                _play(step, assembly)
                for mail in mailbox.new():
                    say(f"    {styled('mail', 'cyan')} to {mail.to}: {styled(mail.subject, bold=True)}")
                    say(f"         {mail.path}")
        finally:
            assembly.close()
    _say_what_next()


def _clear(folder: Path) -> None:
    """Remove what an earlier demo left, and nothing else."""
    shutil.rmtree(folder / "mails", ignore_errors=True)
    for old in folder.glob("bevaka.db*"):
        old.unlink()
    folder.mkdir(exist_ok=True)


def _subscribe(assembly: Assembly) -> None:
    now = assembly.clock.now() - timedelta(days=30)
    assembly.synced_schedule()
    with assembly.unit_of_work.write() as work:
        local = work.subscribers.add(LOCAL_READER, "sv", now, how="operator")
        weekly = work.subscribers.add(WEEKLY_READER, "en", now, how="operator")
        work.subscribers.subscribe(local, None, "immediately", now)
        work.subscribers.subscribe(weekly, None, "weekly", now)
    say(f"{LOCAL_READER} follows all of them and wants a mail at once, in Swedish;")
    say(f"{WEEKLY_READER} wants a digest on Mondays, in English.")


def _play(step: Step, assembly: Assembly) -> None:
    """Check everything at one step of the scenario, print the results, and send what is owed."""
    from bevaka.cli.check import document_lines, result_line

    schedule = assembly.schedule
    say()
    say(styled(step.at.strftime("%a %d %B %H.%M"), bold=True) + f"   {step.title}")
    for detail in step.details:
        say(f"    ({detail})")
    width = max(len(watch.key) for watch in schedule.watches)
    for watch in schedule.watches:
        result = assembly.check(watch, force=True)
        if result is not None:
            say(result_line(result, width, schedule.language, schedule.timezone, indent="    "))
            for line in document_lines(result, width, schedule.language):
                say(f"    {line}")
    assembly.deliver.deliver_due()


def _say_what_next() -> None:
    variables = "BEVAKA_DATABASE=sqlite:///demo-output/bevaka.db BEVAKA_SCHEDULE=demo-output/schedule.yaml"
    say()
    say("The mails are in demo-output/mails, each as .eml and, for a browser, as .html. The history can be read with:")
    say(f"    export {variables}")
    for command in (
        "log lansstyrelsen-norrvik",
        "log lansstyrelsen-norrvik --checks",
        "diff lansstyrelsen-norrvik",
        "section show nyheter-norrvik",
        "diff sfs-2022-9001",
        'show "lansstyrelsen-norrvik@2026-03-03"',
        "verify",
    ):
        say(f"    {invoked_as()} {command}")
    say("or, in a browser, at the address that this prints:")
    say(f"    {invoked_as()} web")
