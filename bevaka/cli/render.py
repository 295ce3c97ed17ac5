"""Pages and changes as lines for a terminal. Page text is escaped here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bevaka.cli.console import styled
from bevaka.terminal import printable, printable_lines

if TYPE_CHECKING:
    from monitor.core.model import Block, BlockChange, Change, Language


def block_lines(blocks: Sequence[Block], *, with_links: bool = False) -> Iterator[str]:
    """Yield the text of a page: headings marked by their level, list items by a bullet, §§ by their label.

    With links, each is below its block, with where it leads.
    """
    for block in blocks:
        text = printable_lines(block.text)
        if block.kind[:1] == "h" and block.kind[1:].isdigit():
            yield styled(f"{'#' * int(block.kind[1:])} {text}", bold=True)
        elif block.label:
            yield f"{styled(printable(block.label), bold=True)}  " + text.replace(
                "\n", "\n" + " " * (len(block.label) + 2)
            )
        else:
            yield f"• {text}" if block.kind == "li" else text
        for link in block.links if with_links else ():
            words = f"{link.text}: " if link.text and link.text != block.text else ""
            yield styled(printable(f"  → {words}{link.target}"), dim=True)


def change_lines(change: Change, language: Language) -> Iterator[str]:
    """Yield a change: its sentence, then each block change with its rule and its words marked.

    Where the sentence on a law only counts, what happened chapter by chapter follows it.
    """
    from monitor.wording.law_summary import clauses_by_chapter
    from monitor.wording.summary import summarise

    yield printable(summarise(change)[language])
    if change.law:
        yield from (f"  {printable(clause[language])}" for clause in clauses_by_chapter(change))
    for block in change.blocks:
        path = " › ".join([*block.heading, *([block.label] if block.label else [])])
        weight = "" if block.material else ", held back"
        yield ""
        yield styled(printable(path) or "–", bold=True) + f"   {block.op}, {block.rule}{weight}"
        yield from _block_lines(block, language)


def _block_lines(block: BlockChange, language: Language) -> Iterator[str]:
    from monitor.core.law.comparison import comparisons
    from monitor.wording.catalogue import words_for
    from monitor.wording.entries import comparison_fact
    from monitor.wording.unread_files import with_form_in_words

    block = with_form_in_words(block, language)
    if found := comparisons(block):
        for compared in found:
            if fact := comparison_fact(compared, words_for(language)):
                yield styled(f"  {printable(fact)}", bold=True)
            yield from _text_lines(compared.before, compared.after)
    elif block.op == "moved":
        yield from _indented(printable_lines(block.after or ""), "  ~ ")
    else:
        yield from _text_lines(block.before, block.after)
    if block.op == "edited":
        before, after = ({link.target for link in links} for links in (block.links_before, block.links_after))
        yield from (styled(f"  - link {printable_lines(target)}", "red") for target in sorted(before - after))
        yield from (styled(f"  + link {printable_lines(target)}", "green") for target in sorted(after - before))


def _text_lines(before: str | None, after: str | None) -> Iterator[str]:
    """Yield two texts as one with its words marked; a text alone with a mark before each line."""
    from monitor.core.diff.words import word_diff

    if before is not None and after is not None:
        parts = []
        for segment in word_diff(before, after):
            text = printable_lines(segment.text)
            if segment.op == "removed":
                text = styled(f"[-{text}-]", "red", strike=True)
            elif segment.op == "added":
                text = styled(f"{{+{text}+}}", "green")
            parts.append(text)
        yield from _indented("".join(parts), "  ")
    elif before is not None:
        yield from (styled(line, "red") for line in _indented(printable_lines(before), "  - "))
    elif after is not None:
        yield from (styled(line, "green") for line in _indented(printable_lines(after), "  + "))


def _indented(text: str, mark: str) -> Iterator[str]:
    return (mark + line for line in text.split("\n"))
