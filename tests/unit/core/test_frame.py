"""One frame for two revisions."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.core.judging.frame import in_frame_of
from monitor.core.model import Extraction, Fetched, Recipe
from monitor.errors import Reason
from monitor.extractors.page import Page

NOW = datetime(2026, 3, 20, 9, tzinfo=UTC)
TEXT = [
    f"Kommunen prövar ansökan nummer {number} tillsammans med de föreningar som berörs av den." for number in range(6)
]
OTHER = [f"Hamnen tar emot {number} fartyg om året, och lotsen möter dem vid fyren i sundet." for number in range(6)]
BESIDE = "".join(f"<p>Nämnd {number} möts i januari och i maj i huset vid torget i Vik.</p>" for number in range(12))


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def extract(body: str, recipe: Recipe | None = None) -> Extraction:
    html = f'<html lang="sv"><title>Stöd</title><body>{body}</body></html>'
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Page().extract(Fetched("https://www.lansexempel.se/", 200, headers, html.encode(), NOW), recipe or Recipe())


def framed(before: str, after: str) -> tuple[list[str], Reason | None]:
    found, reason = in_frame_of(extract(before), extract(after))
    return [block.text for block in found.blocks], reason


def test_the_same_frame_on_both_sides_leaves_the_later_page_as_it_is() -> None:
    before, after = extract(f"<main>{paragraphs(TEXT)}</main>"), extract(f"<main>{paragraphs(OTHER)}</main>")
    assert in_frame_of(before, after) == (after, None)
    assert in_frame_of(before, after)[0] is after


def test_where_the_recipe_chose_nothing_is_looked_for() -> None:
    whole = extract(f"<main>{paragraphs(TEXT)}</main>")
    kept = extract(f"<main>{paragraphs(TEXT)}</main>", Recipe(keep="p"))
    assert in_frame_of(kept, whole)[0] is whole
    assert in_frame_of(whole, kept)[0] is kept


def test_a_main_part_is_found_by_role_though_it_would_not_be_believed_alone() -> None:
    texts, reason = framed(
        f"{BESIDE}<main>{paragraphs(TEXT[:3])}</main>", f"{BESIDE}<main>{paragraphs(TEXT[:1])}</main>"
    )
    assert (texts, reason) == (TEXT[:1], None)


def test_a_short_main_part_is_no_evidence_of_anything() -> None:
    texts, reason = framed(f"<main>{TEXT[0]}</main>", f"{BESIDE}<main>Nu</main>")
    assert (texts, reason) == (["Nu"], None)
    texts, reason = framed(f"<main>{TEXT[0]}</main>", "<div>Nu</div>")
    assert (texts, reason) == (["Nu"], None)


def test_a_main_part_is_found_by_id() -> None:
    after = f'{BESIDE}<div id="c">{paragraphs(TEXT[1:])}</div>'
    texts, reason = framed(f'<main id="c">{paragraphs(TEXT)}</main>', after)
    assert (texts, reason) == (TEXT[1:], None)
    texts, reason = framed(f'<article id="c">{paragraphs(TEXT)}<article id="d"></article></article>', after)
    assert (texts, reason) == (TEXT[1:], None)


def test_links_are_content_in_the_element_that_was_the_main_part() -> None:
    links = "".join(f"<li><a href='/{number}'>Rapport {number}</a></li>" for number in range(9))
    texts, _ = framed(
        f'<main id="c">{paragraphs(TEXT)}<ul>{links}</ul></main>',
        f'<div id="c">{paragraphs(TEXT)}<ul>{links}</ul></div>',
    )
    assert texts == [*TEXT, *(f"Rapport {number}" for number in range(9))]


def test_another_frame_is_taken_where_it_holds_the_text() -> None:
    texts, _ = framed(f"<main>{paragraphs(TEXT)}</main>", f"{BESIDE[:200]}<article>{paragraphs(TEXT)}</article>")
    assert texts == TEXT
    texts, reason = framed(f"<main>{paragraphs(TEXT)}</main>", f"<p>Vik</p><article>{paragraphs(OTHER)}</article>")
    assert (texts, reason) == (["Vik", *OTHER], None)


def test_what_was_outside_stays_outside_where_the_element_is_gone() -> None:
    texts, reason = framed(f"<p>Vik</p><main>{paragraphs(TEXT)}</main>", f"<p>Vik</p><div>{paragraphs(OTHER)}</div>")
    assert (texts, reason) == (OTHER, None)


def test_a_main_content_that_is_nowhere_is_lost() -> None:
    texts, reason = framed(f"{BESIDE}<main>{paragraphs(TEXT)}</main>", f"{BESIDE}<main>Logga in</main>")
    assert texts == ["Logga in"]
    assert reason == Reason("shrunk", {"before": sum(map(len, TEXT)), "after": len("Logga in")})


def test_a_menu_is_no_main_content_unless_it_was_one() -> None:
    menu = "".join(f"<li><a href='/{number}'>Ett område, del {number}</a></li>" for number in range(20))
    _, reason = framed(f"<main>{paragraphs(TEXT)}</main>", f"<main><h2>Mer</h2><ul>{menu}</ul></main>")
    assert reason == Reason("shrunk", {"before": sum(map(len, TEXT)), "after": 0})
    _, reason = framed(f"<main><ul>{menu}</ul></main>", f"<main><h2>Mer</h2><ul>{menu}</ul></main>")
    assert reason is None


def test_a_page_without_frame_stays_without_where_the_frame_was_there_or_its_outside_is_known() -> None:
    texts, _ = framed(f"{BESIDE}<main>{TEXT[0]}</main>", f"{BESIDE}<main>{paragraphs(TEXT)}</main>")
    assert texts[-6:] == TEXT
    assert len(texts) == 18
    texts, _ = framed(f"<p>Vik</p><div>{paragraphs(TEXT)}</div>", f"<p>Vik</p><main>{paragraphs(TEXT)}</main>")
    assert texts == ["Vik", *TEXT]


def test_a_frame_that_a_redesign_brings_is_believed() -> None:
    texts, _ = framed(paragraphs(TEXT), f"<p>Vik</p><main>{paragraphs(TEXT)}</main>")
    assert texts == TEXT
    texts, _ = framed(paragraphs(TEXT), f"<main>{paragraphs(TEXT)}</main>")
    assert texts == TEXT


def test_the_line_with_the_date_counts_in_every_frame() -> None:
    stated = "<div><p>Senast uppdaterad: 2026-03-01</p></div>"
    texts, _ = framed(f"{BESIDE}<main>{paragraphs(TEXT[:3])}</main>{stated}", f"{BESIDE}<main>{TEXT[0]}</main>{stated}")
    assert texts == [TEXT[0], "Senast uppdaterad: 2026-03-01"]


def test_what_the_recipe_ignores_shifts_no_frame() -> None:
    recipe = Recipe(ignore=(r"Nämnd \d+ möts i januari och i maj i huset vid torget i Vik\.",))
    before = extract(f'<main id="c">{paragraphs(TEXT)}</main>', recipe)
    after = extract(f'{BESIDE}<p>Vik</p><div id="c">{paragraphs(TEXT)}</div>', recipe)
    assert [block.text for block in in_frame_of(before, after)[0].blocks] == TEXT
