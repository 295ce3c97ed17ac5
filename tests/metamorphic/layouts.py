"""Eight ways in which authorities' sites mark up one sheet: from what a page says to its HTML.

Every layout shows everything a sheet says, where sites of its kind put it; none is copied from a real page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tests.metamorphic.sheet import Link, Section, Sheet

Layout = Callable[[Sheet], str]


_HEADING = re.compile(r"<(h2)([^>]*)>(.*?)</h2>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def html(layout: str, sheet: Sheet) -> str:
    """Return the HTML of a sheet in a layout, with the values of its facts; links may lead to its headings."""
    return _HEADING.sub(_with_id, sheet.filled(LAYOUTS[layout](sheet)))


def anchor(heading: str) -> str:
    """Return the id of the heading of a section."""
    return re.sub(r"\W+", "-", heading.lower())


def _with_id(heading: re.Match[str]) -> str:
    name, attributes, text = heading.groups()
    return f'<{name} id="{anchor(_TAG.sub("", text))}"{attributes}>{text}</{name}>'


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part for part in parts if part)


def _p(texts: Iterable[str], attributes: str = "") -> str:
    return _joined(f"<p{attributes}>{text}</p>" for text in texts)


def _ul(texts: Iterable[str], attributes: str = "") -> str:
    items = _joined(f"<li>{text}</li>" for text in texts)
    return f"<ul{attributes}>\n{items}\n</ul>" if items else ""


def _dl(pairs: Iterable[tuple[str, str]], attributes: str = "") -> str:
    rows = _joined(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in pairs)
    return f"<dl{attributes}>\n{rows}\n</dl>"


def _a(link: Link, attributes: str = "") -> str:
    return f'<a{attributes} href="{link.href}">{link.text}</a>'


def _table(sheet: Sheet, attributes: str = "") -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in sheet.table.columns)
    rows = _joined(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in sheet.table.rows)
    return f"<table{attributes}>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _section(section: Section, p: str = "", ul: str = "") -> str:
    return _joined((f"<h2>{section.heading}</h2>", _p(section.paragraphs, p), _ul(section.items, ul)))


def _linked(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a contact's rows with phone number and e-mail address as links."""
    return [
        (
            label,
            value.replace("[[email]]", '<a href="mailto:[[email]]">[[email]]</a>').replace(
                "[[phone]]", '<a href="tel:[[phone|digits]]">[[phone]]</a>'
            ),
        )
        for label, value in pairs
    ]


def _document(sheet: Sheet, head: str, body: str, attributes: str = "") -> str:
    """Return a whole HTML document."""
    return (
        f'<!DOCTYPE html>\n<html lang="{sheet.language}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{sheet.title} - {sheet.site}</title>\n{head}\n</head>\n<body{attributes}>\n{body}\n</body>\n</html>\n"
    )


def sitevision(sheet: Sheet) -> str:
    """Portlets in columns; questions fold in <details>; the contact stands in a column beside <main>."""
    p = ' class="normal"'
    text = sheet.only or _joined(
        (
            '<div class="sv-text-portlet sv-use-margins" id="svid12_1a2b"><div class="sv-text-portlet-content">',
            f'<h1 class="heading" id="h-top">{sheet.title}</h1>',
            *sheet.tools,
            _p(sheet.top, p),
            _joined(f'<p class="normal"><strong>{label}:</strong> {value}</p>' for label, value in sheet.status),
            f'<p class="ingress">{sheet.preamble}</p>',
            "</div></div>",
            *(
                f'<div class="sv-text-portlet sv-use-margins"><div class="sv-text-portlet-content">'
                f"{_section(section, p)}</div></div>"
                for section in sheet.sections
            ),
            *sheet.extra,
            f"<h2>{sheet.table.heading}</h2>",
            _table(sheet, ' class="sv-responsive-table"'),
            f"<h2>{sheet.questions_heading}</h2>",
            *(
                f'<details class="sv-details"><summary>{question}</summary><p class="normal">{answer}</p></details>'
                for question, answer in sheet.questions
            ),
            f"<h2>{sheet.documents_heading}</h2>",
            _ul((_a(link, ' class="sv-link"') for link in sheet.documents), ' class="sv-linklist"'),
            _p(sheet.bottom, p),
            f'<p class="page-date">{sheet.stamp[0]}: {sheet.stamp[1]}</p>',
        )
    )
    aside = (
        '<div class="sv-layout sv-column-4" id="svid10_right"><div class="sv-text-portlet kontakt">'
        f'<h2 class="subheading">{sheet.contact_heading}</h2>'
        f"{_joined(f'<p><strong>{a}</strong><br>{b}</p>' for a, b in _linked(sheet.contact))}</div></div>"
    )
    body = _joined(
        (
            *sheet.before,
            f'<header class="sv-layout" id="svid10_head"><a href="/">{sheet.site}</a></header>',
            f'<nav class="sv-menu" aria-label="Meny">{_ul(map(_a, sheet.menu))}</nav>',
            '<div class="sv-row"><main class="sv-layout sv-column-8" id="Mittenspalt">',
            text,
            "</main>",
            "" if sheet.only else aside,
            *sheet.beside,
            "</div>",
            f'<footer class="sv-layout">{_p(sheet.footer)}</footer>',
        )
    )
    return _document(sheet, '<script nonce="Zm9vYmFy">window.sv={};</script>', body, ' class="sv-responsive"')


