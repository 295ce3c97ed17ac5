"""Boilerplate known by structure and by name."""

from __future__ import annotations

import pytest

from monitor.core.page.boilerplate_by_name import DropReason, by_names, by_structure, of_opened, opens_on_click


@pytest.mark.parametrize(
    ("tag", "role", "inside", "code"),
    [
        ("nav", None, True, "nav"),
        ("footer", None, False, "footer"),
        ("header", None, False, "header"),
        ("header", None, True, None),
        ("header", "banner", True, None),
        ("div", "banner", False, "header"),
        ("div", "navigation", True, "nav"),
        ("div", "dialog", True, "dialog"),
        ("aside", "region", True, "aside"),
        ("nav", "presentation", True, "nav"),
        ("div", "region", True, None),
        ("div", "okänd", True, None),
        ("ul", None, False, None),
    ],
)
def test_what_a_page_declares_is_believed(
    tag: str,
    role: str | None,
    inside: bool,  # noqa: FBT001 -- part of a test case
    code: str | None,
) -> None:
    why = by_structure(tag, role, inside_content=inside)
    assert (why.code if why else None) == code


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("main-menu", "nav"),
        ("huvudmeny", "nav"),
        ("pageFooter", "footer"),
        ("site-header", "header"),
        ("breadcrumbs", "breadcrumbs"),
        ("cookie-banner", "cookies"),
        ("share-buttons", "share"),
        ("col-md-3 sidebar", "aside"),
        ("has-sidebar", None),
        ("no-nav with-menu", None),
        ("page-header", None),
        ("main-content-menu", None),
        ("menu-content", None),
        ("teaser", None),
        ("skip", "skip link"),
        ("skip-link", "skip link"),
        ("c-skip-to-content", "skip link"),
        ("rs_skip rs_preserve", None),
        ("index-skip", None),
        ("skip-this", None),
        ("readspeaker_menu", None),
        ("", None),
    ],
)
def test_names_are_guesses_at_boilerplate(names: str, code: str | None) -> None:
    why = by_names(names)
    assert (why.code if why else None) == code
    assert why is None or not why.sure


@pytest.mark.parametrize(
    ("attributes", "opens"),
    [
        ({"role": "tabpanel"}, True),
        ({"hidden": "until-found"}, True),
        ({"class": "faq-answer", "hidden": None}, True),
        ({"id": "accordionPanel3"}, True),
        ({"class": "modal"}, False),
        ({}, False),
    ],
)
def test_folded_parts_are_told_from_hidden_ones(
    attributes: dict[str, str | None],
    opens: bool,  # noqa: FBT001 -- the expectation of a test case
) -> None:
    assert opens_on_click(attributes) is opens


def test_how_a_part_opens_says_little_of_what_it_holds() -> None:
    assert of_opened(DropReason("dialog", sure=True)) == DropReason("dialog", is_opened=True)
    assert of_opened(DropReason("nav", sure=True)) == DropReason("nav", sure=True, is_opened=True)
