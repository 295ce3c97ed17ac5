# ruff: noqa: E501 -- a pattern of many words is easier to read with one language or phrase a line
"""The words of dates: month names, the labels that pages put before a date, and what may separate the two.

Swedish, English, Norwegian, Danish, Icelandic, Faroese, Finnish, Northern Sami, German, French, Dutch, Spanish, Italian
and Portuguese.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

_MONTHS = (
    "jan januari january januar janvier janv enero gennaio tammikuuta tammikuu janeiro ene gen janúar ođđajagemánu",
    "feb februari february februar février fevrier févr fevr febrero febbraio helmikuuta helmikuu fevereiro fev febr febrúar guovvamánu",
    "mar mars marts march märz maerz mär marzo maart maaliskuuta maaliskuu março marco mrz mrt njukčamánu",
    "apr april avril avr abril aprile huhtikuuta huhtikuu abr apríl cuoŋománu",
    "maj may mai mayo maggio mei toukokuuta toukokuu maio mag maí miessemánu",
    "jun juni june juin junio giugno kesäkuuta kesäkuu junho giu júní geassemánu",
    "jul juli july juillet juil julio luglio heinäkuuta heinäkuu julho lug júlí juil suoidnemánu",
    "aug augusti august août aout agosto augustus elokuuta elokuu ago ágúst borgemánu",
    "sep sept september septembre septiembre setiembre settembre syyskuuta syyskuu setembro set čakčamánu",
    "okt oct oktober october octobre octubre ottobre lokakuuta lokakuu outubro out ott október golggotmánu",
    "nov november novembre noviembre marraskuuta marraskuu novembro nóvember skábmamánu",
    "dec dez december dezember décembre decembre déc diciembre dicembre dic joulukuuta joulukuu dezembro des desember juovlamánu",
)
MONTH_NUMBERS = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
MONTH = "|".join(sorted(MONTH_NUMBERS, key=len, reverse=True))

_WEEKDAYS = (
    "måndag(?:en)? tisdag(?:en)? onsdag(?:en)? torsdag(?:en)? fredag(?:en)? lördag(?:en)? söndag(?:en)? "
    "mon(?:day)? tue(?:s|sday)? wed(?:nesday)? thu(?:rs|rsday)? fri(?:day)? sat(?:urday)? sun(?:day)? "
    "mandag tirsdag lørdag søndag montag dienstag mittwoch donnerstag freitag samstag sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag maanantaina tiistaina keskiviikkona torstaina perjantaina "
    "mån tis ons tors? fre lör sön tir lør søn lun jeu ven sam dim "
    "(?:ma|ti|ke|to|pe|la|su|mo|di|mi|do|fr|sa|so)(?=[.,]?\\s*\\d) "
    "lauantaina sunnuntaina mánudaginn þriðjudaginn miðvikudaginn fimmtudaginn föstudaginn laugardaginn sunnudaginn"
)
_SMALL_WORDS = (
    "on at den the le la du au am el del il op em vom per date datum fecha dato as of from since depuis is was är en d "
    "dann þann hin vid ved dags dato dag um à om"
)
SMALL_WORD = re.compile(rf"(?:{'|'.join(_SMALL_WORDS.split())}|{'|'.join(_WEEKDAYS.split())})[.,:]?")
"""A word that says nothing between a label and its date, in lower case."""
GAP = (
    r"(?:[\s:：,·•()\[\]|/\-–—]"
    rf"|(?:{'|'.join(_SMALL_WORDS.split())})(?![^\W\d_])"
    rf"|(?:{'|'.join(_WEEKDAYS.split())})(?![^\W\d_])\.?"
    r"|(?:kl\.?|um|à|klo)?\s*\d{1,2}[.:h]\d{2}(?:[.:]\d{2})?(?!\d)(?![./]\d)\s*(?:[ap]\.?m\.?|uhr|cet|cest|gmt|utc|[ecmp][sd]?t)?"
    r"|\d{1,2}\s*[ap]\.?m\.?(?![^\W\d_])){0,14}?"
)
"""What may separate a label from its date: punctuation, small words, a weekday, a time of day."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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


