"""Reasons as sentences: every code in both languages, with its facts and without."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import monitor
import monitor.core.judging.suspicion
import monitor.core.page.language
from monitor.core.model import LANGUAGES
from monitor.errors import NotSeen, Reason
from monitor.wording.reasons import reason_sentence


def kinds_of(base: type[NotSeen]) -> Iterator[type[NotSeen]]:
    yield base
    for kind in base.__subclasses__():
        yield from kinds_of(kind)


SUSPICIONS = re.findall(r"^    ([a-z]+(?:-[a-z]+)*) {2,}", monitor.core.judging.suspicion.__doc__ or "", re.MULTILINE)
REVISION_CODES = ("copy-unreadable", "copy-passed-over")
CODES = sorted(
    {*(kind.code for kind in kinds_of(NotSeen)), *SUSPICIONS, "moved", "withdrawn", "reader-failed", *REVISION_CODES}
)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_words_of_its_own_in_both_languages_even_without_facts(code: str) -> None:
    swedish, english = reason_sentence(Reason(code), "sv"), reason_sentence(Reason(code), "en")
    assert swedish != english
    for words in (swedish, english):
        assert not words.endswith(f": {code}")
        assert "{" not in words
        assert words[-1] not in ".…"
        assert not words[0].isupper() or words.startswith("SFS")


@pytest.mark.parametrize("language", sorted(monitor.core.page.language.LANGUAGES_KNOWN))
def test_every_language_that_is_told_from_others_has_a_name(language: str) -> None:
    reason = Reason("other-language", {"before": language, "after": language})
    assert f"({language} " not in reason_sentence(reason, "sv") + reason_sentence(reason, "en")


WHYS = sorted(
    why
    for path in Path(monitor.__path__[0]).rglob("*.py")
    for why in re.findall(
        r"""(?:TooIntricate|AddressRefused)\([^)]*why=f?(".*?")\)""", path.read_text(encoding="utf-8")
    )
)


@pytest.mark.parametrize("why", dict.fromkeys(WHYS))
def test_every_why_has_words_in_both_languages(why: str) -> None:
    reason = Reason("too-intricate", {"why": why.strip('"')})
    for language in LANGUAGES:
        assert reason_sentence(reason, language) != reason_sentence(Reason("too-intricate"), language)


def test_suspicions_are_listed_where_they_are_made() -> None:
    assert "shrunk" in SUSPICIONS
    assert "login-page" in SUSPICIONS


CASES = [
    (
        "head-too-large",
        {"headers": 1000},
        "svaret har fler än 1000 huvudrader",
        "the answer has more than 1000 header lines",
    ),
    (
        "head-too-large",
        {"limit": 1_000_000},
        "svarets huvud är större än 1 MB",
        "the head of the answer is larger than 1 MB",
    ),
    (
        "sentinel-missing",
        {"status": 200, "expect": "Region X"},
        "200, men ”Region X” saknas",
        '200, but "Region X" is missing',
    ),
    ("sentinel-missing", {"expect": "Region X"}, "”Region X” saknas på sidan", '"Region X" is missing on the page'),
    (
        "http-status",
        {"status": 404, "url": "u"},
        "webbplatsen svarade 404 (sidan hittades inte)",
        "the site answered 404 (not found)",
    ),
    ("http-status", {"status": 418, "url": "u"}, "webbplatsen svarade 418", "the site answered 418"),
    ("dns-failed", {"host": "a.example"}, "servern a.example hittades inte", "the server a.example was not found"),
    (
        "connect-failed",
        {"host": "a.example", "detail": "Connection refused"},
        "servern a.example gick inte att nå (anslutningen nekades)",
        "the server a.example could not be reached (connection refused)",
    ),
    (
        "connect-failed",
        {"host": "a.example", "detail": "Protocol not supported"},
        "servern a.example gick inte att nå",
        "the server a.example could not be reached (Protocol not supported)",
    ),
    (
        "tls-failed",
        {"host": "a.example", "detail": "Hostname mismatch, certificate is not valid for 'a.example'."},
        "ingen säker anslutning till a.example gick att upprätta (certifikatet gäller en annan server)",
        "no secure connection to a.example could be made (the certificate is for another server)",
    ),
    (
        "address-refused",
        {"url": "http://a.example/", "address": "10.0.0.1", "why": "not-global"},
        "adressen http://a.example/ får inte hämtas: den leder in i ett privat nät",
        "the address http://a.example/ must not be fetched: it leads into a private network",
    ),
    (
        "address-refused",
        {"url": "http://a.example/", "address": None, "why": "a-new-one"},
        "adressen http://a.example/ får inte hämtas",
        "the address http://a.example/ must not be fetched",
    ),
    (
        "robots-refused",
        {"url": "u", "robots": "r", "status": 200},
        "webbplatsens robots.txt tillåter inte att sidan hämtas",
        "the site's robots.txt forbids fetching the page",
    ),
    (
        "robots-refused",
        {"url": "u", "robots": "r", "status": 503},
        "webbplatsens robots.txt svarade 503, och då får ingen sida hämtas",
        "the site's robots.txt answered 503, and then no page may be fetched",
    ),
    (
        "other-language",
        {"before": "sv", "after": "en"},
        "sidan kom på ett annat språk (engelska i stället för svenska)",
        "the page came in another language (English instead of Swedish)",
    ),
    ("timeout", {"seconds": 30}, "inget fullständigt svar inom 30 sekunder", "no complete answer within 30 seconds"),
    (
        "bad-redirect",
        {"url": "u", "location": ""},
        "hänvisade vidare utan att säga vart",
        "redirected without saying where to",
    ),
    (
        "reader-failed",
        {"detail": "KeyError"},
        "sidan kunde inte läsas på grund av ett fel i Bevaka (KeyError)",
        "the page could not be read because of a defect in Bevaka (KeyError)",
    ),
    (
        "reader-failed",
        {"detail": "KeyError", "plugin": "bevaka_tsv"},
        "sidan kunde inte läsas på grund av ett fel i tillägget bevaka_tsv (KeyError)",
        "the page could not be read because of a defect in the plug-in bevaka_tsv (KeyError)",
    ),
    (
        "withdrawn",
        {"status": 410},
        "sidan är borttagen (webbplatsen svarade 410)",
        "the page has been withdrawn (the site answered 410)",
    ),
    (
        "shrunk",
        {"before": 9000, "after": 120},
        "bara 120 av 9000 tecken finns kvar",
        "only 120 of 9000 characters are left",
    ),
    (
        "login-page",
        {"phrase": "Logga in", "copy": "before"},
        "den tidigare kopian: ser ut som en inloggningssida (”Logga in”)",
        'the earlier copy: looks like a log-in page ("Logga in")',
    ),
    (
        "other-document",
        {"before": "2021:995", "after": None},
        "det som kom i stället för SFS 2021:995 är ingen lag",
        "what came instead of SFS 2021:995 is no law",
    ),
    ("made-tomorrow", {"x": 1}, "orsak: made-tomorrow", "reason: made-tomorrow"),
]


@pytest.mark.parametrize(("code", "facts", "swedish", "english"), CASES)
def test_facts_stand_in_the_sentence(code: str, facts: dict[str, str | int | None], swedish: str, english: str) -> None:
    assert reason_sentence(Reason(code, facts), "sv") == swedish
    assert reason_sentence(Reason(code, facts), "en") == english


@pytest.mark.parametrize(
    ("limit", "size"), [(10_000_000, "10 MB"), (10_485_760, "10 MB"), (2 * 10**9, "2 GB"), (1500, "1 kB"), (12, "12 B")]
)
def test_a_size_is_rounded_down(limit: int, size: str) -> None:
    assert (
        reason_sentence(Reason("too-large", {"limit": limit}), "en")
        == f"the page is larger than {size}, the most allowed"
    )


def test_a_long_fact_is_cut() -> None:
    words = reason_sentence(Reason("moved", {"to": "https://a.example/" + "x" * 500}), "sv")
    assert len(words) < 240
    assert words.endswith("x…")


def test_braces_in_a_fact_are_only_text() -> None:
    assert (
        reason_sentence(Reason("sentinel-missing", {"expect": "{status}"}), "en") == '"{status}" is missing on the page'
    )