def episerver(sheet: Sheet) -> str:
    """Blocks of rich text; questions in panels that a button opens; the contact is a card in <main>."""
    text = sheet.only or _joined(
        (
            f'<header class="page__header"><h1>{sheet.title}</h1>',
            _dl(sheet.status, ' class="page__facts"'),
            *sheet.tools,
            "</header>",
            _p(sheet.top),
            f'<div class="page__preamble"><p>{sheet.preamble}</p></div>',
            *(
                f'<div class="block richtextblock"><div class="rich-text">{_section(section)}</div></div>'
                for section in sheet.sections
            ),
            *sheet.extra,
            f'<div class="block tableblock"><h2>{sheet.table.heading}</h2>{_table(sheet)}</div>',
            f'<div class="block accordionblock"><h2>{sheet.questions_heading}</h2>',
            *(
                f'<h3><button type="button" aria-expanded="false" aria-controls="acc-{number}">{question}</button></h3>'
                f'<div id="acc-{number}" class="accordion__panel" hidden><p>{answer}</p></div>'
                for number, (question, answer) in enumerate(sheet.questions)
            ),
            "</div>",
            f'<div class="block linklist"><h2>{sheet.documents_heading}</h2>{_ul(map(_a, sheet.documents))}</div>',
            f'<aside class="contact-card"><h2>{sheet.contact_heading}</h2>{_dl(_linked(sheet.contact))}</aside>',
            _p(sheet.bottom),
            f'<div class="page__meta"><span>{sheet.stamp[0]}</span> <time>{sheet.stamp[1]}</time></div>',
        )
    )
    body = _joined(
        (
            *sheet.before,
            (
                f'<header class="site-header"><a class="logo" href="/">{sheet.site}</a>'
                f'<nav class="site-nav">{_ul(map(_a, sheet.menu))}</nav></header>'
            ),
            f'<main id="main-content"><article class="page page--standard">{text}</article></main>',
            *sheet.beside,
            f'<footer class="site-footer"><div class="site-footer__inner">{_p(sheet.footer)}</div></footer>',
        )
    )
    return _document(sheet, '<link rel="stylesheet" href="/dist/app.css?v=a81f">', body, ' data-page-id="4711"')


def wordpress(sheet: Sheet) -> str:
    """An article with its header, blocks of the editor, and the contact as a widget in the column beside <main>."""
    text = sheet.only or _joined(
        (
            '<article id="post-218" class="post-218 page type-page status-publish hentry">',
            f'<header class="entry-header"><h1 class="entry-title">{sheet.title}</h1></header>',
            '<div class="entry-content">',
            *sheet.tools,
            _p(sheet.top),
            _joined(f'<p class="has-small-font-size">{label}: {value}</p>' for label, value in sheet.status),
            f'<p class="has-large-font-size">{sheet.preamble}</p>',
            *(_section(section, "", ' class="wp-block-list"') for section in sheet.sections),
            *sheet.extra,
            f"<h2>{sheet.table.heading}</h2>",
            f'<figure class="wp-block-table">{_table(sheet)}</figure>',
            f"<h2>{sheet.questions_heading}</h2>",
            *(
                f'<details class="wp-block-details"><summary>{question}</summary>\n<p>{answer}</p>\n</details>'
                for question, answer in sheet.questions
            ),
            f"<h2>{sheet.documents_heading}</h2>",
            *(f'<div class="wp-block-file">{_a(link)}</div>' for link in sheet.documents),
            _p(sheet.bottom),
            "</div>",
            f'<footer class="entry-footer"><span class="updated">{sheet.stamp[0]} {sheet.stamp[1]}</span></footer>',
            "</article>",
        )
    )
    menu = _ul(map(_a, sheet.menu), ' class="menu"')
    widget = (
        f'<aside id="secondary" class="widget-area"><section id="text-3" class="widget widget_text">'
        f'<h2 class="widget-title">{sheet.contact_heading}</h2><div class="textwidget">'
        f"{_joined(f'<p>{a}: {b}</p>' for a, b in _linked(sheet.contact))}</div></section></aside>"
    )
    body = _joined(
        (
            *sheet.before,
            (
                '<div id="page" class="site"><header id="masthead" class="site-header">'
                f'<p class="site-title"><a href="/" rel="home">{sheet.site}</a></p>'
                f'<nav id="site-navigation" class="main-navigation">{menu}</nav></header>'
            ),
            (
                f'<div id="content" class="site-content"><div id="primary" class="content-area">'
                f'<main id="main" class="site-main">{text}</main></div>'
            ),
            "" if sheet.only else widget,
            *sheet.beside,
            "</div>",
            f'<footer id="colophon" class="site-footer">{_p(sheet.footer)}</footer></div>',
        )
    )
    return _document(sheet, '<meta name="generator" content="WordPress">', body, ' class="page-id-218 wp-embed"')


