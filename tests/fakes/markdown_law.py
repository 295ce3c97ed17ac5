"""Laws from Markdown exports (front matter, headings, `### 3 §`), converted to riksdagen's dokumentstatus form."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator

_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SECTION = re.compile(r"#+ .*?(?P<number>\d+(?: [a-z])?) §$")


def as_status(markdown: str) -> bytes | None:
    """Return a dokumentstatus answer with the export's text; None if the export has front matter only."""
    _, matter, body = markdown.split("---", 2)
    facts = dict(re.findall(r"^(\w+): (.+)$", matter, re.MULTILINE))
    text = "\r\n\r\n".join(_paragraphs(body))
    if not text:
        return None
    document = {
        "beteckning": facts["beteckning"],
        "titel": facts["rubrik"],
        "organ": facts.get("departement", ""),
        "datum": f"{facts['utfardad_datum']} 00:00:00",
        "text": text,
    }
    return json.dumps({"dokumentstatus": {"dokument": document}}, ensure_ascii=False).encode()


def scopes(markdown: str) -> list[tuple[str, str]]:
    """Return (number, scope) of the amendments that the front matter lists."""
    rows = re.split(r"\n  - beteckning: ", markdown.split("---", 2)[1])[1:]
    number, scope = re.compile(r"\d{4}:\d+"), re.compile(r'anteckningar: "?([^"\n]+)')
    return [(named[0], said[1]) for row in rows if (named := number.search(row)) and (said := scope.search(row))]


def _paragraphs(body: str) -> Iterator[str]:
    """Yield hard-wrapped paragraphs; the number of a § precedes its first stycke, and the title is left out."""
    number = ""
    for block in re.split(r"\n\s*\n", body.strip()):
        line = _LINK.sub(r"\1", " ".join(block.split()))
        if line.startswith("# ") or not line:
            continue
        if found := _SECTION.fullmatch(line):
            if number:
                yield number
            number = f"{found['number']} §"
            continue
        text = line.lstrip("#").strip()
        if number and not line.startswith("#"):
            text, number = f"{number} {text}", ""
        yield "\r\n".join(textwrap.wrap(text, 64, break_on_hyphens=False, break_long_words=False))
