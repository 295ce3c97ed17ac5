"""What of a page is furniture, and why: by element and role, or by class and id names, which are guesses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Why:
    """A reason. `sure`: the page says so itself; a guess is dropped only where it does not take the page away."""

    code: str
    sure: bool = False


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
        "nyhetsbrev smartbanner appbanner"
    ),
    "dialog": "modal modals popup popups lightbox overlay offcanvas dialog drawer toast tooltip",
    "feedback": "feedback helpful betyg rating ratings survey",
    "comments": "comments commentlist disqus respond",
}
_BY_NAME = {name: why for why, names in _NAMES.items() for name in names.split()}
_EXACT = {
    "header": "header",
    "site-header": "header",
    "page-top": "header",
    "header-wrapper": "header",
    "global-header": "header",
}
_PARTS = re.compile(r"[^\W\d_]+")
_CAMEL = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])")
_SAYS_OTHERWISE = re.compile(
    r"^(?:has|with|no|not|without|is|hide|show|col|row|grid|js|u|t)[-_]|^(?:page|post|node|body)-(?:type|id|node)"
)
"""Names that speak of something else than the element itself: "has-sidebar", "no-nav"."""
_HOLDS_CONTENT = frozenset(["content", "article", "innehall", "inhalt", "contenu", "wrapper", "container", "layout"])
"""Parts of names such as "menu-content" or "container-nav", which may hold the page beside the furniture."""


def by_structure(tag: str, role: str | None, *, inside_content: bool) -> Why | None:
    """Furniture that the page declares by element or role. `inside_content`: in a main, article or section element."""
    if role:
        code = _ROLES.get(role)
        if code and not (inside_content and code == "header"):
            return Why(code, sure=code != "aside")
        if role in {"main", "region", "presentation", "none", "group", "tabpanel", "article", "document"}:
            return None if tag not in _ELEMENTS else Why(_ELEMENTS[tag], sure=tag == "nav")
    code = _ELEMENTS.get(tag)
    if code:
        return Why(code, sure=code != "aside")
    if tag in _ONLY_OUTSIDE and not inside_content:
        return Why(_ONLY_OUTSIDE[tag], sure=True)
    return None


@lru_cache(maxsize=4096)
def by_names(names: str) -> Why | None:
    """Furniture by what an element is called; `names` are its id and classes, separated by spaces."""
    for name in names.split():
        if _SAYS_OTHERWISE.search(name):
            continue
        lowered = name.lower()
        if lowered in _EXACT:
            return Why(_EXACT[lowered])
        parts = [part.lower() for part in _PARTS.findall(_CAMEL.sub("-", name))]
        whys = [why for part in parts if (why := _BY_NAME.get(part))]
        if whys and _HOLDS_CONTENT.isdisjoint(parts):
            return Why(whys[0])
    return None


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
