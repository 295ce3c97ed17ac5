"""An authority's site on loopback, and the people who edit it day by day: what they do is known, and what must be told.

News in a listing with next pages, as RSS and as Atom; a sitemap in two parts behind an index; a diary of decisions, of
which each has a page that is watched as well; and a page of publications with documents. `Editors.work` does the work
of a day and `Editors.publish` writes the pages anew, every day with other tracking, stamps, counters and menus;
`Editors.owed` has what a reader must be told, by watch. Nothing here asks the program.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import escape

from tests.fakes.office import core, docx, paragraph, xlsx
from tests.fakes.pdf import pdf
from tests.fakes.site import Answer, Site

NEWS, RSS, ATOM, MAP, DIARY, PAPERS = "nyheter", "rss", "atom", "karta", "diarium", "publikationer"
IN_WORDS = {NEWS: "the listing", RSS: "RSS", ATOM: "Atom", MAP: "the sitemap", DIARY: "the diary"}
NOTHING = "nothing"
ON_A_PAGE, IN_A_FEED = 12, 8
_MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
_MATTERS = (
    "skyddat boende", "stöd till barn", "utbildning i skolan", "samtal för män", "jourer på landsbygden",
    "arbetet mot hedersförtryck", "metodstöd till socialtjänsten", "en ny handlingsplan", "tidig upptäckt i vården",
)  # fmt: skip
_PLACES = ("Norrvik", "Almby", "Sundmark", "Ekenäs", "Fårhult", "Granberga", "Hedesta", "Klockrike")
_DEEDS = ("Medel till", "Beslut om", "Ny vägledning för", "Rapport om", "Konferens om")


@dataclass
class Entry:
    """A news item or a decision: its address, headline and day; of a decision also the sum that its page has."""

    path: str
    title: str
    day: date
    amount: int = 0

    @property
    def shown_day(self) -> str:
        return f"{self.day.day} {_MONTHS[self.day.month - 1]} {self.day.year}"


@dataclass
class Paper:
    """A document: the title by which it is linked, the name and form of its file, and what it says."""

    title: str
    name: str
    form: str
    lines: list[tuple[str, int]]
    """Matters with their sums."""
    saved: int = 0
    """How often its file was saved anew without another word in it."""
    is_renamed: bool = False
    """Whether the same text came under another name, so that the next edit may be told as a replaced file."""
    is_out: bool = False
    """Whether its server cannot give it today."""

    @property
    def path(self) -> str:
        return f"/filer/{self.name}.{self.form}"

    def said(self, matter: str, amount: int) -> str:
        """Return the sentence of a matter with its sum."""
        return f"Bidraget till {matter} är {_kronor(amount)} och betalas ut i två delar."

    def file(self) -> bytes:
        """Return the file; other bytes each time that it was saved anew."""
        sentences = [self.said(*line) for line in self.lines]
        match self.form:
            case "docx":
                more = {"docProps/core.xml": core(f"Utkast {self.saved}", f"2026-01-01T{self.saved % 24:02}:00:00Z")}
                return docx(paragraph(self.title, "Rubrik1"), *sentences, more=more)
            case "pdf":
                return pdf((self.title,), *((each,) for each in sentences), facts=f"/Producer (Skrivare {self.saved})")
            case _:
                rows: list[list[object]] = [["Bidrag till", "Kronor"], *(list(line) for line in self.lines)]
                return xlsx({"Medel": rows}, more={"docProps/app.xml": f"<Properties>{self.saved}</Properties>"})


@dataclass
class News:
    """What must be told of a watch in one mail: texts that the mail must have, and the items that it must call new."""

    texts: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    """The kind of each thing that is to be told."""


Owed = dict[str, News]


class Editors:
    """They publish, correct, take away, put back, rename and replace; `owed` is what must be told of today's work."""

    def __init__(self, chance: random.Random, begin: date) -> None:
        self.random, self.today, self.number = chance, begin - timedelta(days=30), 0
        self.done: Counter[str] = Counter()
        self.news: list[Entry] = []
        self.decisions: list[Entry] = []
        self.away: list[Entry] = []
        self.owed: Owed = {}
        self.intro = 1
        self.is_down = False
        for _ in range(15):
            self.today += timedelta(days=1)
            self.news.insert(0, self._entry("nyheter"))
        for _ in range(2):
            self.decisions.insert(0, self._entry("diarium"))
        self.papers = [self._paper(form) for form in ("docx", "pdf", "docx", "xlsx")]
        self.today = begin
        self._touched: set[str] = set()

    # What they do

    def work(self, most: int = 3) -> None:
        """Do up to `most` things of a day's work; after a day on which the site was down, nothing."""
        self.today += timedelta(days=1)
        for paper in self.papers:
            paper.is_out = False
        self._touched = set()
        if self.is_down:
            self.is_down = False
            return
        self.owed = {}
        works: list[Callable[[], str]] = [
            self._publish, self._publish, self._decide, self._take_away, self._put_back, self._correct_headline,
            self._shuffle, self._correct_decision, self._edit_paper, self._edit_paper, self._lengthen_paper,
            self._shorten_paper, self._save_anew, self._rename, self._replace, self._add_paper, self._remove_paper,
            self._lose_paper, self._edit_intro, self._rest, self._fail,
        ]  # fmt: skip
        for work in self.random.sample(works, self.random.randint(0, most)):
            told_apart = Counter({key: len(news.texts) for key, news in self.owed.items()})
            kind = work()
            if kind not in {NOTHING, "news published", "decision entered"}:  # which are counted by their items
                self.done[kind] += 1
            for key, news in self.owed.items():
                if len(news.texts) > told_apart[key]:
                    news.kinds.append(kind)

    def _publish(self) -> str:
        for _ in range(self.random.randint(1, 3)):
            entry = self._entry("nyheter")
            self.news.insert(0, entry)
            for key in (NEWS, RSS, ATOM):
                self._owe(key, entry.title, is_item=True)
            self._owe(MAP, entry.path, is_item=True)
        return "news published"

    def _decide(self) -> str:
        entry = self._entry("diarium")
        self.decisions.insert(0, entry)
        self._owe(DIARY, entry.title, is_item=True)
        self._owe(MAP, entry.path, is_item=True)
        return "decision entered"

    def _take_away(self) -> str:
        last = self._newest()[-1]  # what stood there afterwards could have replaced it, and would be told
        old = [entry for entry in self.news if entry.day < self.today and entry is not last]
        if len(self.news) <= IN_A_FEED:
            return NOTHING
        self.away.append(self.random.choice(old))
        self.news.remove(self.away[-1])
        self._touched.add(self.away[-1].path)
        return "item taken away"

    def _put_back(self) -> str:
        if not self.away or self.away[-1].path in self._touched:
            return NOTHING
        self.news.insert(self.random.randrange(len(self.news)), self.away.pop())
        return "item put back"

    def _correct_headline(self) -> str:
        old = [entry for entry in self.news if entry.day < self.today]
        self.random.choice(old).title += " (rättad)"
        return "headline corrected"

    def _shuffle(self) -> str:
        self.random.shuffle(self.news)
        return "listing sorted anew"

    def _correct_decision(self) -> str:
        old = [entry for entry in self.decisions if entry.day < self.today]
        entry = self.random.choice(old)
        if entry.path in self._touched:
            return NOTHING
        self._touched.add(entry.path)
        before, entry.amount = entry.amount, self._amount()
        self._owe(f"{DIARY}/{slug(entry)}", f"{_number(before)} → {_kronor(entry.amount)}")
        return "decision's page edited"

    def _edit_paper(self) -> str:
        paper = self._untouched()
        if paper is None:
            return NOTHING
        self._owe_edit(paper, *self._another_sum(paper))
        return f"{paper.form} edited"

    def _lengthen_paper(self) -> str:
        paper = self._untouched()
        if paper is None:
            return NOTHING
        matter = self._matter()
        paper.lines.append((matter, self._amount()))
        self._owe_edit(paper, matter)
        return f"{paper.form} lengthened"

    def _shorten_paper(self) -> str:
        paper = self._untouched()
        if paper is None or len(paper.lines) < 4:
            return NOTHING
        matter, _ = paper.lines.pop(self.random.randrange(len(paper.lines)))
        self._owe_edit(paper, matter)
        return f"{paper.form} shortened"

    def _save_anew(self) -> str:
        paper = self._untouched()
        if paper is None:
            return NOTHING
        paper.saved += 1
        return "same text, other bytes"

    def _rename(self) -> str:
        paper = self._untouched()
        if paper is None:
            return NOTHING
        paper.name, paper.saved, paper.is_renamed = self._name(), paper.saved + 1, True
        return "same text, other name"

    def _replace(self) -> str:
        paper = self._untouched()
        if paper is None:
            return NOTHING
        paper.name, paper.is_renamed = self._name(), False
        self._owe(PAPERS, f"dokumentet ”{paper.title}” ersatt", *self._another_sum(paper))
        return "document replaced"

    def _add_paper(self) -> str:
        if len(self.papers) > 7:
            return NOTHING
        paper = self._paper(self.random.choice(["docx", "pdf"]))
        self.papers.append(paper)
        self._touched.add(paper.title)
        self._owe(PAPERS, f"nytt dokument: ”{paper.title}”")
        return "document added"

    def _remove_paper(self) -> str:
        paper = self._untouched()
        if paper is None or len(self.papers) < 4:
            return NOTHING
        self.papers.remove(paper)
        self._owe(PAPERS, f"dokumentet ”{paper.title}” borttaget")
        return "document removed"

    def _lose_paper(self) -> str:
        paper = self._untouched()
        if paper is None:
            return NOTHING
        paper.is_out = True
        return "document not given for a day"

    def _edit_intro(self) -> str:
        if "intro" in self._touched:
            return NOTHING
        self._touched.add("intro")
        before, self.intro = self.intro, self.intro % 28 + 1
        self._owe(PAPERS, f"{before} mars → {self.intro} mars")
        return "page of publications edited"

    def _fail(self) -> str:
        self.is_down = True
        return "site down for a day"

    def _rest(self) -> str:
        return NOTHING

    # What they need

    def _owe(self, key: str, *texts: str, is_item: bool = False) -> None:
        news = self.owed.setdefault(key, News())
        (news.items if is_item else news.texts).extend(texts)
        if is_item:
            kind = f"item new in {IN_WORDS[key]}"
            news.kinds.append(kind)
            self.done[kind] += 1

    def _owe_edit(self, paper: Paper, *texts: str) -> None:
        self._owe(PAPERS, f"dokumentet ”{paper.title}”{'' if paper.is_renamed else ' ändrat'}", *texts)
        paper.is_renamed = False

    def _untouched(self) -> Paper | None:
        left = [paper for paper in self.papers if paper.title not in self._touched]
        if not left:
            return None
        paper = self.random.choice(left)
        self._touched.add(paper.title)
        return paper

    def _another_sum(self, paper: Paper) -> tuple[str, str]:
        place = self.random.randrange(len(paper.lines))
        matter, before = paper.lines[place]
        after = self._amount()
        paper.lines[place] = matter, after
        shown = str if paper.form == "xlsx" else _number
        return shown(before), shown(after)

    def _entry(self, folder: str) -> Entry:
        matter, self.number = self._matter(), self.number + 1
        title = f"{self.random.choice(_DEEDS)} {matter}"
        return Entry(
            f"/{folder}/2026-{self.number}-{matter.rpartition(' ')[2].lower()}", title, self.today, self._amount()
        )

    def _paper(self, form: str) -> Paper:
        lines = [(self._matter(), self._amount()) for _ in range(5)]
        title = f"{self.random.choice(['Handlingsplan', 'Utlysning', 'Lägesbild'])} för {self._matter()}"
        return Paper(title, self._name(), form, lines)

    def _matter(self) -> str:
        """Return a matter that nothing else is about."""
        self.number += 1
        return f"{self.random.choice(_MATTERS)} i {self.random.choice(_PLACES)} {_letters(self.number)}"

    def _name(self) -> str:
        self.number += 1
        return f"dokument-{self.number}"

    def _amount(self) -> int:
        """Return a sum that was never named before."""
        self.number += 1
        return self.number * 1000 + self.random.randrange(10, 99) * 10

    # What the site shows

    def publish(self, site: Site) -> None:
        """Write the pages anew; those of before are gone, unless the site is down."""
        site.pages.clear()
        if self.is_down:
            for path in ("/nyheter", "/nyheter.rss", "/nyheter.atom", "/sitemap.xml", "/diarium", "/publikationer"):
                site.pages[path] = Answer("Tjänsten är inte tillgänglig", status=503)
            for entry in self.decisions:
                site.pages[entry.path] = Answer("Tjänsten är inte tillgänglig", status=503)
            return
        for folder, entries in (("nyheter", self.news), ("diarium", self.decisions)):
            site.pages |= self._listing(folder, entries)
        newest = self._newest()
        site.pages |= {"/nyheter.rss": self._rss(newest), "/nyheter.atom": self._atom(newest)}
        site.pages |= self._sitemaps()
        for entry in self.decisions:
            site.pages[entry.path] = self._page(
                entry.title,
                f"<p>Diarienummer {entry.path[9:13]}–{slug(entry)}.</p><p>Länsstyrelsen beslutar att betala "
                f"{_kronor(entry.amount)} till kommunen. Beslutet gäller genast.</p>",
            )
        links = "".join(
            f'<li><a href="{paper.path}">{paper.title} ({paper.form}, {len(paper.file())} byte)</a></li>'
            for paper in self.papers
        )
        site.pages["/publikationer"] = self._page(
            "Publikationer",
            f"<p>Här finns länets planer och utlysningar. Synpunkter lämnas senast den {self.intro} mars.</p>"
            f"<h2>Filer</h2><ul>{links}</ul>",
        )
        for paper in self.papers:
            given = Answer(paper.file(), content_type="application/octet-stream", etag=f'"{hash(paper.file())}"')
            site.pages[paper.path] = Answer("Fel", status=503) if paper.is_out else given

    def _newest(self) -> list[Entry]:
        return sorted(self.news, key=lambda entry: (entry.day, entry.path), reverse=True)[:IN_A_FEED]

    def _page(self, title: str, inside: str) -> Answer:
        day = self.today.toordinal()
        menu = "".join(f'<li><a href="/{name}?v={day}">{name.title()}</a></li>' for name in ("nyheter", "om-oss"))
        return Answer(
            "<!doctype html><html lang=sv><head><meta charset=utf-8>"
            f"<title>{title} – Länsstyrelsen</title></head>"
            f'<body data-day="{day}"><nav><ul>{menu}</ul></nav><main><h1>{title}</h1>{inside}</main>'
            f"<footer><p>Antal besök: {day % 997}</p><p>© Länsstyrelsen {self.today.year}</p></footer></body></html>"
        )

    def _listing(self, folder: str, entries: Sequence[Entry]) -> Iterator[tuple[str, Answer]]:
        pages = [entries[at : at + ON_A_PAGE] for at in range(0, len(entries), ON_A_PAGE)]
        for number, shown in enumerate(pages, start=1):
            path = f"/{folder}?sida={number}" if number > 1 else f"/{folder}"
            more = f'<a rel="next" href="/{folder}?sida={number + 1}">Nästa</a>' if number < len(pages) else ""
            facets = "".join(f'<li><a href="/{folder}?ar={year}">{year}</a></li>' for year in (2025, 2026))
            form = self._card if folder == "nyheter" else self._row
            cards = "".join(map(form, shown))
            inside = cards if folder == "nyheter" else f"<table>{cards}</table>"
            yield path, self._page(folder.title(), f"<ul>{facets}</ul>{inside}<p>{more}</p>")

    def _card(self, entry: Entry) -> str:
        to = f"{entry.path}?utm_source=dag{self.today.toordinal()}"
        return (
            f'<article><h3><a href="{to}">{entry.title}</a></h3><p>{entry.shown_day}</p>'
            "<p>Länsstyrelsen berättar om arbetet i länet.</p></article>"
        )

    def _row(self, entry: Entry) -> str:
        return f'<tr><td>{entry.day}</td><td><a href="{entry.path}">{entry.title}</a></td><td>Beslutat</td></tr>'

    def _address(self, entry: Entry) -> str:
        scheme = "https" if self.today.toordinal() % 2 else "http"
        return escape(
            f"{scheme}://www.lansstyrelsen.example{entry.path}?utm_campaign=d{self.today.toordinal()}&fbclid=x"
        )

    def _rss(self, entries: Sequence[Entry]) -> Answer:
        items = "".join(
            f"<item><title><![CDATA[{entry.title}]]></title><link>{self._address(entry)}</link>"
            f"<pubDate>{entry.day:%d %b %Y} 08:00:00 GMT</pubDate></item>"
            for entry in entries
        )
        stamp = f"<lastBuildDate>{self.today:%d %b %Y} 03:00:00 GMT</lastBuildDate>"
        text = f'<rss version="2.0"><channel><title>Nyheter</title>{stamp}{items}</channel></rss>'
        return Answer(text, content_type="application/rss+xml")

    def _atom(self, entries: Sequence[Entry]) -> Answer:
        items = "".join(
            f'<entry><title>{entry.title}</title><link href="{self._address(entry)}"/><id>urn:x:{entry.path}</id>'
            f"<published>{entry.day}T08:00:00Z</published><updated>{self.today}T03:00:00Z</updated></entry>"
            for entry in entries
        )
        text = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Nyheter</title>{items}</feed>'
        return Answer(text, content_type="application/atom+xml")

    def _sitemaps(self) -> Iterator[tuple[str, Answer]]:
        ns = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        for name, entries in (("nyheter", self.news), ("diarium", self.decisions)):
            urls = "".join(f"<url><loc>{entry.path}</loc><lastmod>{self.today}</lastmod></url>" for entry in entries)
            yield f"/sitemap-{name}.xml", Answer(f"<urlset {ns}>{urls}</urlset>", content_type="application/xml")
        parts = "".join(f"<sitemap><loc>/sitemap-{name}.xml</loc></sitemap>" for name in ("nyheter", "diarium"))
        yield "/sitemap.xml", Answer(f"<sitemapindex {ns}>{parts}</sitemapindex>", content_type="application/xml")


