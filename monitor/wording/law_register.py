"""The amendment register's entry on a law's change as one clause, Swedish and English."""

from __future__ import annotations

from monitor.core.law.amendments import RegisterFinding
from monitor.wording.law_phrases import Clause, english_labels, swedish_labels


def register_sentence(finding: RegisterFinding) -> Clause:
    """Return what the register says, and whether that agrees with the texts."""
    acts = ", ".join(f"SFS {number}" for number in finding.numbers)
    if not finding.scope:
        return {
            "sv": f"Ändringsregistret har ännu inga uppgifter om {acts}",
            "en": f"The register of amendments does not know {acts} yet",
        }
    entry = {
        "sv": f"Ändringsregistret, {acts}: {finding.scope}",
        "en": f"Register of amendments, {acts}: {finding.scope}",
    }
    if finding.agrees:
        return {"sv": f"{entry['sv']} – stämmer med texten", "en": f"{entry['en']} – agrees with the text"}
    swedish, english = [], []
    if finding.unseen:
        swedish.append(f"texten visar ingen ändring av {swedish_labels(finding.unseen)}")
        english.append(f"the text shows no change of {english_labels(finding.unseen)}")
    if finding.unnamed:
        swedish.append(f"registret nämner inte {swedish_labels(finding.unnamed)}")
        english.append(f"the register does not name {english_labels(finding.unnamed)}")
    return {
        "sv": f"{entry['sv']} – stämmer inte med texten: {', och '.join(swedish)}",
        "en": f"{entry['en']} – does not agree with the text: {', and '.join(english)}",
    }
