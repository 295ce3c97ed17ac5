"""The scenario of the demo, day by day: an invented county's page with a plan, its news, and an ordinance.

The plan is a Word document, the news a listing, the ordinance is in the format of riksdagen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader

from bevaka.cli.demo.site import SiteAnswer
from bevaka.cli.demo.word_file import CONTENT_TYPE, word_file

PAGES = Path(__file__).parent / "pages"
ZONE = ZoneInfo("Europe/Stockholm")
SFS = "2022:9001"
COUNTY_PATH = "/vald-i-nara-relationer"
PLAN_PATH = "/planer/regional-handlingsplan.docx"
NEWS_PATH = "/nyheter"
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
class Plan:
    """The plan that the county page links to: a deadline in it, and when the file was saved, which has no meaning."""

    deadline: str = "30 april"
    saved: datetime = datetime(2025, 11, 18, 9, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NewsItem:
    """One item of the county's news."""

    slug: str
    headline: str
    day: str
    lead: str


NEWS = (
    NewsItem("2026/isvagar", "Håll dig borta från isarna", "2026-02-27", "Isen är svag i hela länet."),
    NewsItem("2026/bidrag-till-kvinnojourer", "Bidrag till kvinnojourer", "2026-02-20", "Ansökan är öppen."),
    NewsItem("2026/stangt-kontor", "Kontoret i Sundby stänger tidigare", "2026-02-16", "Det gäller under våren."),
    NewsItem("2026/vargstammen", "Så många vargar finns i länet", "2026-02-03", "Årets inventering är klar."),
)
LATER_NEWS = (
    NewsItem("2026/utbildning-skyddat-boende", "Utbildning om skyddat boende", "2026-03-11", "Anmäl dig i april."),
    NewsItem("2026/ny-samordnare", "Ny samordnare mot våld i nära relationer", "2026-03-10", "Hon börjar i maj."),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the scenario: when it is, what happens, and what the site's addresses answer then."""

    at: datetime
    title: str
    answers: Mapping[str, SiteAnswer]
    details: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class World:
    """What is on the site; `failure` is what the county page answers in place of the page."""

    county: County = County()
    plan: Plan = Plan()
    news: tuple[NewsItem, ...] = NEWS
    ordinance: Ordinance = Ordinance()
    failure: SiteAnswer | None = None

    def answers(self) -> dict[str, SiteAnswer]:
        """Return what each address answers."""
        return {
            COUNTY_PATH: self.failure or _page(self.county),
            PLAN_PATH: _plan(self.plan),
            NEWS_PATH: _news(self.news),
            ORDINANCE_PATH: _law(self.ordinance),
        }


def steps() -> Iterator[Step]:
    """Yield the steps of the scenario, in order. Times are aware, in Swedish time."""
    world = World()
    yield Step(_at(2, 9), "Everything is seen for the first time, the plan behind a link as well.", world.answers())

    noisy = replace(world.county, nonce="c77e", visits=1377, cookies=True, related="Nytt om fiske")
    world = replace(
        world,
        plan=replace(world.plan, saved=datetime(2026, 3, 2, 15, 40, tzinfo=UTC)),
        ordinance=replace(world.ordinance, stamp="2026-03-03 04:31:55"),
    )
    yield Step(
        _at(3, 9),
        "Every byte moves, nothing is said.",
        replace(world, county=noisy).answers(),
        (
            "a cookie dialog, tokens, a counter and a new link in the margin",
            "the plan's file was saved anew; the ordinance gets another time stamp",
        ),
    )

    world = replace(world, county=replace(world.county, updated="2026-03-04", methods=True, follow_up=True))
    yield Step(_at(4, 9), "The county moves its date, extends one item and adds one.", world.answers())

    down = replace(world, failure=SiteAnswer(b"<h1>503 Service Unavailable</h1>", status=503)).answers()
    yield Step(_at(5, 9), "The county's page is down.", down)
    yield Step(_at(7, 15), "It is still down after two days: readers are told that nothing can be seen.", down)
    yield Step(_at(8, 9), "It is back, and nothing was changed meanwhile.", world.answers())

    error = SiteAnswer((PAGES / "error.html").read_bytes())
    yield Step(
        _at(9, 9),
        "An error page comes with status 200: it is not taken for the page.",
        replace(world, failure=error).answers(),
    )

    world = replace(world, county=replace(world.county, month="april"))
    yield Step(_at(10, 9), "A deadline is moved in silence: the page's own date stays as it was.", world.answers())

    world = replace(world, news=(*LATER_NEWS, *NEWS[:-1]))
    yield Step(
        _at(11, 14),
        "Two items are new in the news: each is told once, by its headline.",
        world.answers(),
        ("the oldest one falls off the listing, which is no news",),
    )

    world = replace(world, ordinance=Ordinance(amended=True, stamp="2026-03-12 04:30:40"))
    yield Step(_at(12, 9), "An amending act changes one section and adds one.", world.answers())

    world = replace(world, plan=Plan(deadline="31 maj", saved=datetime(2026, 3, 13, 6, 55, tzinfo=UTC)))
    yield Step(
        _at(13, 9),
        "A deadline is moved in the plan: a Word document that the page links to.",
        world.answers(),
        ("not a byte of the page itself is another",),
    )
    yield Step(_at(16, 9), "Monday: those who asked for a week's digest get it.", world.answers())


def _at(day: int, hour: int) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=ZONE)


_templates = Environment(loader=FileSystemLoader(PAGES), autoescape=True, keep_trailing_newline=True)


def _page(county: County) -> SiteAnswer:
    facts = {name: getattr(county, name) for name in County.__slots__}
    return SiteAnswer(_templates.get_template("county.html.j2").render(facts).encode())


def _plan(plan: Plan) -> SiteAnswer:
    text = _templates.get_template("plan.xml.j2").render(deadline=plan.deadline)
    return SiteAnswer(word_file(text, plan.saved), CONTENT_TYPE)


def _news(items: tuple[NewsItem, ...]) -> SiteAnswer:
    return SiteAnswer(_templates.get_template("news.html.j2").render(items=items).encode())


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
