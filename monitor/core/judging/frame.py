"""One frame for two revisions: what was the main content before is looked for after.

    by role            the same kind of element: main part, article
    by id              the element with the id that it had
    by shared text     another frame that holds enough of the same text
    by size            the whole page, without what was outside before and is the same

Each must hold a text of similar size. Where none does, the main content is lost: the page is suspect. Without it, two
revisions of one page would be compared in different frames, and everything beside the main part told as new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from monitor.core.model import Extraction, FramedPage, Frames
from monitor.errors import Reason

_WHOLE = "whole"
_LEAST_CHARACTERS = 200
"""The size of a shorter main content is no evidence."""
_SHRUNK_TO = 1 / 3
_SHARED = 0.2
"""A frame that holds at least this share of the earlier text is where the main content went."""


def in_frame_of(before: Extraction, after: Extraction) -> tuple[Extraction, Reason | None]:
    """Return `after` as it is extracted in the frame of `before`, and the reason if its main content is lost.

    The reason has the code "shrunk" (monitor.core.judging.suspicion).
    """
    old, new = before.frames, after.frames
    if old is None or new is None:
        return after, None
    if old.chosen == _WHOLE:
        is_whole = new.chosen == _WHOLE or not _is_whole_page_meant(before, old, new)
        return (after if is_whole else replace(after, blocks=new.in_frame(_WHOLE).blocks)), None
    return _in_main_content(after, old, new)


def _is_whole_page_meant(before: Extraction, old: Frames, new: Frames) -> bool:
    """True if the later frame would hide what counted before: both have it, or the text outside was there before."""
    if old.in_frame(new.chosen).texts:
        return True
    known, outside = {block.text for block in before.blocks}, new.outside(new.chosen)
    return bool(outside) and 2 * _size([text for text in outside if text in known]) >= _size(outside)


def _in_main_content(after: Extraction, old: Frames, new: Frames) -> tuple[Extraction, Reason | None]:
    known = old.in_frame(old.chosen)
    for frame, page in _candidates(known, old, new):
        if _is_alike(known, page):
            return (after if frame == new.chosen else replace(after, blocks=page.blocks)), None
    page = new.in_whole_like(frozenset(known.texts), frozenset(old.outside(old.chosen)))
    size_before, size_after = _size(known.texts), _size(page.texts)
    framed = replace(after, blocks=page.blocks)
    if size_before < _LEAST_CHARACTERS or _is_alike(known, page):
        return framed, None
    return framed, Reason("shrunk", {"before": size_before, "after": 0 if page.is_menu else size_after})


def _candidates(known: FramedPage, old: Frames, new: Frames) -> Iterator[tuple[str, FramedPage]]:
    """Yield the frames in which the main content may be: of the same role, the same id, with the same text."""
    yield old.chosen, new.in_frame(old.chosen)
    if old.part:
        yield f"#{old.part}", new.in_frame(f"#{old.part}")
    if new.chosen not in {old.chosen, _WHOLE}:
        page = new.in_frame(new.chosen)
        texts = set(page.texts)
        if _size([text for text in known.texts if text in texts]) >= _SHARED * _size(known.texts):
            yield new.chosen, page


def _is_alike(known: FramedPage, page: FramedPage) -> bool:
    """True if a page's texts in a frame are about as much as was known, and no menu that came in its place."""
    least = _SHRUNK_TO * _size(known.texts) if _size(known.texts) >= _LEAST_CHARACTERS else 1
    return _size(page.texts) >= least and (known.is_menu or not page.is_menu)


def _size(texts: Sequence[str]) -> int:
    return sum(map(len, texts))
