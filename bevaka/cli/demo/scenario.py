"""The scenario of the demo, day by day: an invented county page, and an ordinance in the format of riksdagen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from bevaka.cli.demo.site import SiteAnswer

PAGES = Path(__file__).parent / "pages"
ZONE = ZoneInfo("Europe/Stockholm")
SFS = "2022:9001"
COUNTY_PATH = "/vald-i-nara-relationer"
ORDINANCE_PATH = "/dokument/sfs-2022-9001.json"


@dataclass(frozen=True, slots=True)
class County:
    """The content of the county page, and what varies on it without meaning."""

    updated: str = "2025-11-18"
    month: str = "mars"
    methods: bool = False
    follow_up: bool = False
    cookies: bool = False
    visits: int = 1041
    nonce: str = "a81f"
    related: str = "Nytt om jakt"


@dataclass(frozen=True, slots=True)
class Ordinance:
    """The ordinance: amended or not, and the time stamp of the platform, which has no meaning."""

    amended: bool = False
    stamp: str = "2022-09-08 04:30:12"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the scenario: when it is, what happens, and what the two addresses answer then."""

    at: datetime
    title: str
    county: SiteAnswer
    ordinance: SiteAnswer
    details: tuple[str, ...] = field(default=())


def steps() -> Iterator[Step]:
    """Yield the steps of the scenario, in order. Times are aware, in Swedish time."""
    county, ordinance = County(), Ordinance()
    yield Step(_at(2, 9), "Both pages are seen for the first time.", _page(county), _law(ordinance))

    noisy = replace(county, nonce="c77e", visits=1377, cookies=True, related="Nytt om fiske")
    ordinance = replace(ordinance, stamp="2026-03-03 04:31:55")
    yield Step(
        _at(3, 9),
        "Every byte moves, nothing is said.",
        _page(noisy),
        _law(ordinance),
        ("a cookie dialog, tokens, a counter and a new link in the margin; the ordinance gets another time stamp",),
    )

    county = replace(county, updated="2026-03-04", methods=True, follow_up=True)
    yield Step(_at(4, 9), "The county moves its date, extends one item and adds one.", _page(county), _law(ordinance))

    down = SiteAnswer(b"<h1>503 Service Unavailable</h1>", status=503)
    yield Step(_at(5, 9), "The county's server is down.", down, _law(ordinance))
    yield Step(
        _at(7, 15), "It is still down after two days: readers are told that nothing can be seen.", down, _law(ordinance)
    )
    yield Step(_at(8, 9), "It is back, and nothing was changed meanwhile.", _page(county), _law(ordinance))

    error = SiteAnswer((PAGES / "error.html").read_bytes())
    yield Step(_at(9, 9), "An error page comes with status 200: it is not taken for the page.", error, _law(ordinance))

    county = replace(county, month="april")
    yield Step(
        _at(10, 9),
        "A deadline is moved in silence: the page's own date stays as it was.",
        _page(county),
        _law(ordinance),
    )

    ordinance = replace(ordinance, amended=True, stamp="2026-03-12 04:30:40")
    yield Step(_at(12, 9), "An amending act changes one section and adds one.", _page(county), _law(ordinance))
    yield Step(_at(16, 9), "Monday: those who asked for a week's digest get it.", _page(county), _law(ordinance))


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=ZONE)


_templates = Environment(loader=FileSystemLoader(PAGES), autoescape=True, keep_trailing_newline=True)


def _page(county: County) -> SiteAnswer:
    facts = {name: getattr(county, name) for name in County.__slots__}
    return SiteAnswer(_templates.get_template("county.html.j2").render(facts).encode())


def _law(ordinance: Ordinance) -> SiteAnswer:
    """Return the ordinance as riksdagen's open data has it (`dokumentstatus`), with its hard line breaks."""
    text = _templates.get_template("ordinance.txt.j2").render(amended=ordinance.amended)
    document = {
        "dok_id": f"sfs-{SFS.replace(':', '-')}",
        "rm": SFS[:4],
        "beteckning": SFS,
        "typ": "sfs",
        "subtyp": "sfst",
        "organ": "Arbetsmarknadsdepartementet",
        "nummer": SFS[5:],
        "datum": "2022-03-10 00:00:00",
        "publicerad": ordinance.stamp,
        "systemdatum": ordinance.stamp,
        "titel": f"Förordning ({SFS}) om länsstyrelsernas arbete\r\nmot våld i nära relationer",
        "subtitel": "t.o.m. SFS 2026:7101" if ordinance.amended else "",
        "status": "",
        "text": text.replace("\n", "\r\n"),
    }
    body = {"dokumentstatus": {"dokument": document, "dokuppgift": {"uppgift": []}}}
    return SiteAnswer(json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8")