def schedule(site: Site) -> str:
    """Return the schedule that follows all of it."""
    return (
        "version: 1\ndefaults: {host_delay: 0s, every: 1d}\nwatches:\n"
        f"  {NEWS}: {{follow: {site.url}/nyheter}}\n"
        f"  {RSS}: {{follow: {site.url}/nyheter.rss}}\n"
        f"  {ATOM}: {{follow: {site.url}/nyheter.atom}}\n"
        f"  {MAP}: {{follow: {site.url}/sitemap.xml}}\n"
        f"  {DIARY}: {{follow: {site.url}/diarium, pages: true}}\n"
        f"  {PAPERS}: {{url: {site.url}/publikationer, documents: true}}\n"
    )


def slug(entry: Entry) -> str:
    """Return a headline as the key of an item's watch has it."""
    plain = entry.title.lower().translate(str.maketrans("åäö", "aao"))
    return plain.replace(" ", "-")


def _letters(number: int) -> str:
    """Return a number as a word of letters, the name of a place that is there once: "Bada"."""
    word = ""
    while number or not word:
        number, rest = divmod(number, 60)
        word = "bdfghjklmnprstvw"[rest % 15] + "aeiou"[rest // 15] + word
    return word.title()


def _number(amount: int) -> str:
    return f"{amount:,}".replace(",", " ")


def _kronor(amount: int) -> str:
    return f"{_number(amount)} kronor"
