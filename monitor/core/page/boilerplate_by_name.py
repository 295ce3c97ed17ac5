"""What of a page is furniture, and why: by element and role, or by class and id names, which are guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class DropReason:
    """A reason. `sure`: the page says so itself; a guess is dropped only where it does not take the page away."""

    code: str
    sure: bool = False
    doubtful: bool = False
    """The name may be that of what holds furniture and more: "footer-container"."""
    word: str = ""
    """Of a guess: the word in the name that says so. A section about subscriptions may be called "subscription" too."""
    by_recipe: bool = False
    """The operator says so: never taken back."""


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
_ONLY_OUTSIDE = {"header": "header"}
BY_ELEMENT = _ELEMENTS.keys() | _ONLY_OUTSIDE.keys()
"""Elements that may be furniture by being what they are."""
"""In an article or section a <header> holds its heading; only the page's own is furniture."""

_NAMES = {
    "skip link": "skip skiplink skiplinks skipnav skiptocontent genvag genvagar hoppa",
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
_BY_NAME = {name: why for why, names in _NAMES.items() for name in names.split()}
_EXACT = {
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
_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_SAYS_OTHERWISE = re.compile(
    r"^(?:has|with|no|not|without|is|hide|show|col|row|grid|js|u|t)[-_]|^(?:page|post|node|body)-(?:type|id|node)"
)
"""Names that speak of something else than the element itself: "has-sidebar", "no-nav"."""
_GLUED = (
    (re.compile(r"^cookie[a-z]{3,}$"), "cookies"),
    (re.compile(r"^(?:footer[a-z]{3,}|[a-z]{4,}footer)$"), "footer"),
    (re.compile(r"^[a-z]{2,}(?:navigation|navbar|nav|menu|meny)$|^(?:nav|menu)(?:list|links|items|bar|wrap)$"), "nav"),
    (re.compile(r"^(?:crumb|breadcrumb)[a-z]{3,}$"), "breadcrumbs"),
    (re.compile(r"^[a-z]{4,}sidebar$|^sidebar[a-z]{3,}$"), "aside"),
    (re.compile(r"^(?:social|share)(?:media|bar|links|icons|buttons)[a-z]*$"), "social"),
)
"""Names of two words written as one: "footerlinks", "localnav"."""
_HOLDS_CONTENT = frozenset(["content", "article", "innehall", "inhalt", "contenu"])
"""Parts of names such as "menu-content", which may hold the page beside the furniture."""
_WRAPS = frozenset(["wrapper", "container", "layout"])


def by_structure(tag: str, role: str | None, *, inside_content: bool) -> DropReason | None:
    """Furniture that the page declares by element or role. `inside_content`: in a main, article or section element."""
    if role:
        code = _ROLES.get(role)
        if code and not (inside_content and code == "header"):
            return DropReason(code, sure=code != "aside")
        if role in {"main", "region", "presentation", "none", "group", "tabpanel", "article", "document"}:
            return None if tag not in _ELEMENTS else DropReason(_ELEMENTS[tag], sure=tag == "nav")
    code = _ELEMENTS.get(tag)
    if code:
        return DropReason(code, sure=code != "aside")
    if tag in _ONLY_OUTSIDE and not inside_content:
        return DropReason(_ONLY_OUTSIDE[tag], sure=True)
    return None


_LONGEST_NAMES = 2_000


@lru_cache(maxsize=4096)
def by_names(names: str) -> DropReason | None:
    """Furniture by what an element is called; `names` are its id and classes, separated by spaces."""
    doubtful = None
    for name in names[:_LONGEST_NAMES].split():
        if _SAYS_OTHERWISE.search(name):
            continue
        lowered = name.lower().replace("_", "-")
        if lowered in _EXACT:
            return DropReason(_EXACT[lowered])
        parts = [part.lower() for part in _PARTS.findall(_CAMEL.sub("-", name))]
        word = next((part for part in parts if _by_part(part)), "")
        code = _by_part(word)
        if code and _HOLDS_CONTENT.isdisjoint(parts):
            if _WRAPS.isdisjoint(parts):
                return DropReason(code, word=word)
            doubtful = doubtful or DropReason(code, doubtful=True, word=word)
    return doubtful


@lru_cache(maxsize=4096)
def _by_part(part: str) -> str | None:
    if part in _BY_NAME:
        return _BY_NAME[part]
    return next((code for pattern, code in _GLUED if pattern.match(part)), None) if len(part) > 6 else None


_FOLDED = frozenset(
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
    ]
)


def opens_on_click(attributes: Mapping[str, str | None]) -> bool:
    """Whether a hidden element is the folded part of an accordion or a tab: a reader opens it with a click."""
    if attributes.get("role") == "tabpanel" or attributes.get("hidden") == "until-found":
        return True
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
    parts = {part.lower() for part in _PARTS.findall(_CAMEL.sub("-", names))}
    return not _FOLDED.isdisjoint(parts)