def drupal(sheet: Sheet) -> str:
    """Regions, blocks and fields; the title is a block of its own; questions collapse; the contact is a sidebar."""
    head = (
        '<div class="region region-highlighted"><div class="block block-page-title-block">'
        f'<h1 class="page-header"><span class="field field--name-title">{sheet.title}</span></h1></div>'
        f"{_joined(sheet.tools)}"
        f'<div class="block block-page-status">{_dl(sheet.status)}</div></div>'
    )
    text = sheet.only or _joined(
        (
            '<div class="node__content">',
            _p(sheet.top),
            f'<div class="field field--name-field-intro"><p>{sheet.preamble}</p></div>',
            '<div class="field field--name-body field--type-text-with-summary">',
            *map(_section, sheet.sections),
            *sheet.extra,
            f"<h2>{sheet.table.heading}</h2>",
            _table(sheet, ' class="table table-striped"'),
            f"<h2>{sheet.questions_heading}</h2>",
            *(
                f'<h3><a role="button" data-bs-toggle="collapse" data-bs-target="#c{number}" href="#c{number}">'
                f'{question}</a></h3><div class="collapse" id="c{number}"><p>{answer}</p></div>'
                for number, (question, answer) in enumerate(sheet.questions)
            ),
            f"<h2>{sheet.documents_heading}</h2>",
            _ul(f'<span class="file file--application-pdf">{_a(link)}</span>' for link in sheet.documents),
            _p(sheet.bottom),
            "</div>",
            (
                f'<div class="field field--name-changed"><div class="field__label">{sheet.stamp[0]}</div>'
                f'<div class="field__item">{sheet.stamp[1]}</div></div>'
            ),
            "</div>",
        )
    )
    side = (
        '<aside class="col-md-3"><div class="region region-sidebar-second"><section class="block block-block-content">'
        f'<h2 class="block-title">{sheet.contact_heading}</h2><div class="field field--name-body">'
        f"{_joined(f'<p>{a}: {b}</p>' for a, b in sheet.contact)}</div></section></div></aside>"
    )
    body = _joined(
        (
            *sheet.before,
            f'<div class="dialog-off-canvas-main-canvas"><header role="banner"><a href="/">{sheet.site}</a></header>',
            f'<nav role="navigation" class="block block-menu menu--main">{_ul(map(_a, sheet.menu))}</nav>',
            '<div class="main-container"><div class="row">',
            "" if sheet.only else head,
            (
                '<main role="main" class="col-md-9"><a id="main-content" tabindex="-1"></a>'
                '<div class="region region-content"><article class="node node--type-page node--view-mode-full">'
                f"{text}</article></div></main>"
            ),
            "" if sheet.only else side,
            *sheet.beside,
            f'</div></div><footer class="footer" role="contentinfo">{_p(sheet.footer)}</footer></div>',
        )
    )
    return _document(
        sheet, '<meta name="Generator" content="Drupal 10">', body, ' class="path-node page-node-type-page"'
    )


