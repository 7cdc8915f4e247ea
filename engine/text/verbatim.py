"""Blocks that are taken line by line and given as one piece: fenced and indented code, raw HTML, comments."""

from __future__ import annotations

import re
from enum import Enum
from typing import Protocol

from engine.sentence import Kind
from engine.text.pieces import Piece, SourceLine


class Taken(Enum):
    """What a block did with a line."""

    YES = "yes"
    LAST = "last"
    """it was the block's last line"""
    NO = "no"
    """the block had ended before it"""


class Block(Protocol):
    """A block that takes whole lines."""

    kind: Kind

    def take(self, line: SourceLine) -> Taken:
        """Take the next line, or refuse it."""
        ...

    def piece(self) -> Piece | None:
        """The finished block; None where it turned out to be something else, or holds nothing to show."""
        ...

    def leftover(self) -> list[SourceLine]:
        """Lines that are ordinary text after all."""
        ...


_INDENT = re.compile(r"[ \t]*")
_NESTING = ("md", "markdown", "mdx")
_WORD = re.compile(r"[^\s{}.,=]+")
_TAB = 4


class Fence:
    """Fenced code. Markdown shown in a fence may hold fences of its own, also of the same length."""

    kind = Kind.CODE

    def __init__(self, opening: SourceLine, start: int, indent: int, quotes: int) -> None:
        text = opening.text[start:]
        self._mark = text[0]
        self._length = len(text) - len(text.lstrip(self._mark))
        word = _WORD.search(text, self._length)
        self._language = word.group() if word else ""
        self._indent = indent
        self._quotes = quotes
        self._nested = 0
        self._source = [opening.text]
        self._code: list[str] = []
        self._ended_at = opening.ended_at

    def take(self, line: SourceLine) -> Taken:
        """Take lines up to the closing fence, or to the end of the quote around it."""
        text = line.text
        if self._quotes:
            if not text.lstrip().startswith(">"):
                return Taken.NO
            text = _without_quotes(text, self._quotes)
        self._source.append(line.text)
        self._ended_at = line.ended_at or self._ended_at
        if self._closes(text.strip()):
            return Taken.LAST
        self._code.append(_without_indent(text, self._indent))
        return Taken.YES

    def piece(self) -> Piece:
        """The code, without its fences."""
        return Piece(
            Kind.CODE,
            "\n".join(self._code),
            "\n".join(self._source),
            self._ended_at,
            language=self._language,
            lines=len(self._code),
        )

    def leftover(self) -> list[SourceLine]:
        """Nothing: a fence is always code."""
        return []

    def _closes(self, text: str) -> bool:
        length = len(text) - len(text.lstrip(self._mark))
        if length < self._length:
            return False
        if length < len(text):
            if self._language.lower() in _NESTING and self._mark not in text[length:]:
                self._nested += 1
            return False
        if self._nested:
            self._nested -= 1
            return False
        return True


class Indented:
    """Code indented by four columns."""

    kind = Kind.CODE

    def __init__(self, opening: SourceLine, indent: int, quotes: int) -> None:
        self._indent = indent
        self._quotes = quotes
        self._lines = [opening.text]
        self._ended_at = opening.ended_at

    def take(self, line: SourceLine) -> Taken:
        """Take lines as far indented, and blank ones between them."""
        text = _without_quotes(line.text, self._quotes)
        if text.strip() and _width(text) < self._indent:
            return Taken.NO
        self._lines.append(line.text)
        self._ended_at = line.ended_at or self._ended_at
        return Taken.YES

    def piece(self) -> Piece:
        """The code, without its indent and the blank lines after it."""
        while self._lines and not self._lines[-1].strip():
            self._lines.pop()
        code = [_without_indent(_without_quotes(line, self._quotes), self._indent) for line in self._lines]
        return Piece(Kind.CODE, "\n".join(code), "\n".join(self._lines), self._ended_at, lines=len(code))

    def leftover(self) -> list[SourceLine]:
        """Nothing."""
        return []


class RawHtml:
    """`<pre>`, `<script>`, `<style>` or `<textarea>` up to its closing tag: code."""

    kind = Kind.CODE

    def __init__(self, opening: SourceLine, start: int) -> None:
        name = re.match(r"<(\w+)", opening.text[start:])
        self._closing = f"</{name[1].lower() if name else ''}"
        self._lines = [opening.text]
        self._ended_at = opening.ended_at

    def take(self, line: SourceLine) -> Taken:
        """Take lines up to the closing tag."""
        self._lines.append(line.text)
        self._ended_at = line.ended_at or self._ended_at
        return Taken.LAST if self._closing in line.text.lower() else Taken.YES

    def piece(self) -> Piece:
        """The HTML as it is."""
        code = "\n".join(self._lines)
        return Piece(Kind.CODE, code, code, self._ended_at, language="html", lines=len(self._lines))

    def leftover(self) -> list[SourceLine]:
        """Nothing."""
        return []


class Comment:
    """An HTML comment over several lines: never shown."""

    kind = Kind.CODE

    def __init__(self) -> None:
        self._rest: list[SourceLine] = []

    def take(self, line: SourceLine) -> Taken:
        """Take lines up to `-->`; what follows that is text."""
        end = line.text.find("-->")
        if end < 0:
            return Taken.YES
        self._rest = [SourceLine(line.after(end + 3))]
        return Taken.LAST

    def piece(self) -> None:
        """Nothing to show."""

    def leftover(self) -> list[SourceLine]:
        """What stood after the comment."""
        return [line for line in self._rest if line.text.strip()]


class FrontMatter:
    """`key: value` lines between two `---` at the very start."""

    kind = Kind.CODE
    KEY = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)")
    _LINE = re.compile(r"[A-Za-z_][\w-]*:(?:\s|$)|[ \t]+\S|- ")

    def __init__(self, opening: SourceLine) -> None:
        self._lines = [opening]
        self._is_closed = False

    def take(self, line: SourceLine) -> Taken:
        """Take lines up to `---`; any other line shows that this is ordinary text."""
        if line.text.rstrip() == "---":
            self._lines.append(line)
            self._is_closed = True
            return Taken.LAST
        if not self._LINE.match(line.text):
            return Taken.NO
        self._lines.append(line)
        return Taken.YES

    def piece(self) -> Piece | None:
        """The front matter as YAML."""
        if not self._is_closed:
            return None
        lines = [line.text for line in self._lines]
        return Piece(
            Kind.CODE,
            "\n".join(lines[:-1]),
            "\n".join(lines),
            self._lines[-1].ended_at,
            language="yaml",
            lines=len(lines) - 1,
        )

    def leftover(self) -> list[SourceLine]:
        """All lines, where no `---` came."""
        return [] if self._is_closed else self._lines


def _without_quotes(text: str, depth: int) -> str:
    for _ in range(depth):
        stripped = text.lstrip()
        if not stripped.startswith(">"):
            break
        text = stripped[1:].removeprefix(" ")
    return text


def _width(text: str) -> int:
    indent = _INDENT.match(text)
    return len((indent.group() if indent else "").expandtabs(_TAB))


def _without_indent(text: str, columns: int) -> str:
    if not columns:
        return text
    indent = _INDENT.match(text)
    length = indent.end() if indent else 0
    width = len(text[:length].expandtabs(_TAB))
    return " " * (width - columns) + text[length:] if width > columns else text[length:]
