"""Steps that lead to another page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def follow(page: Page, way: Locator) -> None:
    """Click on a link or a button, and wait for the page that it leads to.

    A click alone returns before the next page is there: what is asked at once is asked of no document at all.
    """
    with page.expect_navigation():
        way.click()


def press_enter(page: Page) -> None:
    """Press Enter where the focus is, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")
