"""Boilerplate by element and role, which the page declares, or by class and id names, which are guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class DropReason:
    """Why a part is dropped.

    `sure`: the page declares it. A guess is dropped only where that does not take the page away with it.
    """

    code: str
    sure: bool = False
    doubtful: bool = False
    """True if the name may belong to an element that holds boilerplate and more: "footer-container"."""
    word: str = ""
    """Of a guess: the word in the name that led to it. A section on subscriptions may be named "subscription" too."""
    by_name: bool = False
    """True if only a class or id led to it: a hint, which the substance of the part must confirm."""
    is_opened: bool = False
    """True if the part is hidden until a control of the page opens it."""
    by_recipe: bool = False
    """True if the operator's recipe says so; such a reason is never withdrawn."""


_ROLES = {
    "navigation": "nav",
    "menu": "nav",
    "menubar": "nav",
    "banner": "header",
    "contentinfo": "footer",
    "complementary": "aside",
    "search": "search",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "toolbar": "tools",
}
_ELEMENTS = {"nav": "nav", "aside": "aside", "dialog": "dialog", "search": "search", "menu": "nav", "footer": "footer"}
_OUTSIDE_CONTENT_ONLY = {"header": "header"}
"""In an article or section a <header> holds its heading; only the page's own is boilerplate."""
BY_ELEMENT = _ELEMENTS.keys() | _OUTSIDE_CONTENT_ONLY.keys()
"""Elements that may be boilerplate by their tag alone."""

_NAMES_OF_CODE = {
    "skip link": "skiplink skiplinks skipnav skiptocontent genvag genvagar hoppa",
    "breadcrumbs": (
        "breadcrumb breadcrumbs crumb crumbs brodsmula brodsmulor smulor brodkrumer ariane migas brotkrumen"
    ),
    "cookies": (
        "cookie cookies cookiebanner cookiebar cookieconsent consent gdpr onetrust cookiebot kakor didomi tarteaucitron"
    ),
    "log-in": "login signin logon loggain inloggning anmelden einloggen connexion",
    "share": (
        "share shares sharing shareicons sharebuttons socialshare addthis addtoany sharethis dela teilen "
        "partage partager compartir delpa"
    ),
    "social": "social socials socialmedia sociala followus twitter facebook instagram youtube linkedin",
    "search": "search searchbox searchform searchbar sokruta sok suche recherche buscador zoeken",
    "pagination": "pagination pager paginering paging",
    "nav": (
        "nav navi navbar navigation navigering menu menus megamenu mainmenu submenu topmenu sidemenu menubar "
        "meny menyer huvudmeny undermeny toppmeny topnav subnav leftnav rightnav sidenav mainnav globalnav "
        "navmenu hamburger quicklinks toolbar dropdown subsite tabbar sitemap langswitch languageswitcher "
        "languageselector langselector"
    ),
    "footer": "footer sidfot pagefooter sitefooter bottombar fusszeile copyright",
    "header": "topbar masthead siteheader pageheader globalheader sidhuvud topheader utility",
    "related": (
        "related relaterat relaterade relatedlinks recommended recommendations readalso lasocksa similar seealso"
    ),
    "aside": (
        "sidebar sidebars sidepanel sidespalt sidospalt rightrail leftrail rightcolumn widget widgets marginalia"
    ),
    "banner": (
        "banner banners alertbanner announcement announcements sitealert notification notifications "
        "krisinformation vma promo promotion promotions advert advertisement ads adsense campaign newsletter "
        "nyhetsbrev smartbanner appbanner signup subscribe subscription prenumerera mailinglist"
    ),
    "dialog": "modal modals popup popups lightbox overlay offcanvas dialog drawer toast tooltip",
    "feedback": "feedback helpful betyg rating ratings survey",
    "comments": "comments commentlist disqus respond",
    "byline": "byline postmeta entrymeta tagcloud taglist",
    "translation": "skiptranslate gtranslate googtrans",
}
_CODE_OF_NAME = {name: why for why, names in _NAMES_OF_CODE.items() for name in names.split()}
_CODE_OF_WHOLE_NAME = {
    "header": "header",
    "site-header": "header",
    "page-top": "header",
    "header-wrapper": "header",
    "global-header": "header",
    "goog-gt-tt": "translation",
    **dict.fromkeys(
        (
            *(f"{whose}-{what}" for whose in ("entry", "post", "article") for what in ("meta", "data", "info")),
            *("posted-on", "cat-links", "tags-links"),
        ),
        "byline",
    ),
}
_SKIPS_TO = frozenset(
    ["link", "links", "nav", "navigation", "menu", "to", "content", "main", "main-content", "a", "wrap"]
)
"""What follows "skip" in the name of a skip link; elsewhere the word tells a program what to leave out."""
_READ_ALOUD = re.compile(
    r"^(?:rs|rsbtn|rspkr|readspeaker|read-?aloud|browsealoud|reachdeck|talandewebb|uppl[aä]s\w*)(?:[-_]|$)"
)
"""Names that tell a service that reads pages aloud what to read; they say nothing of what the part is."""
_NAME_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL_CASE_BORDER = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_DESCRIBES_OTHER = re.compile(
    r"^(?:has|with|no|not|without|is|hide|show|col|row|grid|js|u|t)[-_]|^(?:page|post|node|body)-(?:type|id|node)"
)
"""Names that describe something other than the element itself: "has-sidebar", "no-nav"."""
_COMPOUND_NAMES = (
    (re.compile(r"^cookie[a-z]{3,}$"), "cookies"),
    (re.compile(r"^(?:footer[a-z]{3,}|[a-z]{4,}footer)$"), "footer"),
    (re.compile(r"^[a-z]{2,}(?:navigation|navbar|nav|menu|meny)$|^(?:nav|menu)(?:list|links|items|bar|wrap)$"), "nav"),
    (re.compile(r"^(?:crumb|breadcrumb)[a-z]{3,}$"), "breadcrumbs"),
    (re.compile(r"^[a-z]{4,}sidebar$|^sidebar[a-z]{3,}$"), "aside"),
    (re.compile(r"^(?:social|share)(?:media|bar|links|icons|buttons)[a-z]*$"), "social"),
)
"""Names of two words written as one: "footerlinks", "localnav"."""
_CONTENT_WORDS = frozenset(["content", "article", "innehall", "inhalt", "contenu"])
"""Parts of names such as "menu-content", of elements that may hold the page beside the boilerplate."""
_WRAPPER_WORDS = frozenset(["wrapper", "container", "layout"])


