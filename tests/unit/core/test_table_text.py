"""Separated values as rows, whatever separates them."""

from __future__ import annotations

import pytest

from monitor.core.page.table_text import pieces_of_table
from monitor.errors import Unreadable


def rows(text: str) -> list[str]:
    pieces = pieces_of_table(text).pieces
    assert {piece.kind for piece in pieces} <= {"row"}
    return [piece.text for piece in pieces]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", " | ", "; ", ", "])
def test_columns_are_told_by_what_divides_the_first_row(separator: str) -> None:
    table = [["Ort", "Antal", "Om"], ["Nybro", "3", ""], ["Emmaboda", "4", "ny"]]
    assert rows("\r\n".join(separator.join(row) for row in table)) == [
        "Ort | Antal | Om",
        "Nybro | 3",
        "Emmaboda | 4 | ny",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ort\nNybro\nEmmaboda\n", ["Ort", "Nybro", "Emmaboda"]),
        ("Ort", ["Ort"]),
        ("Ort\n\nNybro, Kalmar län\nEmmaboda\n", ["Ort", "Nybro, Kalmar län", "Emmaboda"]),
        ("Orter, 2026\nNybro\nEmmaboda\n", ["Orter, 2026", "Nybro", "Emmaboda"]),
        ("Ort\nNybro; se även\nEmmaboda\n", ["Ort", "Nybro; se även", "Emmaboda"]),
        ('Ort\n"Nybro"\n"Emmaboda\nstad"\n', ["Ort", "Nybro", "Emmaboda stad"]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_a_table_may_have_one_column(text: str, expected: list[str]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_commas_in_words_divide_nothing_where_the_first_row_is_divided_otherwise(sign: str) -> None:
    text = "Ort;Vad som gäller, i korthet\nNybro;Ansök, med bilagor, i tid\nEmmaboda;Ansök, senare\n".replace(";", sign)
    assert rows(text)[1:] == ["Nybro | Ansök, med bilagor, i tid", "Emmaboda | Ansök, senare"]


def test_quoted_cells_may_hold_separators_and_line_breaks() -> None:
    assert rows('"Ort", "Om"\n"Nybro", "ett, två\ntre; ""fyra"""\n') == ["Ort | Om", 'Nybro | ett, två tre; "fyra"']


def test_a_title_may_precede_the_columns() -> None:
    body = "".join(f"Ort {number};{number}\n" for number in range(9))
    assert rows(f"Stöd per ort\n\nÅr 2026\nOrt;Antal\n{body}")[1:4] == ["År 2026", "Ort | Antal", "Ort 0 | 0"]


def test_one_row_more_leaves_the_others_as_they_are() -> None:
    text = "Ort,Antal\nNybro,3\n"
    for more in ("Emmaboda", "Kalmar, Öland, 4", "a;b;c", "|", '"'):
        assert rows(text + more)[:2] == ["Ort | Antal", "Nybro | 3"]


def test_a_first_line_for_excel_names_the_separator() -> None:
    assert rows("sep=;\r\nOrt;Om\r\nNybro;a,b\r\n") == ["Ort | Om", "Nybro | a,b"]
    assert rows("sep=#\nOrt#Om\n") == ["Ort | Om"]


def test_an_endless_cell_is_unreadable() -> None:
    for text in ("Ort;Om\nNybro;" + "x" * 200_000, "x" * 200_000):
        with pytest.raises(Unreadable):
            rows(text)
