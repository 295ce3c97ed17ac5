# ruff: noqa: E501 -- a pattern of many words is easier to read with one language or phrase a line
"""The words of dates: month names, the labels that pages put before a date, and what may separate the two.

Swedish, English, Norwegian, Danish, German, French, Spanish, Italian, Dutch, Finnish and Portuguese.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_MONTHS = (
    "jan januari january januar janvier janv enero gennaio tammikuuta tammikuu janeiro ene gen",
    "feb februari february februar février fevrier févr fevr febrero febbraio helmikuuta helmikuu fevereiro fev febr",
    "mar mars marts march märz maerz mär marzo maart maaliskuuta maaliskuu março marco mrz mrt",
    "apr april avril avr abril aprile huhtikuuta huhtikuu abr",
    "maj may mai mayo maggio mei toukokuuta toukokuu maio mag",
    "jun juni june juin junio giugno kesäkuuta kesäkuu junho giu",
    "jul juli july juillet juil julio luglio heinäkuuta heinäkuu julho lug",
    "aug augusti august août aout agosto augustus elokuuta elokuu ago",
    "sep sept september septembre septiembre setiembre settembre syyskuuta syyskuu setembro set",
    "okt oct oktober october octobre octubre ottobre lokakuuta lokakuu outubro out ott",
    "nov november novembre noviembre marraskuuta marraskuu novembro",
    "dec dez december dezember décembre decembre déc diciembre dicembre dic joulukuuta joulukuu dezembro des desember",
)
MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))

_WEEKDAYS = (
    "måndag(?:en)? tisdag(?:en)? onsdag(?:en)? torsdag(?:en)? fredag(?:en)? lördag(?:en)? söndag(?:en)? "
    "mon(?:day)? tue(?:s|sday)? wed(?:nesday)? thu(?:rs|rsday)? fri(?:day)? sat(?:urday)? sun(?:day)? "
    "mandag tirsdag lørdag søndag montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo"
)
_SMALL_WORDS = (
    "on at den the le la du au am el del il op em vom per date datum fecha dato as of from since depuis is was är en"
)
GAP = (
    r"(?:[\s:：,·•()\[\]|/\-–—]"
    rf"|(?:{'|'.join(_SMALL_WORDS.split())})(?![^\W\d_])"
    rf"|(?:{'|'.join(_WEEKDAYS.split())})(?![^\W\d_])\.?"
    r"|(?:kl\.?|um|à|klo)?\s*\d{1,2}[.:h]\d{2}(?:[.:]\d{2})?(?!\d)(?![./]\d)\s*(?:[ap]\.?m\.?|uhr|cet|cest|gmt|utc|[ecmp][sd]?t)?"
    r"|\d{1,2}\s*[ap]\.?m\.?(?![^\W\d_])){0,14}?"
)
"""What may separate a label from its date: punctuation, small words, a weekday, a time of day."""


@dataclass(frozen=True, slots=True)
class Label:
    """A family of labels. The lower the `rank`, the better a label says when the page was last revised.

    All texts are in lower case. `stems` are fragments, at least one of which occurs in every label: a quick test before
    the patterns. `strong` labels count anywhere in a line; the `weak` ones are ordinary words too ("published",
    "as of") and count only at the beginning of a line.
    """

    kind: Literal["updated", "published"]
    rank: int
    stems: str
    strong: str
    weak: str = ""


_AND = r"\s?(?:/|&|and|or)\s?"
_PAGE = r"(?:(?:denna |this |the )?(?:sidan?|webbsidan?|informationen|innehållet|texten|page|site|content|document|article)\s+)"

LABELS = (
    Label(
        "updated",
        0,
        "updat uppdat ändr änder modif changed edited amended redig sparad oppdat opdat endret aktual actual stand bearbeit überarb jour révis revis aggiorn bijgew gewijz wijzig aangepast laatst päivit muok atuali 更新",
        rf"{_PAGE}?(?:blev |är )?senast (?:uppdaterade?s?|uppdaterat|ändrade?s?|ändrat|modifierade?|redigerade?|sparade?)"
        rf"|{_PAGE}(?:uppdaterades|ändrades|uppdaterad|ändrad)(?: senast)?|sidan är (?:uppdaterad|ändrad)|(?:uppdaterade?s?|ändrade?s?) senast|senaste (?:uppdatering(?:en)?|ändring(?:en)?)"
        r"|(?:uppdaterings|ändrings)datum"
        rf"|{_PAGE}?(?:(?:was|were|is|been) )?last[ -](?:updated?|modified|changed|edited|amended|modification)(?:{_AND}(?:reviewed|revised|updated))?"
        rf"|{_PAGE}?last (?:reviewed|revised|modified){_AND}(?:updated|modified)"
        rf"|{_PAGE}(?:updated|modified)|(?:was|were|been) (?:last )?(?:updated|modified|amended) (?:on|at)"
        r"|(?:date (?:last )?|latest )(?:updated?|modified|modification|amended)|(?:update|modification) date|datemodified"
        r"|sist (?:oppdatert|endret|redigert)|sidst (?:opdateret|ændret|redigeret)|senest (?:opdateret|ændret)"
        r"|(?:zuletzt|letztmals|zuletzt am) (?:geändert|aktualisiert|bearbeitet|überarbeitet)"
        r"|letzte[rs]? (?:änderung|aktualisierung|bearbeitung|stand|update)|änderungsdatum|aktualisierungsdatum"
        r"|(?:dernière )?mises? à jour|mis à jour|dernières? (?:modification|actualisation|révision)|date de modification"
        r"|(?:última|ultima) (?:actualización|actualizacion|modificación|atualização|revisión|revision)"
        r"|actualizad[oa] (?:el|al)|fecha de actualización|ultimo aggiornamento|ultima modifica"
        r"|laatst (?:bijgewerkt|gewijzigd|aangepast)|laatste (?:update|wijziging)|(?:sivu )?viimeksi (?:päivitetty|muokattu)|sivu päivitetty"
        r"|最后更新(?:日期)?|最終更新日?|更新日期?",
        r"uppdaterad(?:e?s)?|uppdaterat|uppdatering|ändrad(?:es)?|updated?|modified|changed|amended"
        r"|oppdatert|endret|opdateret|ændret|stand(?: der (?:informationen|daten|seite))?|aktualisiert|geändert|actualisée?|modifiée?|actualizad[oa]"
        r"|aggiornat[oa]|bijgewerkt|gewijzigd|päivitetty|muokattu|atualizad[oa]",
    ),
    Label(
        "updated",
        1,
        "revis revid révis überarb version fassung",
        rf"reviewed{_AND}revised|(?:date of (?:last )?|last )(?:revision|revised)|revised and effective|senast reviderade?|revision date"
        r"|sist revidert|senest revideret|zuletzt revidiert|révisée? le",
        r"revised|reviderade?s?|revisions?datum|revised effective|revidert|revideret|überarbeitet|revidiert"
        r"|(?:[^\W\d_]+ ){1,5}revised on|version (?:du|of|from|dated|vom|van|från|en date du)"
        r"|(?:latest )?version(?: \d+(?:\.\d+)*)?(?=\s*[:–,(-])|fassung vom",
    ),
    Label(
        "updated",
        2,
        "gransk kontrol review gjennom geprüft überprüft vérif revis",
        rf"{_PAGE}?senast (?:fakta)?(?:granskade?s?|granskat|kontrollerade?)|{_PAGE}?last reviewed"
        rf"|{_PAGE}(?:granskad(?:es)?|reviewed)(?: senast)?|granskningsdatum|review date|sist (?:gjennomgått|kontrollert)"
        r"|zuletzt (?:geprüft|überprüft)|dernière vérification",
        r"(?:fakta)?granskade?s?|granskat|reviewed|gjennomgått|geprüft|vérifiée? le|revisad[oa]",
    ),
    Label(
        "updated",
        3,
        "as_of as_on as_at per situation données",
        r"(?:data|figures|information|status|situation|correct|current|valid) as (?:of|on|at)|as (?:of|on|at)(?=\s*:)",
        r"as (?:of|on|at)|per|(?:situation|données) (?:au|du)|status per",
    ),
    Label(
        "updated",
        4,
        "effect effet force gäller giltig gültig wirksam kraft vigueur vigen vigor valid gjelder gælder gældende ikraft werking appli gilt geldt träd",
        r"effective (?:date|as of|from|since)|date (?:effective|of effect|d'entrée en vigueur)|in (?:effect|force) (?:since|from|as of)"
        r"|gäller från(?: och med)?|giltig(?:t)? från(?: och med)?|gäller fr\.? ?o\.? ?m\.?"
        r"|en vigueur (?:depuis|le|à compter du|à partir du|au)|entrée en vigueur(?: le)?|(?:gültig|wirksam) (?:ab|seit)"
        r"|in kraft (?:seit|ab)|inkrafttreten|(?:en vigor|vigente) desde|fecha de (?:vigencia|entrada en vigor)"
        r"|gjelder fra|gælder fra|gældende fra|ikrafttr(?:edelse|ædelse|æden)|applies (?:from|as of|since)|gilt (?:ab|seit)|geldt vanaf"
        r"|applicables? (?:from|au|as of|since|à compter du|à partir du|depuis)|in werking(?:getreden)? (?:per|op|sinds)",
        r"effective|in effect|valid from|gäller|ikraftträdande|vigencia|en vigueur",
    ),
    Label(
        "published",
        0,
        "publi publicer publik issued posted dated date_du udgivet offentlig veröff erschein erstellt julkaistu skapad pubbl gepubl",
        r"publicerings?datum|publikationsdatum|publiceringsdatum|date (?:published|of publication|de publication|de parution)"
        r"|publication date|first published|originally published|publicerades första gången|fecha de publicación"
        r"|veröffentlichungsdatum|erscheinungsdatum|datepublished",
        r"publicerade?s?|publicerat|published|posted|issued|dated(?=\s*:)|en date du|publisert|udgivet|offentliggjort|veröffentlicht|erstellt"
        r"|publiée? le|publié|publicad[oa](?: el)?|pubblicato(?: il)?|gepubliceerd(?: op)?|julkaistu|skapade?s?",
    ),
)

RELATIVE_UNITS = {
    "minut": 0, "minute": 0, "min": 0, "timm": 0, "hour": 0, "time": 0, "stund": 0, "heure": 0, "hora": 0,
    "dag": 1, "day": 1, "tag": 1, "jour": 1, "día": 1, "dia": 1, "dygn": 1,
    "veck": 7, "week": 7, "uke": 7, "uge": 7, "woche": 7, "semaine": 7, "semana": 7,
}  # fmt: skip
"""Beginnings of units, and the number of days in one."""

RELATIVE_DAYS = {
    "today": 0, "idag": 0, "i dag": 0, "heute": 0, "aujourd'hui": 0, "hoy": 0, "just now": 0, "nyss": 0,
    "yesterday": 1, "igår": 1, "i går": 1, "gestern": 1, "hier": 1, "ayer": 1,
}  # fmt: skip