_ED = r"a(?:de?s?|t|ts)"
_EDITED = rf"(?:(?:uppdater|aktualiser|ändr|rediger|modifier|bearbet|omarbet){_ED})"
"""Swedish verbs of editing, in the forms that labels have."""
_EDITED_LAST = rf"(?:uppd(?:at)?\.?|(?:uppdater|aktualiser|ändr|rediger|modifier|bearbet|omarbet|spar|juster|kompletter|korriger|rätt){_ED})"
"""Those and verbs that are said of other things as well: minutes are "justerade"."""
_SIVU = r"(?:sivun?|sivua|sisältöä?|tiedot|tietoja|teksti|tekstiä|artikkelia?)"
_AND = r"\s?(?:/|&|and|or)\s?"
_PAGE = r"(?:(?:denna |this |the )?(?:sidan?|webbsidan?|informationen|innehållet|texten|page|site|content|document|article)\s+)"

LABELS = (
    Label(
        "updated",
        0,
        "updat uppd ändr änder ændr modif changed edited amended redig sparad oppdat opdat endret aktual actual stand bearbeit überarb jour révis revis aggiorn bijgew gewijz wijzig aangepast laatst päivit muok atuali juster komplett korrig omarb rätta saved corrected refresh edit lagret lagra endra oppdag rett gemt ergänz gespeich angepass bewerk herzien geactual muut tarkist päivi uppfær breyt lagfær dagf broytt ođas rievd 更新 inhalt maj_le à_jour_au ajourf",
        rf"{_PAGE}?(?:blev |är |har )?senast (?:blivit )?{_EDITED_LAST}"
        rf"|{_PAGE}(?:är |blev |har )?{_EDITED}(?: senast| för senaste gången)?|{_EDITED} senast"
        r"|senaste (?:uppdatering|ändring|redigering|bearbetning|justering|komplettering|korrigering|omarbetning)(?:en)?"
        r"|(?:uppdaterings|ändrings|redigerings)datum"
        rf"|{_PAGE}?(?:(?:was|were|is|been) )?last[ -](?:updated?|modified|changed?|edit(?:ed)?|amended|saved|corrected|refreshed|modification)(?:{_AND}(?:reviewed|revised|updated))?"
        rf"|{_PAGE}?last (?:reviewed|revised|modified){_AND}(?:updated|modified)"
        r"|most recent update|(?:den )?senaste ändringen gjordes|uppgifterna uppdaterades"
        rf"|{_PAGE}(?:updated|modified|edited)|(?:was|were|been) (?:last )?(?:updated|modified|amended) (?:on|at)"
        r"|(?:date (?:last )?|latest )(?:updated?|modified|modification|amended)|(?:update|modification) date|datemodified"
        r"|sist (?:oppdatert|oppdatera|endret|endra|redigert|lagret|lagra|rettet)|siste (?:oppdatering|endring|redigering)(?:en)?"
        r"|sist faglig oppdatert|sidst fagligt opdateret|ajourført(?: den)?"
        r"|(?:sidst|senest) (?:opdateret|ændret|redigeret|rettet|gemt|justeret|bearbejdet)"
        r"|(?:seneste|sidste) (?:opdatering|ændring|redigering)(?:en)?|(?:oppdaterings|endrings|opdaterings|ændrings)dato"
        r"|síðast (?:uppfær(?:t|ð|ður)|breytt|lagfært)|síðasta (?:uppfærsla|breyting)"
        r"|seinast (?:dagført|broytt)|maŋimu(?:s|š|št|st) (?:ođasmahttojuvvon|ođastuvvon|rievdaduvvon)"
        r"|(?:zuletzt|letztmals|letztmalig|zuletzt am) (?:geändert|aktualisiert|bearbeitet|überarbeitet|ergänzt|angepasst|gespeichert)"
        r"|letzte[rs]? (?:änderung|aktualisierung|bearbeitung|überarbeitung|anpassung|stand|update)|änderungsdatum|aktualisierungsdatum"
        r"|letzte inhaltliche änderung|datum der letzten änderung|aktueller stand|bearbeitungsstand|seite aktualisiert(?: am)?"
        r"|(?:page |fiche )?(?:modifiée|actualisée|mise à jour)(?: pour la dernière fois)? le|maj le|à jour au"
        r"|(?:dernière )?mises? à jour|mis à jour|dernières? (?:modification|actualisation|révision|édition)|date de modification"
        r"|(?:última|ultima) (?:actualización|actualizacion|modificación|atualização|revisión|revision)"
        r"|actualizad[oa] (?:el|al)|fecha de actualización|ultimo aggiornamento|ultima modifica"
        r"|laatst (?:bijgewerkt|gewijzigd|aangepast|bewerkt|geactualiseerd|herzien)|laatste (?:update|wijziging|aanpassing|bewerking)|wijzigingsdatum"
        rf"|(?:{_SIVU} (?:on )?)?viimeksi (?:päivitetty|muokattu|muutettu|tarkistettu)|(?:{_SIVU} )?(?:päivitetty|muokattu|muutettu) viimeksi"
        rf"|{_SIVU} (?:on )?(?:päivitetty|muokattu)(?: viimeksi)?|viimeisin (?:päivitys|muutos|muokkaus)|päivityspäivä|muokkauspäivä"
        r"|最后更新(?:日期)?|最終更新日?|更新日期?",
        rf"uppdaterad version|{_EDITED}|uppd(?:at)?\.|uppdatering|updated?|modified|changed|edited|amended"
        r"|oppdatert|oppdatera|endret|endra|redigert|opdateret|ændret|redigeret|uppfært|breytt|dagført|ođasmahttojuvvon|stand(?: der (?:informationen|daten|seite))?|aktualisiert|geändert|actualisée?|modifiée?|actualizad[oa]"
        r"|aggiornat[oa]|bijgewerkt|gewijzigd|aangepast|bewerkt|päivitetty|muokattu|muutettu|päivitys|bearbeitet|éditée?|atualizad[oa]",
    ),
    Label(
        "updated",
        1,
        "revider revis revid révis überarb version fassung",
        rf"reviewed{_AND}revised|(?:date of (?:last )?|last )(?:revision|revised)|revised and effective|senast reviderade?|revision date"
        r"|senaste revidering(?:en)?|revideringsdatum|sidst revideret|sist revidert|senest revideret|zuletzt revidiert|révisée? le",
        r"revised|reviderade?s?|reviderats?|revisions?datum|revised effective|revidert|revideret|überarbeitet|revidiert"
        r"|(?:[^\W\d_]+ ){1,5}revised on|version (?:du|of|from|dated|vom|van|från|en date du)"
        r"|(?:latest )?version(?: \d+(?:\.\d+)*)?(?=\s*[:–,(-])|fassung vom",
    ),
    Label(
        "updated",
        2,
        "gennemg gransk kontrol verif överse checked review gjennom geprüft überprüft vérif revis tarkist gecontrol",
        rf"{_PAGE}?senast (?:fakta)?(?:granskade?s?|granskat|kontrollerade?|verifierade?|översedd)|{_PAGE}?last (?:reviewed|checked|verified)"
        rf"|{_PAGE}(?:granskad(?:es)?|granskat|reviewed)(?: senast)?|senaste granskning(?:en)?|last review|senest gennemgået|granskningsdatum|review date|sist (?:gjennomgått|kontrollert)"
        r"|zuletzt (?:geprüft|überprüft)|dernière vérification",
        r"(?:fakta)?granskade?s?|granskat|reviewed|gjennomgått|geprüft|vérifiée? le|revisad[oa]|tarkistettu|gecontroleerd",
    ),
    Label(
        "updated",
        3,
        "as_of as_on as_at per situation données",
        r"aktuella? per|(?:data|figures|information|status|situation|correct|current|valid) as (?:of|on|at)|as (?:of|on|at)(?=\s*:)",
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


# What a person goes by to tell whose date it is

BY = _words("av by von af par door di por durch través frá hjá")
"""Words before the one who edited."""
CONNECTORS = _words(
    "på webben webbplatsen sidan hemsidan här gjord gjordes gjort skedde genomförd genomfördes var blev made this page "
    "website site web here de la cette page dieser diese seite der die webseite homepage sur le deze pagina van website "
    "siden nettsiden hjemmesiden webstedet tällä sivulla jour a été effectuée wurde kl kl. klo"
)
"""Words between a label and its date that name nothing else."""
DECISIONS = _words(
    "genom enligt efter through pursuant under following according nach gemäß selon volgens ifølge beslut beslutet lag "
    "lagen dom domen förordning förordningen decision act law ruling beschluss gesetz décision loi besluit wet lov loven sfs"
)
"""Words that give a decision as the reason of an edit: its day is not the page's."""
STOP_WORDS = DECISIONS | _words(
    "nästa next nächste nächstes prochaine prochain volgende neste næste seuraava until till tills bis jusqu'au t.o.m "
    "t.o.m. före before innan vor avant voor senast senest later inte not never aldrig ej nicht pas niet ikke ei med with "
    "inklusive including include includes reflect reflects to att och and which som that which har has have ska shall "
    "will kommer about regarding angående than än expires upphör"
)
"""Words that make of what stands between a label and a date a statement of something else."""
DECIDES = re.compile(
    r"\w*fullmäktige|\w*nämnd(?:en)?|riksdag(?:en)?|regering(?:en)?|(?:kommun|region|förbunds)?styrelse(?:n|t)?|kommunestyret?"
    r"|stämma(?:n)?|årsmöte(?:t)?|folketinget|stortinget|eduskunta|valtuusto|parliament|council|board|committee|court"
    r"|congress|bundestag|bundesrat|gemeinderat|stadtrat|parlement|conseil|gemeenteraad|raad|kongress(?:en)?"
)
"""Who changes a document by deciding, and does not edit a page."""
PAGE_WORDS = re.compile(
    r"\b(?:this|these|our|pages?|web ?pages?|site|website|policy|terms|statement|document|notice|information|data|table"
    r"|figures|dashboard|cases?|counts?|statistics|content"
    r"|sidan|sidans|sida|webbsidan|webbplatsen|texten|informationen|innehållet|uppgifterna|dokumentet|artikeln|statistiken|siffrorna"
    r"|siden|sidens|nettsiden|nettsida|sida|innholdet|indholdet|teksten|artikkelen|artiklen|oplysningerne|opplysningene"
    r"|diese[rsn]?|seite|webseite|inhalte?|ce|cette|présente?s?|esta?|página"
    r"|deze|pagina|webpagina|inhoud|informatie|sivu|sivua|sivun|sisältö|tiedot|síðan|síða|siðan)\b",
    re.IGNORECASE,
)
"""Words of a sentence that is about the page itself."""
GLUE = _words(
    "och and og und et y en ja datum date dato för of the der de la le du fecha van for is är was were has been har "
    "blivit blev ble wurde ist werd denna den här tid info status allmän senast last zuletzt sidst sist viimeksi on "
    "date dernière date-of published publicerad publicerades publicerat publisert udgivet veröffentlicht publié "
    "page sidan sida siden seite pagina sivu"
)
"""Words before a label that leave it what it is: "Datum för senaste ändring"."""
ANOTHER_DATE = re.compile(
    r"\b(?:nästa|kommande|planerad|next|upcoming|planned|scheduled|expected|nächste[rsn]?|kommende|geplante?"
    r"|prochaine?s?|prévue?|volgende|geplande|neste|næste|planlagt|seuraava|inte|ej|aldrig|not|never|nicht|pas|niet|ikke|ei"
    r"|kommer att|will|shall|ska|skall|should|bör|wird|sera|skal|vil|wordt|innan|before|until|till)\b",
    re.IGNORECASE,
)
"""Words before a label that make its date another one: the next one, or none yet."""
CAPTION = re.compile(
    r"\W{0,3}(?:(?:figur|figure|fig|bild|foto|tabell|tabelle|table|tableau|tabel|diagram|karta|kart|kort|graf|chart|map"
    r"|photo|image|abb|abbildung|kuva|taulukko)\b\.?\s?\d{0,3}\s?[.:–-]|(?:not|fotnot|note|footnote|fußnote)\b\.?\s?\d"
    r"|(?:källa|källor|sources?|quellen?|bron|bronnen|kilde|kilder|lähde|lähteet|heimild)\b\s?:"
    r"|\[\d{1,3}\]|\d{1,3}\)|[¹²³⁴-⁹†‡])",
    re.IGNORECASE,
)
"""How the lines of a figure, of a source and of a footnote begin."""
LISTS_OTHERS = re.compile(
    r"\b(?:referenser|referenslista|källor|källhänvisningar|litteratur|fotnoter|noter|dokument|handlingar|relaterat"
    r"|relaterade|nyheter|aktuellt|kommentarer|versionshistorik|ändringslogg|ändringshistorik|läs mer|filer|ladda ner"
    r"|references|sources|bibliography|footnotes|documents|downloads?|related|news|comments|change ?log|history|files"
    r"|quellen|literatur|dokumente|aktuelles|kommentare|références|actualités|commentaires|documenten|nieuws|reacties"
    r"|bronnen|referanser|kilder|dokumenter|nyheder|lähteet|uutiset|asiakirjat|kommentit)\b",
    re.IGNORECASE,
)
"""Headings of what is not the page itself: its lists of documents, news, sources, comments and earlier changes."""
LAST_WORDS = _words(
    "zuletzt letztmals letztmalig laatst laatste laatstelijk senast sist sidst senest seinast viimeksi síðast"
)
"""Words that say that no later time is known, in languages whose verb comes after the date."""
VERB_LAST: tuple[tuple[Literal["updated", "published"], int, str], ...] = (
    (
        "updated",
        0,
        (
            "aktualisiert geändert bearbeitet ergänzt angepasst gespeichert bijgewerkt gewijzigd aangepast bewerkt "
            "geactualiseerd uppdaterad uppdaterades uppdaterats ändrad ändrades ändrats redigerad redigerades opdateret ændret "
            "redigeret oppdatert endret redigert päivitetty muokattu muutettu uppfærð uppfært breytt"
        ),
    ),
    ("updated", 1, "überarbeitet revidiert herzien reviderad reviderades revideret revidert"),
    ("updated", 2, "geprüft überprüft gecontroleerd granskad granskades gjennomgått tarkistettu"),
    ("published", 0, "veröffentlicht gepubliceerd publicerad publicerades udgivet publisert julkaistu"),
)
"""Participles that end a statement of which the date is in the middle, with the kind and rank of its label."""
OPENS_VERB_LAST = (
    GLUE
    | LAST_WORDS
    | _words(
        "wurde wurden ist sind worden is zijn op am den den: dem das die der diese dieser dieses inhalte inhalt "
        "webseite internetseite informationen information angaben text artikel beitrag dokument deze webpagina inhoud "
        "informatie het voor av af von door vid kl sidan sida denna detta texten innehållet informationen siden sivua sivu sivun "
        "teksti sisältö tiedot on siðan síðan var er blev ble blitt blevet nettsiden artikeln artikkelen artiklen dann þann"
    )
)
"""Words that may open such a statement; one of them must be a word of the page, or say that it is the last time."""
