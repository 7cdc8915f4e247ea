"""A screen as Claude Code draws it, at any width and height: for what no recording shows."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class DrawnTurn:
    """A prompt and its answer, paragraph by paragraph; a paragraph that starts with `tool:` is a tool's call."""

    prompt: str
    paragraphs: Sequence[str]
    shown: int = 0
    """Words drawn so far; the unfinished visual row is held back, as Claude Code does."""
    is_done: bool = False

    @property
    def size(self) -> int:
        """Words in all."""
        return sum(len(paragraph.split()) for paragraph in self.paragraphs)


@dataclass
class DrawnScreen:
    """The conversation so far, seen through a window that shows its end."""

    turns: list[DrawnTurn] = field(default_factory=list)
    scrolled_up: int = 0

    def rows(self, cols: int, rows: int) -> list[str]:
        """The window's rows."""
        lines = [" ▐▛███▛█   Claude Code", "", *(line for turn in self.turns for line in _turn(turn, cols))]
        is_busy = bool(self.turns) and not self.turns[-1].is_done
        bottom = ["✻ Pondering… (3s · ↓ 5 tokens)" if is_busy else "", "─" * cols, "❯", "─" * cols]
        bottom.append("  manual mode on · esc to interrupt" if is_busy else "  manual mode on")
        space = max(rows - len(bottom), 1)
        end = max(len(lines) - self.scrolled_up, 0)
        window = lines[max(end - space, 0) : end]
        return window + [""] * (space - len(window)) + bottom

    def cursor_row(self, rows: Sequence[str]) -> int:
        """Where the cursor is when the repaint is complete."""
        return len(rows) - 3


def _turn(turn: DrawnTurn, cols: int) -> list[str]:
    lines = [f"❯ {turn.prompt}", ""]
    left = turn.shown
    is_first = True
    for paragraph in turn.paragraphs:
        if left <= 0:
            break
        if paragraph.startswith("tool:"):
            lines += ["  Read 1 file", ""]
            left -= len(paragraph.split())
            is_first = True
            continue
        paragraph_words = paragraph.split()
        drawn = textwrap.wrap(
            " ".join(paragraph_words[:left]), cols - 2, break_long_words=False, break_on_hyphens=False
        )
        if left < len(paragraph_words):
            drawn = drawn[:-1]
        lines += [("● " if is_first and not index else "  ") + row for index, row in enumerate(drawn)]
        lines += [""] if drawn else []
        left -= len(paragraph_words)
        is_first = False
    if turn.is_done:
        lines += ["✻ Pondered for 3s", ""]
    return lines