def plain(sheet: Sheet) -> str:
    """Old HTML without any <main>: capitals, paragraphs and items that nobody ends, rules and bold labels."""
    text = sheet.only or _joined(
        (
            f"<H1>{sheet.title}</H1>",
            *sheet.tools,
            *(f"<P>{line}" for line in sheet.top),
            *(f"<P><B>{label}:</B> {value}" for label, value in sheet.status),
            f"<P><I>{sheet.preamble}</I>",
            *(
                f"<H2>{section.heading}</H2>\n"
                + _joined(f"<P>{text}" for text in section.paragraphs)
                + (f"\n<UL>\n{_joined(f'<LI>{item}' for item in section.items)}\n</UL>" if section.items else "")
                for section in sheet.sections
            ),
            *sheet.extra,
            f"<H2>{sheet.table.heading}</H2>",
            '<TABLE BORDER="1">',
            f"<TR>{''.join(f'<TD><B>{name}</B></TD>' for name in sheet.table.columns)}</TR>",
            *(f"<TR>{''.join(f'<TD>{cell}' for cell in row)}" for row in sheet.table.rows),
            "</TABLE>",
            f"<H2>{sheet.questions_heading}</H2>",
            *(f"<P><B>{question}</B><BR>{answer}" for question, answer in sheet.questions),
            f"<H2>{sheet.documents_heading}</H2>",
            f"<UL>\n{_joined(f'<LI>{_a(link)}' for link in sheet.documents)}\n</UL>",
            f"<HR>\n<H2>{sheet.contact_heading}</H2>",
            f"<P>{'<BR>'.join(f'{label}: {value}' for label, value in sheet.contact)}</P>",
            *(f"<P>{line}" for line in sheet.bottom),
            f"<P><FONT SIZE=-1>{sheet.stamp[0]} {sheet.stamp[1]}</FONT></P>",
        )
    )
    body = _joined(
        (
            *sheet.before,
            f"<CENTER><B>{sheet.site}</B></CENTER>",
            f"<P>{' | '.join(map(_a, sheet.menu))}</P><HR>",
            text,
            *sheet.beside,
            f"<HR><CENTER><SMALL>{'<BR>'.join(sheet.footer)}</SMALL></CENTER>",
        )
    )
    return _document(sheet, "", body, ' BGCOLOR="#ffffff"')


def accordions(sheet: Sheet) -> str:
    """Every section is a panel that is not shown until its button is pressed."""

    def panel(number: int, heading: str, inside: str) -> str:
        return (
            f'<div class="ac"><h2 class="ac-header"><button class="ac-trigger" type="button" aria-expanded="false" '
            f'aria-controls="panel-{number}">{heading}</button></h2>'
            f'<div class="ac-panel" id="panel-{number}" role="region" aria-hidden="true" style="display:none">'
            f'<div class="ac-text">{inside}</div></div></div>'
        )

    panels = [
        *((section.heading, _joined((_p(section.paragraphs), _ul(section.items)))) for section in sheet.sections),
        (sheet.table.heading, _table(sheet)),
        *((question, f"<p>{answer}</p>") for question, answer in sheet.questions),
        (sheet.documents_heading, _ul(map(_a, sheet.documents))),
        (sheet.contact_heading, _dl(_linked(sheet.contact))),
    ]
    text = sheet.only or _joined(
        (
            f"<h1>{sheet.title}</h1>",
            *sheet.tools,
            _p(sheet.top),
            _ul(f"{label}: {value}" for label, value in sheet.status),
            f'<p class="lead">{sheet.preamble}</p>',
            *sheet.extra,
            '<div class="accordion-container">',
            *(panel(number, heading, inside) for number, (heading, inside) in enumerate(panels)),
            "</div>",
            _p(sheet.bottom),
            f'<p class="small">{sheet.stamp[0]}: {sheet.stamp[1]}</p>',
        )
    )
    body = _joined(
        (
            *sheet.before,
            f'<header><a href="/">{sheet.site}</a></header><nav>{_ul(map(_a, sheet.menu))}</nav>',
            f'<main class="container">{text}</main>',
            *sheet.beside,
            f"<footer>{_p(sheet.footer)}</footer>",
        )
    )
    return _document(sheet, '<script src="/js/accordion.min.js?ver=3.1"></script>', body)


