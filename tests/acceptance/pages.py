"""The invented county page that the acceptance tests watch, and an ordinance in riksdagen's form."""

from __future__ import annotations

from collections.abc import Sequence

from tests.fakes.riksdagen import Chapter, Law, Section, Wording, as_json

ITEMS = ("Erbjuda utbildning", "Samordna nätverk i länet")


def county(
    *,
    updated: str = "2021-11-18",
    deadline: str = "1 mars",
    items: Sequence[str] = ITEMS,
    form: str = "/blanketter/strategi.pdf",
    heading: str = "Våld i nära relationer",
    more: str = "",
    aside: str = "",
    charset: str = '<meta charset="utf-8">',
) -> str:
    """Return the county's page; `more` is inside its main part, `aside` beside it."""
    listed = "".join(f"<li>{item}</li>" for item in items)
    return (
        f'<!doctype html><html lang="sv"><head>{charset}'
        "<title>Våld i nära relationer | Länsstyrelsen Norrvik</title></head><body>"
        '<nav><a href="/">Start</a> <a href="/om">Om oss</a></nav>'
        f"<main><h1>{heading}</h1>"
        "<p>Länsstyrelsen samordnar arbetet i länet och stödjer kommunerna i deras uppdrag. Vi ger råd och ordnar "
        "utbildningar för den som möter våldsutsatta i sitt arbete, och vi följer upp vad som görs.</p>"
        "<h2>Vad gör Länsstyrelsen?</h2>"
        f"<p>Kommunerna lämnar in sina strategier senast den {deadline} varje år. "
        f'Använd <a href="{form}">blanketten för strategier</a>.</p>'
        f"<ul>{listed}</ul>{more}"
        f"<p>Senast uppdaterad: {updated}</p></main>{aside}"
        "<footer>Länsstyrelsen Norrvik, Storgatan 1</footer></body></html>"
    )


ERROR_PAGE = (
    "<!doctype html><html lang=sv><title>Ett fel har inträffat</title><main><h1>Ett fel har inträffat</h1>"
    "<p>Sidan kan inte visas just nu. Försök igen senare.</p></main></html>"
)


def ordinance(*, amended: bool = False) -> bytes:
    """Return SFS 2022:9001 in three sections; amended, its 3 § has another wording and there is a 3 a §."""
    third = Wording(("Länsstyrelsen ska varje år lämna en rapport till regeringen.",))
    if amended:
        third = Wording(
            ("Länsstyrelsen ska vartannat år lämna en rapport till regeringen.",), act="Förordning (2026:7101)"
        )
    sections = [
        Section("1", (Wording(("Denna förordning gäller länsstyrelsernas arbete mot våld i nära relationer.",)),)),
        Section("2", (Wording(("Länsstyrelsen ska stödja samordningen i länet.",)),)),
        Section("3", (third,)),
    ]
    if amended:
        added = Wording(("Rapporten ska göras tillgänglig för allmänheten.",), act="Förordning (2026:7101)")
        sections.append(Section("3 a", (added,)))
    law = Law(
        number="2022:9001",
        title="Förordning (2022:9001) om länsstyrelsernas arbete mot våld i nära relationer",
        chapters=(Chapter("", "", tuple(sections)),),
        amended="t.o.m. SFS 2026:7101" if amended else "",
    )
    return as_json(law)