def by_structure(tag: str, role: str | None, *, inside_content: bool) -> DropReason | None:
    """Return the reason to drop an element that the page declares as boilerplate by tag or role, else None.

    `inside_content`: the element is in a main, article or section element.
    """
    if role:
        code = _ROLES.get(role)
        if code and not (inside_content and code == "header"):
            return DropReason(code, sure=code != "aside")
        if role in {"main", "region", "presentation", "none", "group", "tabpanel", "article", "document"}:
            return None if tag not in _ELEMENTS else DropReason(_ELEMENTS[tag], sure=tag == "nav")
    code = _ELEMENTS.get(tag)
    if code:
        return DropReason(code, sure=code != "aside")
    if tag in _OUTSIDE_CONTENT_ONLY and not inside_content:
        return DropReason(_OUTSIDE_CONTENT_ONLY[tag], sure=True)
    return None


_LONGEST_NAMES = 2_000


@lru_cache(maxsize=4096)
def by_names(names: str) -> DropReason | None:
    """Return the reason to drop an element whose names suggest boilerplate, else None.

    `names` are its id and classes, separated by spaces.
    """
    doubtful = None
    for name in names[:_LONGEST_NAMES].split():
        if _DESCRIBES_OTHER.search(name) or _READ_ALOUD.search(name.lower()):
            continue
        lowered = name.lower().replace("_", "-")
        if lowered in _CODE_OF_WHOLE_NAME:
            return DropReason(_CODE_OF_WHOLE_NAME[lowered], by_name=True)
        parts = [part.lower() for part in _NAME_PARTS.findall(_CAMEL_CASE_BORDER.sub("-", name))]
        word = next((part for part in parts if _code_of_part(part)), "")
        code = _code_of_part(word)
        if not code and _is_skip_link(parts):
            return DropReason("skip link", word="skip", by_name=True)
        if code and _CONTENT_WORDS.isdisjoint(parts):
            if _WRAPPER_WORDS.isdisjoint(parts):
                return DropReason(code, word=word, by_name=True)
            doubtful = doubtful or DropReason(code, doubtful=True, word=word, by_name=True)
    return doubtful


def _is_skip_link(parts: list[str]) -> bool:
    """True if a name is "skip" alone, or says what it skips to."""
    if "skip" not in parts:
        return False
    following = parts[parts.index("skip") + 1 :]
    return following[0] in _SKIPS_TO if following else len(parts) == 1


_SAYS_HOW_IT_OPENS = frozenset({"dialog"})


def of_opened(reason: DropReason) -> DropReason:
    """Return the reason as it is for a part that a control of the page opens.

    A dialog that a person opens may hold anything, so its role and name are hints only.
    """
    sure = reason.sure and reason.code not in _SAYS_HOW_IT_OPENS
    return replace(reason, sure=sure, is_opened=True)


@lru_cache(maxsize=4096)
def _code_of_part(part: str) -> str | None:
    if part in _CODE_OF_NAME:
        return _CODE_OF_NAME[part]
    return next((code for pattern, code in _COMPOUND_NAMES if pattern.match(part)), None) if len(part) > 6 else None


_FOLDING_WORDS = frozenset(
    [
        "accordion",
        "collapse",
        "collapsible",
        "expandable",
        "expander",
        "tabpanel",
        "toggle",
        "dragspel",
        "faq",
        "answer",
        "utfallbar",
        "utfällbar",
        "tabcontent",
        "readmore",
        "disclosure",
        "expand",
        "collapsed",
        "foldout",
        "akkordeon",
        "accordeon",
        "dépliant",
        "aufklappbar",
        "trekkspill",
        "harmonika",
        "haitari",
    ]
)
_FOLDING_NAMES = frozenset({"tab-pane", "tabs-panel", "tab-panel", "tab-content", "read-more", "more-text", "visa-mer"})


_MAY_FOLD = re.compile("|".join(sorted(_FOLDING_WORDS)), re.IGNORECASE)
"""A quick test before the names are taken apart."""


def opens_on_click(attributes: Mapping[str, str | None]) -> bool:
    """True if a hidden element is the folded part of an accordion or a tab, which a reader opens with a click."""
    if attributes.get("role") == "tabpanel" or attributes.get("hidden") == "until-found":
        return True
    if attributes.get("itemprop") == "acceptedAnswer":
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    if not _FOLDING_NAMES.isdisjoint(names.lower().replace("_", "-").split()):
        return True
    if not _MAY_FOLD.search(names):
        return False
    parts = {part.lower() for part in _NAME_PARTS.findall(_CAMEL_CASE_BORDER.sub("-", names))}
    return not _FOLDING_WORDS.isdisjoint(parts)
