"""Markdown's blocks, line by line: what is running text, of which kind, and what is taken whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.sentence import Kind
from engine.text.lines import Context, Item, Leaf, Line, classify
from engine.text.pieces import Piece, SourceLine
from engine.text.plain import draft, plain, plain_heading, plain_item, plain_quote
from engine.text.prose import Prose, Stretch
from engine.text.table import Table
from engine.text.verbatim import Block, Comment, Fence, FrontMatter, Indented, RawHtml, Taken

_HEAD = 256
"""Characters after which a line that still could be anything waits for its end."""


class Blocks:
    """Takes deltas of one block of markdown and gives pieces as soon as they are certain.

    What it gives depends on the text alone, not on how it was split into deltas.
    """

    def __init__(self) -> None:
        self._prose = Prose()
        self._kind = Kind.PROSE
        self._level = 0
        self._ordinal = ""
        self._mark = ""
        self._quotes = 0
        self._items: tuple[Item, ...] = ()
        self._has_paragraph = False
        self._block: Block | None = None
        self._line = SourceLine()
        self._head = ""
        self._is_running = False
        """the rest of the line is running text"""
        self._lines_seen = 0
        self._began_with_rule = False

    def feed(self, text: str, now: float) -> Iterator[Piece]:
        r"""Take the next characters, with `\n` as the only line ending."""
        for part in _lines(text):
            body = part.removesuffix("\n")
            if body:
                yield from self._characters(body, now)
            if len(body) < len(part):
                yield from self._newline(now)

    def end(self) -> Iterator[Piece]:
        """The text is over: give all that is left."""
        if self._line.parts and not self._is_running:
            yield from self._whole_line(self._line)
        while self._block is not None:
            yield from self._close_block()
        yield from self._flush()

    @property
    def draft(self) -> tuple[Kind, str]:
        """What is being written: the sentence so far, or the code or table line so far."""
        if self._block is not None:
            return self._block.kind, self._head.strip()
        return self._kind, draft(self._prose.text)

    def unsettled(self) -> Piece | None:
        """The sentence there is if nothing more follows."""
        if self._block is not None:
            return None
        stretch = self._prose.unsettled()
        return self._piece(stretch, self._prose.count == 0) if stretch else None

    def is_open(self, end: int) -> bool:
        """True while it is undecided whether the unsettled sentence that ended at `end` is one."""
        return self._prose.has_only_space_after(end)

    def force(self, end: int) -> None:
        """The unsettled sentence that ended at `end` is one."""
        self._prose.force(end)

    def _characters(self, text: str, now: float) -> Iterator[Piece]:
        if self._is_running:
            yield from self._pieces(self._prose.append(text, now))
            return
        self._line.parts.append((text, now))
        room = _HEAD - len(self._head)
        if room > 0:
            self._head += text[:room]
            # A line that could still be anything waits for its end; a long delta says what short ones would have.
            if self._may_stream and (line := classify(self._head[: _HEAD - 1], False, self._context())):
                yield from self._begin(line, self._line)

    @property
    def _may_stream(self) -> bool:
        """False where the whole line is needed before anything can be said."""
        return self._block is None and not (self._began_with_rule and self._lines_seen == 1)

    def _newline(self, now: float) -> Iterator[Piece]:
        if not self._is_running:
            yield from self._whole_line(self._line)
        yield from self._finish_line(now)
        self._lines_seen += 1

    def _finish_line(self, now: float) -> Iterator[Piece]:
        if self._is_running:
            yield from self._pieces(self._prose.append("\n", now))
            if self._kind is Kind.HEADING:
                yield from self._flush()
        self._is_running = False
        self._line = SourceLine()
        self._head = ""

    def _whole_line(self, line: SourceLine, allows_table: bool = True) -> Iterator[Piece]:
        if self._block is not None:
            taken = self._block.take(line)
            if isinstance(self._block, Table) and self._block.is_sure:
                yield from self._flush()
            if taken is not Taken.NO:
                if taken is Taken.LAST:
                    yield from self._close_block()
                return
            yield from self._close_block()
            yield from self._whole_line(line, allows_table)
            return
        text = line.text
        if self._began_with_rule and self._lines_seen == 1 and FrontMatter.KEY.match(text) and allows_table:
            self._block = FrontMatter(line)
            return
        found = classify(text, True, self._context(allows_table))
        if found:
            yield from self._begin(found, line)

    def _close_block(self) -> Iterator[Piece]:
        block, self._block = self._block, None
        if block is None:
            return
        if piece := block.piece():
            yield piece
        current, head, running = self._line, self._head, self._is_running
        for line in block.leftover():
            self._is_running = False
            yield from self._whole_line(line, allows_table=False)
            yield from self._finish_line(line.ended_at)
        self._line, self._head, self._is_running = current, head, running

    def _begin(self, line: Line, source: SourceLine) -> Iterator[Piece]:
        """Open what `line` is; called once a line, when its kind is known."""
        match line.leaf:
            case Leaf.TEXT if self._continues(line):
                self._is_running = True
                yield from self._running(line, source)
            case Leaf.TEXT | Leaf.HEADING:
                yield from self._flush()
                self._open(line, source)
                self._is_running = True
                yield from self._running(line, source)
            case Leaf.BLANK:
                yield from self._flush()
                self._open_blank(line)
            case Leaf.UNDERLINE:
                yield from self._underline(line, source)
            case Leaf.DELIMITER:
                yield from self._delimiter(line, source)
            case Leaf.TABLE:
                # Ordinary text may begin with `|` too: the paragraph stays open until the delimiter row.
                if not self._continues(line):
                    yield from self._flush()
                    self._contain(line)
                self._block = Table(source, line.start)
            case _:
                yield from self._flush()
                self._contain(line)
                yield from self._whole(line, source)

    def _whole(self, line: Line, source: SourceLine) -> Iterator[Piece]:
        match line.leaf:
            case Leaf.RULE:
                self._began_with_rule = self._lines_seen == 0 and source.text.rstrip() == "---"
                yield Piece(Kind.RULE, "", source.text, source.ended_at)
            case Leaf.FENCE:
                self._block = Fence(source, line.start, line.indent, line.quotes)
            case Leaf.INDENTED:
                base = max((item.content for item in self._items), default=0)
                self._block = Indented(source, base + 4, line.quotes)
            case Leaf.RAW_HTML:
                self._block = RawHtml(source, line.start)
            case Leaf.COMMENT:
                self._block = Comment()

    def _underline(self, line: Line, source: SourceLine) -> Iterator[Piece]:
        """A heading if the paragraph gave no sentence yet; else the line can only be meant as a rule."""
        if self._prose.count == 0 and self._prose.text.strip():
            self._kind, self._level = Kind.HEADING, line.level
            yield from self._flush()
        else:
            yield from self._flush()
            yield Piece(Kind.RULE, "", source.text, source.ended_at)

    def _delimiter(self, line: Line, source: SourceLine) -> Iterator[Piece]:
        if "|" not in self._prose.text.rstrip().rpartition("\n")[2]:
            self._is_running = True
            yield from self._running(line, source)
            return
        header, ended_at = self._prose.take_last_line()
        yield from self._flush()
        self._block = Table(SourceLine([(header, ended_at)]))
        self._block.take(source)

    def _continues(self, line: Line) -> bool:
        return self._has_paragraph and not line.opens and line.quotes <= self._quotes

    def _contain(self, line: Line) -> None:
        """Enter and leave quotes and list items as `line` says."""
        kept = self._items if line.quotes == self._quotes else ()
        indent = line.opens[0].mark if line.opens else line.indent
        self._items = (*(item for item in kept if item.holds(indent)), *line.opens)
        self._quotes = line.quotes

    def _open(self, line: Line, source: SourceLine) -> None:
        self._contain(line)
        self._has_paragraph = line.leaf is Leaf.TEXT
        mark = source.text[: line.start]
        self._mark = mark if mark.strip() else ""
        if line.leaf is Leaf.HEADING:
            self._kind, self._level, self._ordinal = Kind.HEADING, line.level, ""
        elif self._items:
            self._kind, self._level = Kind.LIST, len(self._items)
            self._ordinal = line.opens[-1].ordinal if line.opens else ""
        else:
            self._kind, self._level, self._ordinal = Kind.QUOTE if line.quotes else Kind.PROSE, 0, ""

    def _open_blank(self, line: Line) -> None:
        """A blank line leaves its quote; it leaves a list only when less indented text follows."""
        if line.opens:
            self._contain(line)
        elif line.quotes < self._quotes:
            self._quotes, self._items = line.quotes, ()

    def _running(self, line: Line, source: SourceLine) -> Iterator[Piece]:
        for text, now in source.after(line.start):
            yield from self._pieces(self._prose.append(text, now))

    def _flush(self) -> Iterator[Piece]:
        """End the paragraph."""
        yield from self._pieces(self._prose.flush())
        self._prose.restart()
        self._has_paragraph = False

    def _pieces(self, stretches: Iterable[Stretch]) -> Iterator[Piece]:
        for stretch in stretches:
            yield self._piece(stretch, self._prose.count == 1)

    def _piece(self, stretch: Stretch, is_first: bool) -> Piece:
        strip = {Kind.HEADING: plain_heading, Kind.LIST: plain_item, Kind.QUOTE: plain_quote}.get(self._kind, plain)
        return Piece(
            self._kind,
            strip(stretch.source),
            (self._mark if is_first else "") + stretch.source,
            stretch.ended_at,
            stretch.end,
            self._level,
            self._ordinal if is_first else "",
        )

    def _context(self, allows_table: bool = True) -> Context:
        return Context(self._has_paragraph, self._quotes, self._items, allows_table)


def _lines(text: str) -> list[str]:
    r"""Like `splitlines`, but only at `\n`."""
    parts = text.split("\n")
    return [part + "\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])
