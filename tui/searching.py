"""A search through the rows: which have matches, at which of them it stands, and how that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from engine.sentence import Kind, Sentence
from tui.widgets.bilingual import BilingualView
from tui.widgets.block_layout import code_lines, is_foldable
from tui.widgets.look import Languages
from tui.widgets.row_layout import row_lines
from tui.widgets.search import Pattern
from tui.widgets.spans import Line, Span, plain
from tui.widgets.wrap import clean


@dataclass(slots=True)
class Searching:
    """Marks matches in the view, and moves between the sentences that have them."""

    view: BilingualView
    pattern: Pattern = field(default_factory=lambda: Pattern(""))
    _origin: int | None = None
    """id of the sentence from which the search looks"""
    _older: frozenset[int] = frozenset()
    """ids of sentences with matches that were not in memory when they were looked for"""
    _marked: list[int] = field(default_factory=list)
    """ids of the sentences that had matches when they were marked"""

    @property
    def is_on(self) -> bool:
        """Whether something is searched for."""
        return bool(self.pattern.folded)

    def begin(self) -> None:
        """Look from where the user is: the selected sentence, or the last one."""
        self._origin = self.view.selected if self.view.selected is not None else self._last()

    def look_for(self, text: str) -> None:
        """Search for something else, and go to the nearest match: the last one up to where the search began."""
        self.pattern, self._older = Pattern(text.strip()), frozenset()
        matches = self._matches()
        before = [match for match in matches if self._origin is None or match <= self._origin]
        self._go_to(before[-1] if before else matches[0] if matches else None, matches)

    def older(self) -> tuple[int, int] | None:
        """The first and the last sentence that is not in memory, by id; None when all are."""
        if not self.is_on:
            return None
        rows = self.view.rows
        released = [sentence_id for sentence_id in rows.ids() if rows.row(sentence_id) is None]
        return (released[0], released[-1]) if released else None

    def take_older(self, pattern: Pattern, found: Iterable[int]) -> None:
        """Sentences that are not in memory have what was searched for; go there where nothing nearer has it."""
        if pattern != self.pattern:
            return
        had_matches = bool(self._matches())
        self._older = self._older | frozenset(found)
        if not had_matches and (matches := self._matches()):
            self._go_to(matches[-1], matches)

    def move(self, step: int) -> bool:
        """Go to the next (+1) or the previous (-1) sentence that has a match, round and round; False if none has."""
        matches = self._matches()
        here = self.view.selected if self.view.selected is not None else self._last()
        if not matches or here is None:
            return False
        beyond = [match for match in matches if (match > here if step > 0 else match < here)]
        around = matches[0] if step > 0 else matches[-1]
        nearest = (beyond[0] if step > 0 else beyond[-1]) if beyond else around
        self._go_to(nearest, matches)
        return True

    def end(self) -> None:
        """Take the marks away; the place stays."""
        self.pattern = Pattern("")
        self._mark([], None)
        self.view.commit()

    def told(self) -> Line:
        """Where the search stands: `3 of 17`."""
        if not self.is_on:
            return ()
        matches = self._matches()
        if not matches:
            return (Span(" not found ", "warning"),)
        here = self.view.rows.look.found
        place = f"{matches.index(here) + 1} of {len(matches)}" if here in matches else f"{len(matches)}"
        return (Span(f" {place} ", "dim"),)

    def _go_to(self, match: int | None, matches: list[int]) -> None:
        self._mark(matches, match)
        if match is None:
            self.view.commit()
            return
        self._unfold(match)
        self.view.select(match)

    def _mark(self, matches: list[int], here: int | None) -> None:
        rows = self.view.rows
        rows.look = replace(rows.look, wanted=self.pattern, found=here)
        for sentence_id in {*self._marked, *matches}:
            if rows.row(sentence_id) is not None:
                rows.touch(sentence_id)
        self._marked = matches

    def _unfold(self, match: int) -> None:
        """Show a long block whole where the match is in what is folded away."""
        row = self.view.rows.row(match)
        if row is not None and not row.is_unfolded and is_foldable(row.sentence):
            lines = plain(row_lines(row, self.view.rows.width, self.view.look))
            if not any(self.pattern.is_in(line) for line in lines):
                self.view.fold(match)

    def _matches(self) -> list[int]:
        """Ids of the sentences that have it, from the top."""
        if not self.is_on:
            return []
        rows = self.view.rows
        here = {row.sentence.id for row in rows.rows() if is_found(self.pattern, row.sentence, rows.look.languages)}
        # Of what is in memory again the row counts, as it is shown now.
        return sorted(
            here | {found for found in self._older if rows.row(found) is None and rows.number_of(found) is not None}
        )

    def _last(self) -> int | None:
        return self.view.rows.neighbour(None, 0)


def is_found(pattern: Pattern, sentence: Sentence, languages: Languages) -> bool:
    """Whether what is shown of the sentence has it."""
    return any(pattern.is_in(text) for text in _texts(sentence, languages))


@lru_cache(maxsize=20_000)
def _shown(text: str) -> str:
    """The text as rows show it. At every character that is typed, all rows are looked through."""
    return clean(text)


def _texts(sentence: Sentence, languages: Languages) -> Iterable[str]:
    """What a row shows, as it is searched."""
    if sentence.kind is Kind.CODE:
        return (_shown(line) for line in code_lines(sentence))
    if sentence.kind is Kind.TABLE:
        return (_shown(line) for line in sentence.markdown.splitlines())
    english, japanese = (_shown(sentence.en),), (_shown(sentence.ja),)
    return {Languages.ENGLISH: english, Languages.JAPANESE: japanese}.get(languages, english + japanese)
