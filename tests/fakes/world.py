"""A test environment with two months of history: six watches, with changes, gaps and a page that moved.

It runs the real program on its own database; only fetching and sending are scripted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.security import generate_password_hash

from bevaka.assembly import Adapters, Assembly
from bevaka.clock import SystemClock
from monitor.core.model import Fetched, Redirected, Validators, Watch
from monitor.errors import FetchError, HttpStatus
from monitor.ports.delivery import Notifier
from monitor.ports.values import Envelope
from tests.fakes.compiled_templates import COMPILED_TEMPLATES
from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_json

PASSWORD = "korrekt hast batteri"
HASH = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")  # the cheapest hash: tests log in often
TAG = "vald"
"""A tag of COUNTY, TOWN and OLD."""
COUNTY, LAW, REGION, TOWN, OLD, QUIET = "lansstyrelsen-norrvik", "sfs-2022-9001", "region", "almby", "arkiv", "stilla"
SCHEDULE = """\
version: 1
defaults: {every: 6h, host_delay: 0s}
tags:
  vald: {name: "Våld <nära> relationer", match: ['/norrvik$', '/arkiv$', '/almby$']}
  tom:
watches:
  lansstyrelsen-norrvik:
    name: "Länsstyrelsen Norrvik: våld i nära relationer"
    url: http://127.0.0.1:9/norrvik
    every: 1h
    between: "06:00-22:00"
    expect: "Länsstyrelsen"
  sfs-2022-9001:
    name: "Förordning (2022:9001) om länsstyrelsernas arbete mot våld i nära relationer"
    sfs: "2022:9001"
    url: http://127.0.0.1:9/sfs-2022-9001
  region:
    name: "Region Sundmark: kunskapscentrum mot våld"
    url: http://127.0.0.1:9/region
  almby:
    name: "Almby kommun: stöd till våldsutsatta"
    url: http://127.0.0.1:9/almby
  arkiv:
    name: "Handbok för socialtjänsten <arkiv>"
    url: http://127.0.0.1:9/arkiv
  stilla:
    name: "Rådet för kvinnofrid: om rådet"
    url: http://127.0.0.1:9/stilla
"""
Answer = str | bytes | FetchError | Redirected
"""A page's content, or what its server answers instead."""
BEGAN = datetime(2026, 1, 12, 8, 0, tzinfo=UTC)


class WorldClock(SystemClock):
    """A clock at the world's time; `sleep` moves it and returns at once."""

    def __init__(self) -> None:
        super().__init__()
        self.at = BEGAN

    def now(self) -> datetime:
        """Return the world's time."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Move the time on, without waiting."""
        self.at += timedelta(seconds=seconds)


class Letterbox:
    """A notifier that appends every mail to a list."""

    NAME = "letterbox"

    def __init__(self, mails: list[Envelope]) -> None:
        self._mails = mails

    def send(self, envelope: Envelope) -> str:
        """Append the mail to the list."""
        self._mails.append(envelope)
        return "250 taken"

    def close(self) -> None:
        """Do nothing: nothing is kept open."""


class World:
    """The environment: `says` has each page's answer by key, `check` checks the watches. Close it after use."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str] | None = None, *, notifier: Notifier | None = None
    ) -> None:
        schedule = folder / "schedule.yaml"
        schedule.write_text(SCHEDULE, encoding="utf-8")
        self.clock = WorldClock()
        self.says: dict[str, Answer] = {}
        self.mails: list[Envelope] = []
        self.assembly = Assembly(
            {
                "BEVAKA_SCHEDULE": str(schedule),
                "BEVAKA_DATABASE": f"sqlite:///{folder / 'bevaka.db'}",
                "BEVAKA_SECRET_KEY": "not so secret",
                "BEVAKA_WEB_PASSWORD": HASH,
                **(environment or {}),
            },
            self.clock,
            Adapters(
                fetchers={"http": self, "riksdagen": self, "section": self}, notifier=notifier or Letterbox(self.mails)
            ),
        )

    NAME = "world"

    def path(self, purpose: str) -> str:
        """Send what is due; return the newest link of a kind (confirm, manage, leave) in the mails, without host."""
        self.assembly.deliver.deliver_due()
        found = re.findall(
            rf"https?://[^/\s]+(\S*/{purpose}/[\w.-]+)", "\n".join(mail.message.text for mail in self.mails)
        )
        return str(found[-1])

    def fetch(self, watch: Watch, validators: Validators | None) -> Fetched | Redirected:
        """Return, or raise, the page's current answer."""
        says = self.says[watch.key]
        if isinstance(says, FetchError):
            raise says
        if isinstance(says, Redirected):
            return says
        kind = "application/json" if watch.sfs else "text/html; charset=utf-8"
        body = says.encode() if isinstance(says, str) else says
        return Fetched(watch.url, 200, (("Content-Type", kind),), body, self.clock.now())

    def check(self, *keys: str, **later: float) -> None:
        """Move the time on (days=, hours=) and check these watches, or all of them."""
        self.clock.at += timedelta(**later)
        schedule = self.assembly.synced_schedule()
        for watch in schedule.watches:
            if not keys or watch.key in keys:
                self.assembly.check(watch, force=True)

    def client(self) -> FlaskClient:
        """Return a web client without cookies."""
        return self.web_app().test_client()

    def web_app(self, since_tick: Callable[[], float] | None = None) -> Flask:
        """Return the web application."""
        app = self.assembly.web_app(since_tick)
        app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
        return app

    def close(self) -> None:
        """Close the database."""
        self.assembly.close()


