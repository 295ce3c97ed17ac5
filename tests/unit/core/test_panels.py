"""Which hidden elements a person opens."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from monitor.core.page.boilerplate_words import reads_more
from monitor.core.page.panels import Panels

PANEL = '<div id="p" class="x" hidden><p>Text</p></div>'


def opened(html: str) -> tuple[str, ...]:
    return Panels(LexborHTMLParser(f"<body>{html}</body>"), "https://norrvik.example/stod").names


@pytest.mark.parametrize(
    "control",
    [
        '<button aria-controls="p">Mer</button>',
        '<button aria-controls="a b p">Mer</button>',
        '<input type="checkbox" aria-controls="p">',
        '<button data-bs-target="#p">Mer</button>',
        '<button data-target=".x">Mer</button>',
        '<button popovertarget="p">Mer</button>',
        '<a href="#p" data-target>Mer</a>',
        '<a href="#%70">Mer</a>',
        '<a href="/stod#p">Mer</a>',
        '<a href="https://norrvik.example/stod#p">Mer</a>',
        '<button data-open="p">Mer</button>',
        '<button uk-toggle="target: #p">Mer</button>',
        "<a href=\"javascript:toggle('p')\">Mer</a>",
        '<a href="#" onclick="document.getElementById(\'p\').hidden = false">Mer</a>',
    ],
)
def test_a_control_points_at_its_panel_wherever_either_is(control: str) -> None:
    assert opened(f"{control}<p>Annat</p>{PANEL}") == ("p",)
    assert opened(f"{PANEL}<p>Annat</p>{control}") == ("p",)


@pytest.mark.parametrize(
    "html",
    [
        f"<button>Mer</button>{PANEL}",
        f'<button aria-controls="q">Mer</button>{PANEL}',
        f'<a href="/annan#p">Mer</a>{PANEL}',
        f'<a href="#">Mer</a>{PANEL}',
        '<div id="p" hidden><button aria-controls="p">Stäng</button></div>',
        f"{PANEL}<!-- a -->" * 4,
        f"<h2>Ansökan</h2>{PANEL}",
        f"<div><div><div><div><div><div><div><div><div>Djupt</div></div></div></div></div></div></div></div></div>{PANEL}",
        f"<button aria-expanded='false'>Mer</button>{'<!-- a -->' * 9}{PANEL}",
        '<button aria-expanded="false">Mer</button><span aria-hidden="true">▼</span>',
        '<h3>Svar <button>Läs mer</button></h3><div aria-hidden="true">Svar</div>',
        '<button aria-controls="p">Mer</button><svg id="p" aria-hidden="true"></svg>',
        f"<p></p>{PANEL}",
        f'<button aria-controls="q">Mer</button><h3><button aria-controls="q">Titel</button></h3>{PANEL}',
        f"{PANEL}<h3><button>Titel</button></h3>",
        f'<button title="p" class="p" data-x="pp">Mer</button><p>Annat</p>{PANEL}',
        f'<a href="http://[x#p">Mer</a>{PANEL}',
        '<ul><li>Ett</li><li id="p" hidden>Två</li></ul><button>Skriv ut</button>',
        '<section><p id="p" hidden>Två</p></section><button>Visa alla</button>',
        '<div><div><div><p id="p" hidden>Två</p></div></div></div><button>Visa alla</button>',
        "<dialog id='p'>Text</dialog><div class='modal' id='q'>Text</div>",
    ],
)
def test_what_no_control_opens_stays_hidden(html: str) -> None:
    assert opened(html) == ()


@pytest.mark.parametrize(
    "html",
    [
        f'<h3><button aria-expanded="false">Mer</button></h3>{PANEL}',
        f'<h3 aria-expanded="false">Mer</h3> <!-- a --> {PANEL}',
        f'<div>Svar <a href="#">Visa mer</a></div>{PANEL}',
        f'{PANEL}<p><a href="javascript:open()">Läs mer</a></p>',
        f'{PANEL}<span role="button">Show more</span>',
        '<button id="b">Mer</button><p>Annat</p><div id="p" hidden aria-labelledby="c b">Text</div>',
        '<p>Kort. <span id="p" style="display:none">Resten.</span> <a>Läs vidare</a></p>',
        f"<h3><button>Titel</button></h3>{PANEL}",
        f'<h3 onclick="t(this)">Titel</h3>{PANEL}',
        f'<h3 role="button" tabindex="0">Titel</h3>{PANEL}',
        f"<h3><!-- a --><button>Titel</button></h3><i></i>{PANEL}",
        '<button @click="o=!o" :aria-expanded="o">Mer</button><div id="p" style="display:none">Text</div>',
        '<ul><li>Ett</li><li id="p" hidden>Två</li></ul><button>Visa alla (2)</button>',
        '<table><tbody><tr><td>1</td></tr><tr id="p" hidden><td>2</td></tr></tbody></table><button>Visa hela</button>',
        '<div id="p" class="tab-pane" style="display:none">Text</div>',
        '<div id="p" itemprop="acceptedAnswer" hidden>Text</div>',
    ],
)
def test_a_neighbour_that_expands_or_reads_more_opens_too(html: str) -> None:
    assert opened(html) == ("p",)


@pytest.mark.parametrize(
    "html",
    [
        '<dl><dt><a href="#">Ansökan</a></dt><dd id="p" style="display:none">Text</dd></dl>',
        f'<div class="rubrik"><a href="javascript:void(0)">Ansökan</a></div>{PANEL}',
        f'<div class="rubrik"><a href="#">Ansökan</a></div>{PANEL}',
        f'<a href="javascript:;">Ansökan</a>{PANEL}',
        f'<input type="checkbox" id="c"><label for="c">Ansökan</label>{PANEL}',
        '<a href="javascript:;">Ansökan</a><div id="p" hidden><div><h3>Så</h3><p>Text</p></div></div>',
        '<button data-tab="a">Ansökan</button><hr><section id="p" data-tab-content="a" hidden>Text</section>',
        '<button data-tab-link="a">Ansökan</button><hr><section id="p" data-tab="a" hidden>Text</section>',
        '<section id="p" data-tab="a" hidden>Text</section><hr><a href="/b" data-tab="a">Ansökan</a>',
    ],
)
def test_a_link_of_a_script_a_ticked_box_and_a_shared_key_open_too(html: str) -> None:
    assert opened(html) == ("p",)


@pytest.mark.parametrize(
    "html",
    [
        '<div><a href="#">Meny</a></div><div hidden><ul><li><a href="/a">A</a></li></ul></div>',
        f"<div><a href='#'>Meny</a></div><div hidden>{'<br>' * 9}<p>Text</p></div>",
        f'<div><a href="/b">Meny</a></div>{PANEL}',
        f'<label for="c">Namn</label>{PANEL}',
        f'<input type="text" id="c"><label for="c">Namn</label>{PANEL}',
        f'<b></b><label for="c">Namn</label>{PANEL}',
        '<button data-open="true">Mer</button><hr><div data-open="true" hidden>Text</div>',
        '<button data-id="a">Mer</button><hr><div data-tab="a" data-x hidden>Text</div>',
        '<hr><div data-tab="a" hidden><button data-tab="a">Stäng</button></div>',
        '<button data-tab="a">Mer</button><hr><div data-tab="a" aria-hidden="true">Text</div>',
    ],
)
def test_a_menu_a_field_and_a_key_of_another_kind_open_nothing(html: str) -> None:
    assert opened(html) == ()


def test_a_control_deep_inside_its_panel_is_looked_for_only_so_far() -> None:
    def deep(levels: int) -> str:
        inner = f'{"<b>" * levels}<button aria-controls="p">Stäng</button>{"</b>" * levels}'
        return f'<div id="p" hidden>{inner}</div>'

    assert opened(deep(20)) == ()
    assert opened(deep(100)) == ("p",)


def test_the_pattern_says_which_are_opened_in_reading_order() -> None:
    html = f"<p hidden>Dolt</p>{PANEL}<a href='#p'>Mer</a><p hidden>Dolt</p>"
    assert Panels(LexborHTMLParser(html)).pattern() == "-+-"


def test_a_panel_is_pointed_at_by_the_first_controls_that_are_looked_at() -> None:
    inside = "<button aria-controls='p'></button>" * 30
    assert opened(f"<div id='p' hidden>{inside}</div><button aria-controls='p'></button>") == ()


@pytest.mark.parametrize(
    ("text", "more"),
    [("Läs mer om stödet", True), ("▼ Visa alla", True), ("Read more", True), ("Mehr anzeigen", True), ("Sök", False)],
)
def test_the_words_of_reading_more(text: str, more: bool) -> None:  # noqa: FBT001 -- the expectation of a test case
    assert reads_more(text) is more


def test_of_a_long_button_its_beginning_is_read() -> None:
    for label, is_open in (("Visa alla", True), (f"Visa alla {'och mer ' * 90}", True), ("x" * 90, False)):
        html = f'<ul><li>Ett</li><li id="p" hidden>Två</li></ul><button><b>{label}</b> och mer</button>'
        assert bool(Panels(LexborHTMLParser(html)).opened) is is_open, label
