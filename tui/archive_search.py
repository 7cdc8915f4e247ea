"""A search through sentences that have gone from memory, as the history has them. Called on a thread."""

from __future__ import annotations

from engine.history import HistoryError
from tui.searching import is_found
from tui.widgets.look import Languages
from tui.widgets.older_rows import Archive
from tui.widgets.search import Pattern

PAGE = 500


def found_in(archive: Archive, first: int, last: int, pattern: Pattern, languages: Languages) -> list[int]:
    """Ids of the sentences from `first` to `last` that have it; none where the history cannot be read."""
    try:
        sentences = archive.sentences(first, last)
    except HistoryError:
        return []
    return [sentence.id for sentence in sentences if is_found(pattern, sentence, languages)]