# The content of the pages


def county(
    updated: str = "2025-11-18", month: str = "mars", items: tuple[str, ...] = ("Erbjuda utbildning",), visits: int = 1
) -> str:
    """Return the county's page."""
    listed = "".join(f"<li>{item}</li>" for item in items)
    return (
        "<!doctype html><html lang=sv><meta charset=utf-8><title>Våld i nära relationer</title><body><nav>Meny</nav>"
        "<main><h1>Våld i nära relationer</h1><p>Länsstyrelsen Norrvik samordnar länets arbete mot våld i nära "
        "relationer och stöder dem som möter våldsutsatta i sitt arbete.</p><h2>Vad gör Länsstyrelsen?</h2>"
        f"<p>Kommunerna redovisar sina strategier senast den 1 {month} varje år.</p><ul>{listed}"
        '<li>Fördela medel, se <a href="/medel">utlysningar</a></li></ul><h2>Kontakt</h2>'
        f"<p>Telefon 010-000 00 00.</p><p>Antal besök: {visits}</p><p>Senast uppdaterad: {updated}</p></main></html>"
    )


ORDINANCE = Law(
    "2022:9001",
    "Förordning (2022:9001) om länsstyrelsernas arbete mot våld i nära relationer",
    (
        Chapter(
            "",
            "",
            (
                Section("1", (Wording(("Denna förordning gäller länsstyrelsernas arbete.",)),)),
                Section("2", (Wording(("Länsstyrelsen ska redovisa arbetet senast den 1 mars varje år.",)),)),
                Section("3", (Wording(("Länsstyrelsen ska samverka med regioner och kommuner.",)),)),
            ),
        ),
    ),
)
AMENDED = replace(
    ORDINANCE,
    amended="t.o.m. SFS 2026:41",
    chapters=(
        Chapter(
            "",
            "",
            (
                Section("1", (Wording(("Denna förordning gäller länsstyrelsernas arbete.",)),)),
                Section(
                    "2",
                    (
                        Wording(
                            ("Länsstyrelsen ska redovisa arbetet senast den 15 februari varje år.",),
                            act="Förordning (2026:41)",
                        ),
                    ),
                ),
                Section("3", (Wording(("Länsstyrelsen ska samverka med regioner och kommuner.",)),)),
                Section("4", (Wording(("Arbetet ska följas upp årligen.",), act="Förordning (2026:41)"),)),
            ),
        ),
    ),
)


def page(heading: str, *paragraphs: str) -> str:
    """Return any other page."""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    head = f"<!doctype html><html lang=sv><meta charset=utf-8><title>{heading}</title>"
    return f"{head}<main><h1>{heading}</h1>{body}</main></html>"


REGION_TEXT = (
    "Kunskapscentrum stöder vården i mötet med våldsutsatta patienter i hela regionen.",
    "Vi utbildar personal, svarar på frågor och tar fram rutiner för verksamheterna.",
)
TOWN_TEXT = (
    "Du som är utsatt för våld kan få stöd av kommunen, oavsett när det hände.",
    "Ring socialjouren om det är bråttom. Samtalet är gratis och du kan vara anonym.",
    "Vi kan hjälpa till med skyddat boende, samtal och kontakt med polis och vård.",
)


def play_two_months(world: World) -> None:
    """Play two months: changes, held-back changes, a gap that ended, one that goes on, and a page that moved."""
    hostile = page("Handbok <script>alert(1)</script>", "Handboken &lt;script&gt;alert(2)&lt;/script&gt; gäller.")
    world.says = {
        COUNTY: county(),
        LAW: as_json(ORDINANCE),
        REGION: page("Kunskapscentrum", *REGION_TEXT),
        TOWN: page("Stöd till våldsutsatta", *TOWN_TEXT),
        OLD: hostile,
        QUIET: page("Om rådet", "Rådet samlar myndigheter som arbetar för kvinnofrid och mot hedersvåld."),
    }
    world.check()
    for _ in range(3):
        world.check(days=2)
    world.says[COUNTY] = county(visits=2)
    world.check(days=2)
    items = ("Erbjuda utbildning och metodstöd", "Följa upp arbetet årligen")
    world.says[COUNTY] = county("2026-01-23", items=items, visits=2)
    world.check(days=1)
    world.says[QUIET] = HttpStatus(status=503, url="http://127.0.0.1:9/stilla")
    world.check(days=5)
    world.check(days=1)
    world.says[QUIET] = page("Om rådet", "Rådet samlar myndigheter som arbetar för kvinnofrid och mot hedersvåld.")
    world.check(days=3)
    world.says[LAW] = as_json(AMENDED)
    world.says[REGION] = page("Kunskapscentrum", *REGION_TEXT, "Från den 1 mars svarar vi också på kvällar.")
    world.check(days=6)
    world.says[COUNTY] = county("2026-01-23", "april", items, visits=2)
    world.says[OLD] = Redirected("https://ny.exempel.se/handbok", world.clock.now())
    world.check(days=7)
    world.check(days=7)
    world.says[REGION] = HttpStatus(status=503, url="http://127.0.0.1:9/region")
    world.check(days=6)
    world.check(days=3)
    world.says[TOWN] = page("Logga in", "Du måste logga in för att se sidan. Användarnamn Lösenord")
    world.check(days=2)
    world.check(hours=1)
