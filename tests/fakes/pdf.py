"""Writes minimal PDF documents: any number of pages, with one line of text below the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def pdf(*pages: Sequence[str], facts: str = "") -> bytes:
    """Return a document whose pages show these lines; `facts` goes into its information dictionary ("/Title (…)")."""
    objects = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    tree = 2 + 2 * len(pages)
    for lines in pages:
        drawn = _drawn(lines)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
        page = f"/Parent {tree} 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R"
        objects.append(f"<< /Type /Page {page} /Resources << /Font << /F1 1 0 R >> >> >>".encode())
    kids = " ".join(f"{number} 0 R" for number in range(3, tree, 2))
    objects.append(f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode())
    objects.append(f"<< /Type /Catalog /Pages {tree} 0 R >>".encode())
    objects.append(f"<< {facts} >>".encode("cp1252"))
    size, root = len(objects) + 1, len(objects) - 1
    return pdf_file(objects, b"<< /Size %d /Root %d 0 R /Info %d 0 R >>" % (size, root, len(objects)))


def _drawn(lines: Iterable[str]) -> bytes:
    shown = (line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in lines)
    return "\n".join(["BT /F1 11 Tf 50 780 Td 14 TL", *(f"({line}) Tj T*" for line in shown), "ET"]).encode("cp1252")


def pdf_file(objects: Sequence[bytes], trailer: bytes) -> bytes:
    """Return the file of these objects, numbered from 1."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"0000000000 65535 f \n" + table
    return body + b"xref\n0 %d\n%strailer %s\nstartxref\n%d\n%%%%EOF\n" % (size, table, trailer, len(body))
