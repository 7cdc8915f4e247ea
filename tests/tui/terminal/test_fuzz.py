"""Any bytes at all: the emulator goes on, every row stays as wide as the screen, and nothing gets out as a command."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.terminal.emulator import Emulator
from tui.terminal.paint import Painter, cluster_at, link_at
from tui.terminal.selection import Selection, Unit

RECORDINGS = sorted((Path(__file__).parents[2] / "data" / "recordings").glob("*/tty.raw"))

OPENINGS = (
    *(b"\x1b]0;", b"\x1b]8;;", b"\x1b]8;id=1;", b"\x1b]52;c;", b"\x1b]4;1;", b"\x1b]133;", b"\x1b]"),
    *(b"\x1bPq", b"\x1bP+q", b"\x1bP$q", b"\x1bP1000p", b"\x1b_G", b"\x1b_", b"\x1b^", b"\x1bX", b"\x9d", b"\x90"),
)
"""of strings that end with ST"""

numbers = st.one_of(st.integers(0, 300), st.integers(0, 2**70)).map(str)
parameters = st.lists(st.one_of(numbers, st.just("")), max_size=40).flatmap(
    lambda values: st.sampled_from(";:").map(lambda separator: separator.join(values))
)
control_sequences = st.builds(
    lambda prefix, values, between, final: f"\x1b[{prefix}{values}{between}{final}".encode(),
    st.sampled_from(["", "?", ">", "=", "<"]),
    parameters,
    st.sampled_from(["", " ", "!", '"', "$", "'", "*"]),
    st.characters(min_codepoint=0x40, max_codepoint=0x7E),
)
strings = st.builds(
    lambda head, body, end: head + body + end,
    st.sampled_from(OPENINGS),
    st.one_of(st.binary(max_size=60), st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    st.sampled_from([b"\x1b\\", b"\x07", b"\x18", b"\x1a", b""]),
)
modes = st.builds(
    lambda mode, final: f"\x1b[?{mode}{final}".encode(),
    st.sampled_from([1, 3, 5, 6, 7, 12, 25, 45, 47, 66, 69, 80, 1000, 1002, 1003, 1004, 1005, 1006, 1007, 1015, 1016])
    | st.sampled_from([1045, 1047, 1048, 1049, 2004, 2026, 2027, 2031, 2048]),
    st.sampled_from("hlsr$p"),
)
text = st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass"))
pieces = st.one_of(
    text, st.binary(max_size=40), control_sequences, strings, modes, st.sampled_from([b"\x1b", b"\x1bc"])
)


class Terminal:
    """An emulator and all that reads it, with what must hold after every step."""

    def __init__(self, cols: int = 30, rows: int = 8) -> None:
        self.emulator = Emulator(cols, rows)
        self.selection = Selection(self.emulator)
        self.heard: list[object] = []
        events = self.emulator.events
        events.on_reply, events.on_title, events.on_clipboard = self.heard.append, self.heard.append, self.heard.append

    def feed(self, data: bytes) -> None:
        self.emulator.feed(data)
        self.check()

    def disturb(self, choice: random.Random) -> None:
        """What a person does meanwhile."""
        x, y = choice.randrange(-2, 40), choice.randrange(-2, 12)
        actions: list[Callable[[], None]] = [
            lambda: self.emulator.resize(choice.randint(0, 60), choice.randint(0, 20)),
            lambda: self.emulator.scroll(choice.randint(-50, 50)),
            self.emulator.scroll_to_end,
            lambda: self.selection.start(x, y, choice.choice(list(Unit))),
            lambda: self.selection.extend(x, y),
            self.selection.finish,
            self.selection.clear,
        ]
        choice.choice(actions)()
        self.check()

    def check(self) -> None:
        emulator = self.emulator
        changed = emulator.take_dirty()
        painter = Painter(Style.null(), emulator.palette)
        for y in changed:
            runs = emulator.row(y)
            assert sum(run.width for run in runs) == emulator.cols
            strip = painter.paint(runs)
            assert cell_len(strip.text) == emulator.cols
            assert not any(character < " " or "\x7f" <= character < "\xa0" for character in strip.text)
            for x in (0, emulator.cols - 1):
                start, width = cluster_at(runs, x)
                assert 0 <= start <= x < start + width <= emulator.cols
                assert link_at(runs, x).isprintable()
        assert 0 <= emulator.cursor.x < emulator.cols
        assert not any(
            character < " " or "\x7f" <= character < "\xa0" for character in self.selection.text().replace("\n", "")
        )
        assert emulator.lines_below >= 0

    def recovers(self) -> None:
        """`reset` makes it as good as new."""
        self.feed(b"\x18\x1b\\\x1bc")
        self.emulator.resize(30, 8)
        self.selection.clear()
        self.feed("whole 日本\r\n".encode())
        assert self.emulator.text()[0] == "whole 日本"
        assert self.emulator.cursor.y == 1


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(pieces, max_size=40), st.integers(0, 1000))
def test_any_mixture_of_sequences(pieces: list[bytes], seed: int) -> None:
    choice, terminal = random.Random(seed), Terminal()
    for piece in pieces:
        terminal.feed(piece)
        if choice.random() < 0.3:
            terminal.disturb(choice)
    terminal.recovers()


def _mutated(data: bytes, choice: random.Random) -> bytes:
    """`data` with bytes flipped, left out, doubled and moved, in about one of a hundred places."""
    mutable = bytearray(data)
    for _ in range(max(1, len(data) // 100)):
        at, size = choice.randrange(len(mutable)), choice.randint(1, 12)
        piece = bytes(mutable[at : at + size])
        match choice.randrange(5):
            case 0:
                mutable[at] ^= 1 << choice.randrange(8)
            case 1:
                del mutable[at : at + size]
            case 2:
                mutable[at:at] = piece * choice.randint(1, 4)
            case 3:
                mutable[at:at] = choice.randbytes(size)
            case _:
                to = choice.randrange(len(mutable))
                mutable[to:to] = piece
    return bytes(mutable)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.parent.name)
def test_recordings_with_damage(path: Path, seed: int) -> None:
    choice = random.Random(f"{path.parent.name} {seed}")
    data = _mutated(path.read_bytes()[:20_000], choice)
    terminal = Terminal(100, 40)
    at = 0
    while at < len(data):
        size = choice.randint(1, 2000)
        terminal.feed(data[at : at + size])
        at += size
        if choice.random() < 0.2:
            terminal.disturb(choice)
    terminal.recovers()


@pytest.mark.parametrize("seed", [1, 2, 56])
def test_binary_garbage(seed: int) -> None:
    choice, terminal = random.Random(seed), Terminal(80, 24)
    for _ in range(60):
        terminal.feed(choice.randbytes(choice.randint(1, 5000)))
    terminal.recovers()
