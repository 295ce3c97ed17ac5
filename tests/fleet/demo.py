"""`make fleet-demo`: a keeper, two workers and the web page on one PostgreSQL; pages change, a worker is killed.

python -m tests.fleet.demo      everything on loopback, nothing is left behind; two minutes
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

from bevaka.assembly import Assembly
from tests.fakes.postgres import Cluster, is_installed
from tests.fleet.lab import Fleet, mails, numbers_of_revisions, owed, wait_for
from tests.fleet.site import ManyHosts

HOSTS, PAGES = 100, 5
WEB = "127.0.0.1:8765"


def say(what: str) -> None:
    """Print a line at once."""
    print(what, flush=True)  # noqa: T201  the program's output


def main() -> int:
    """Tell the story."""
    if not is_installed():
        say("PostgreSQL is not on this machine: make setup-postgresql")
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        Cluster() as cluster,
        ManyHosts(0.2) as site,
        Fleet(Path(folder), cluster.database(), site, more={"BEVAKA_WEB_BIND": WEB}) as fleet,
        Assembly(fleet.environment) as assembly,
    ):
        began = time.monotonic()
        fleet.watch(HOSTS, PAGES, every="5s", delay="0s")
        fleet.join(assembly)
        for roles in ("keeper", "check,deliver", "check,deliver", "web"):
            fleet.start(1, "--role", roles)
        say(f"a keeper, two workers and the web page are started; {HOSTS * PAGES} pages on {HOSTS} hosts are watched")
        wait_for(lambda: sum(numbers_of_revisions(assembly).values()) == HOSTS * PAGES, 120.0, "every page is known")
        say(f"{time.monotonic() - began:4.0f} s  every page is known; http://{WEB}/ shows them:")
        with urlopen(f"http://{WEB}/metrics", timeout=20) as answer:
            lines = answer.read().decode().splitlines()
        say(
            "        " + "; ".join(line for line in lines if line.startswith(("bevaka_workers{", "bevaka_watches_due")))
        )
        before = site.seen(day=2)
        say(f"{time.monotonic() - began:4.0f} s  every page changes: another deadline")
        time.sleep(2)
        fleet.kill(1)
        killed_at = time.monotonic()
        say(f"{time.monotonic() - began:4.0f} s  a worker is killed (SIGKILL)")
        wait_for(lambda: min(site.seen().last_at.values()) > killed_at, 60.0, "every host is asked again")
        say(f"{time.monotonic() - began:4.0f} s  every host has been asked again, by the other worker")
        wait_for(lambda: set(numbers_of_revisions(assembly).values()) == {2}, 120.0, "every change is recorded")
        wait_for(lambda: not owed(assembly), 120.0, "every mail is sent")
        seen, told = site.seen(), mails(fleet.folder)
        say(f"{time.monotonic() - began:4.0f} s  {HOSTS * PAGES} changes are recorded, {len(told)} mails are sent")
        fleet.stop()
        flaws = assembly.history.verify()[1]
        say(
            f"{sum(times > 1 for times in told.values())} mails came twice; {seen.pages} pages were asked for, "
            f"{seen.pages - before.pages} of them since the change; {seen.overlaps} times two at once at a host; "
            f"verify finds {len(flaws)} flaws"
        )
    return 1 if flaws or seen.overlaps else 0


if __name__ == "__main__":
    raise SystemExit(main())