def tables(sheet: Sheet) -> str:
    """The page is a table: a menu to the left, the text in the middle, the contact to the right."""

    def facts(pairs: Iterable[tuple[str, str]]) -> str:
        rows = _joined(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in pairs)
        return f'<table cellpadding="2">\n{rows}\n</table>'

    text = sheet.only or _joined(
        (
            f"<h1>{sheet.title}</h1>",
            *sheet.tools,
            _p(sheet.top),
            facts(sheet.status),
            f"<p>{sheet.preamble}</p>",
            *map(_section, sheet.sections),
            *sheet.extra,
            f"<h2>{sheet.table.heading}</h2>",
            _table(sheet, ' border="1"'),
            f"<h2>{sheet.questions_heading}</h2>",
            facts(sheet.questions),
            f"<h2>{sheet.documents_heading}</h2>",
            f"<table><tr><td>{'</td></tr><tr><td>'.join(map(_a, sheet.documents))}</td></tr></table>",
            _p(sheet.bottom),
            f'<p class="datum">{sheet.stamp[0]} {sheet.stamp[1]}</p>',
        )
    )
    right = f'<td valign="top" width="160"><h3>{sheet.contact_heading}</h3>{facts(sheet.contact)}</td>'
    menu = _joined(f"<tr><td>{_a(link)}</td></tr>" for link in sheet.menu)
    body = _joined(
        (
            *sheet.before,
            f'<table width="100%"><tr><td colspan="3"><b>{sheet.site}</b></td></tr><tr>',
            f'<td valign="top" width="140"><table class="meny">{menu}</table></td>',
            f'<td valign="top" id="innehall">{text}</td>',
            "" if sheet.only else right,
            "</tr></table>",
            *sheet.beside,
            f'<table width="100%"><tr><td class="fot">{"<br>".join(sheet.footer)}</td></tr></table>',
        )
    )
    return _document(sheet, "", body)


def intranet(sheet: Sheet) -> str:
    """An export of an intranet: generated ids, the title before role="main", sections in tabs, a web part beside."""
    tabs = [
        *((section.heading, _joined((_p(section.paragraphs), _ul(section.items)))) for section in sheet.sections),
        (sheet.table.heading, _table(sheet, ' class="ms-rteTable-default"')),
        (
            sheet.questions_heading,
            _joined(f"<h4>{question}</h4><div>{answer}</div>" for question, answer in sheet.questions),
        ),
        (sheet.documents_heading, _ul(map(_a, sheet.documents))),
    ]
    buttons = _joined(
        f'<a role="tab" id="t{number}" aria-controls="tp{number}" aria-selected="{str(not number).lower()}" '
        f'href="#tp{number}">{heading}</a>'
        for number, (heading, _) in enumerate(tabs)
    )
    panels = _joined(
        f'<div role="tabpanel" id="tp{number}" aria-labelledby="t{number}"{" hidden" if number else ""}>'
        f"<h2>{heading}</h2>{inside}</div>"
        for number, (heading, inside) in enumerate(tabs)
    )
    head = (
        f'<div id="s4-titlerow"><div class="ms-table"><h1 id="pageTitle">{sheet.title}</h1>{_joined(sheet.tools)}'
        f'<div class="ms-pageinfo">{_joined(f"<div>{label}: {value}</div>" for label, value in sheet.status)}</div>'
        "</div></div>"
    )
    text = sheet.only or _joined(
        (
            f'<div class="ms-rtestate-field" id="ctl00_PlaceHolderMain_ctl03__ControlWrapper">{_p(sheet.top)}',
            f"<div>{sheet.preamble}</div>",
            *sheet.extra,
            f'<div role="tablist">{buttons}</div>',
            panels,
            _p(sheet.bottom),
            f"<div>{sheet.stamp[0]} {sheet.stamp[1]}</div></div>",
        )
    )
    part = (
        '<div class="ms-webpart-zone" id="MSOZoneCell_WebPartWPQ2"><div class="ms-webpart-titleText">'
        f'<h2>{sheet.contact_heading}</h2></div><div class="ms-WPBody">'
        f"{_joined(f'<div>{a}: {b}</div>' for a, b in _linked(sheet.contact))}</div></div>"
    )
    body = _joined(
        (
            *sheet.before,
            f'<div id="suiteBar"><a href="/">{sheet.site}</a></div>',
            (
                f'<div id="sideNavBox" class="ms-core-sideNavBox"><div class="ms-core-navigation" role="navigation">'
                f"{_ul(map(_a, sheet.menu))}</div></div>"
            ),
            '<div id="s4-workspace"><div id="s4-bodyContainer">',
            "" if sheet.only else head,
            f'<div id="contentBox" role="main"><div id="DeltaPlaceHolderMain">{text}</div></div>',
            "" if sheet.only else part,
            *sheet.beside,
            f'</div></div><div id="footer" role="contentinfo">{_p(sheet.footer)}</div>',
        )
    )
    return _document(sheet, '<meta name="GENERATOR" content="Export">', body, ' class="v4master"')


LAYOUTS: Mapping[str, Layout] = {
    "SiteVision": sitevision,
    "Episerver": episerver,
    "WordPress": wordpress,
    "Drupal": drupal,
    "plain": plain,
    "accordions": accordions,
    "tables": tables,
    "intranet": intranet,
}
