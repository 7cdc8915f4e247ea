"""Rows of an emulator's cells as runs of equally styled text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.terminal.ghostty import check, ffi, init_sized, lib
from tui.terminal.native import NativeTerminal

Color = int | tuple[int, int, int] | None
"""A place in the palette of 256, a true colour, or None: the terminal's own."""

_Words = NDArray[np.uint64]
_Codes = NDArray[np.uint32]
_SPACE = 32
_STYLE_CACHE = 4096


class CellStyle(NamedTuple):
    """How cells look."""

    foreground: Color = None
    background: Color = None
    underline_color: Color = None
    underline: int = 0
    """0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed"""
    bold: bool = False
    italic: bool = False
    faint: bool = False
    blink: bool = False
    inverse: bool = False
    invisible: bool = False
    strikethrough: bool = False
    overline: bool = False
    link: str = ""
    """what OSC 8 made of it: a URI"""


PLAIN = CellStyle()


class Run(NamedTuple):
    """Neighbouring cells with one style."""

    text: str
    """without control characters; blank cells are spaces"""
    width: int
    """cells"""
    style: CellStyle
    clusters: tuple[tuple[str, int], ...] = ()
    """each cell's text and width (1 or 2); empty when every character takes one cell and is ASCII"""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where a cell's 64 bits keep what; asked of the library, since its headers do not promise it."""

    codepoint: int
    codepoint_shift: int
    tag: int
    wide: int
    style: int
    hyperlink: int
    tag_grapheme: int
    wide_wide: int
    wide_tail: int


@cache
def _layout() -> _Layout:
    codepoint, tag, wide = (
        _bits(lib.GHOSTTY_CELL_DATA_CODEPOINT),
        _bits(lib.GHOSTTY_CELL_DATA_CONTENT_TAG),
        _bits(lib.GHOSTTY_CELL_DATA_WIDE),
    )
    return _Layout(
        codepoint=codepoint,
        codepoint_shift=_low_bit(codepoint),
        tag=tag,
        wide=wide,
        style=_bits(lib.GHOSTTY_CELL_DATA_STYLE_ID),
        hyperlink=_bits(lib.GHOSTTY_CELL_DATA_HAS_HYPERLINK),
        tag_grapheme=lib.GHOSTTY_CELL_CONTENT_CODEPOINT_GRAPHEME << _low_bit(tag),
        wide_wide=lib.GHOSTTY_CELL_WIDE_WIDE << _low_bit(wide),
        wide_tail=lib.GHOSTTY_CELL_WIDE_SPACER_TAIL << _low_bit(wide),
    )


def _bits(data: int) -> int:
    """The mask of the bits that make `data` of a cell not zero."""
    out = ffi.new("uint64_t*")
    mask = 0
    for bit in range(64):
        out[0] = 0
        if not lib.ghostty_cell_get(1 << bit, data, out) and out[0]:
            mask |= 1 << bit
    return mask


def _low_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


class RowReader:
    """Turns rows of a render state into runs: a few calls a row, not one a cell."""

    def __init__(self, terminal: NativeTerminal) -> None:
        self._terminal = terminal
        self._layout = _layout()
        self._cells = ffi.new("GhosttyRenderStateRowCells*")
        check(lib.ghostty_render_state_row_cells_new(ffi.NULL, self._cells), "row_cells_new")
        self._free = ffi.gc(self._cells[0], lib.ghostty_render_state_row_cells_free)
        self._view = ffi.new("GhosttyCellsView*")
        self._style = init_sized("GhosttyStyle")
        self._utf8 = ffi.new("uint8_t[]", 1024)
        self._buffer = ffi.new("GhosttyBuffer*", {"ptr": self._utf8, "cap": 1024})
        self._styles: dict[bytes, CellStyle] = {}

    def read(self, row: Any, y: int) -> tuple[Run, ...]:
        """Return the runs of the row that the iterator `row` stands on, which is row `y` of the viewport."""
        check(lib.ghostty_render_state_row_get(row, lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS_RAW, self._view), "row")
        words: _Words = np.frombuffer(ffi.buffer(self._view.ptr, self._view.len * 8), dtype=np.uint64)
        if not words.any():
            return (Run(" " * len(words), len(words), PLAIN),)
        check(lib.ghostty_render_state_row_get(row, lib.GHOSTTY_RENDER_STATE_ROW_DATA_CELLS, self._cells), "cells")
        layout = self._layout
        words = self._paired(words)
        columns = np.flatnonzero((words & layout.wide) != layout.wide_tail)
        words = words[columns]
        starts = self._starts(words)
        codes = self._codes(words)
        is_ascii = int(codes.max()) < 128 and not (words & (layout.tag | layout.wide)).any()
        runs = (self._ascii_runs if is_ascii else self._mixed_runs)(codes, words, columns, starts, y)
        return _joined(runs) if any(run.style.link for run in runs) else runs

    def _paired(self, words: _Words) -> _Words:
        """The cells, those that are half of a wide character without the other half made narrow.

        Sequences that move parts of rows leave such halves, and a row must not lose or gain cells by them.
        """
        layout = self._layout
        kinds = words & layout.wide
        if not kinds.any():
            return words
        is_head, is_tail = kinds == layout.wide_wide, kinds == layout.wide_tail
        is_lone = is_head | is_tail
        is_pair = is_head[:-1] & is_tail[1:]
        is_lone[:-1] &= ~is_pair
        is_lone[1:] &= ~is_pair
        return np.where(is_lone, words & ~np.uint64(layout.wide), words) if is_lone.any() else words

    def _starts(self, words: _Words) -> list[int]:
        """Where the runs start, and the end of the last."""
        layout = self._layout
        # A cell that only has a background colour keeps the colour in itself.
        is_color = (words & layout.tag) > layout.tag_grapheme
        keys = np.where(is_color, words, words & (layout.style | layout.hyperlink))
        is_start = keys[1:] != keys[:-1]
        links = (words & layout.hyperlink) != 0
        if links.any():
            is_start |= links[1:]
        return [0, *(np.flatnonzero(is_start) + 1).tolist(), len(words)]

    def _codes(self, words: _Words) -> _Codes:
        layout = self._layout
        codes = ((words & layout.codepoint) >> layout.codepoint_shift).astype(np.uint32)
        # Nothing that a terminal around us could take for a command may be in the text.
        codes[(codes < _SPACE) | ((codes >= 0x7F) & (codes < 0xA0)) | ((codes >= 0xD800) & (codes < 0xE000))] = _SPACE
        codes[(words & layout.tag) > layout.tag_grapheme] = _SPACE
        return codes

    def _ascii_runs(self, codes: _Codes, words: _Words, columns: Any, starts: Sequence[int], y: int) -> tuple[Run, ...]:
        text = codes.astype(np.uint8).tobytes().decode("ascii")
        return tuple(
            Run(text[start:end], end - start, self._style_of(int(words[start]), int(columns[start]), y))
            for start, end in pairwise(starts)
        )

    def _mixed_runs(self, codes: _Codes, words: _Words, columns: Any, starts: Sequence[int], y: int) -> tuple[Run, ...]:
        layout = self._layout
        texts = [chr(code) for code in codes.tolist()]
        for index in np.flatnonzero((words & layout.tag) == layout.tag_grapheme).tolist():
            texts[index] = self._cluster(int(columns[index])) or texts[index]
        widths: list[int] = np.where((words & layout.wide) == layout.wide_wide, 2, 1).tolist()
        runs = []
        for start, end in pairwise(starts):
            style = self._style_of(int(words[start]), int(columns[start]), y)
            text = "".join(texts[start:end])
            width = sum(widths[start:end])
            # Erasing can leave a blank two cells wide.
            is_plain = text.isascii() and width == len(text)
            clusters = () if is_plain else tuple(zip(texts[start:end], widths[start:end], strict=True))
            runs.append(Run(text, width, style, clusters))
        return tuple(runs)

    def _cluster(self, x: int) -> str:
        """The characters of a cell that holds more than one."""
        check(lib.ghostty_render_state_row_cells_select(self._cells[0], x), "select")
        self._buffer.len = 0
        data = lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_GRAPHEMES_UTF8
        if lib.ghostty_render_state_row_cells_get(self._cells[0], data, self._buffer):
            return ""  # Longer than the buffer: no writing system needs that, so its first character will do.
        text: str = ffi.buffer(self._utf8, self._buffer.len)[:].decode("utf-8", "replace")
        return "".join(character for character in text if character >= " " and not "\x7f" <= character < "\xa0")

    def _style_of(self, word: int, x: int, y: int) -> CellStyle:
        layout = self._layout
        if word & layout.tag > layout.tag_grapheme:
            return CellStyle(background=_cell_color(word))
        style = self._stored_style(x) if word & layout.style else PLAIN
        if word & layout.hyperlink:
            return style._replace(link=self._link(x, y))
        return style

    def _stored_style(self, x: int) -> CellStyle:
        check(lib.ghostty_render_state_row_cells_select(self._cells[0], x), "select")
        data = lib.GHOSTTY_RENDER_STATE_ROW_CELLS_DATA_STYLE
        check(lib.ghostty_render_state_row_cells_get(self._cells[0], data, self._style), "style")
        key: bytes = ffi.buffer(self._style)[:]
        style = self._styles.get(key)
        if style is None:
            if len(self._styles) >= _STYLE_CACHE:
                self._styles.clear()
            style = self._styles[key] = _cell_style(self._style)
        return style

    def _link(self, x: int, y: int) -> str:
        length = ffi.new("size_t*")
        reference = self._terminal.reference(x, y)
        if lib.ghostty_grid_ref_hyperlink_uri(reference, self._utf8, len(self._utf8), length):
            return ""
        uri: str = ffi.buffer(self._utf8, length[0])[:].decode("utf-8", "replace")
        return uri if uri.isprintable() else ""


def _joined(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Neighbours with one style as one run: cells of a link are read one by one."""
    joined = [runs[0]]
    for run in runs[1:]:
        last = joined[-1]
        if run.style != last.style:
            joined.append(run)
            continue
        is_plain = not run.clusters and not last.clusters
        clusters = () if is_plain else (*clusters_of(last), *clusters_of(run))
        joined[-1] = Run(last.text + run.text, last.width + run.width, run.style, clusters)
    return tuple(joined)


def clusters_of(run: Run) -> tuple[tuple[str, int], ...]:
    """Each cell's text and width, also where every character takes one cell."""
    return run.clusters or tuple((character, 1) for character in run.text)


def _cell_color(word: int) -> Color:
    """The colour that a cell without text or style keeps."""
    index = ffi.new("uint8_t*")
    if not lib.ghostty_cell_get(word, lib.GHOSTTY_CELL_DATA_COLOR_PALETTE, index) and _is_palette(word):
        return int(index[0])
    rgb = ffi.new("GhosttyColorRgb*")
    check(lib.ghostty_cell_get(word, lib.GHOSTTY_CELL_DATA_COLOR_RGB, rgb), "cell colour")
    return (rgb.r, rgb.g, rgb.b)


def _is_palette(word: int) -> bool:
    tag = ffi.new("GhosttyCellContentTag*")
    check(lib.ghostty_cell_get(word, lib.GHOSTTY_CELL_DATA_CONTENT_TAG, tag), "cell tag")
    return bool(tag[0] == lib.GHOSTTY_CELL_CONTENT_BG_COLOR_PALETTE)


def _cell_style(style: Any) -> CellStyle:
    return CellStyle(
        foreground=_style_color(style.fg_color),
        background=_style_color(style.bg_color),
        underline_color=_style_color(style.underline_color),
        underline=style.underline,
        bold=style.bold,
        italic=style.italic,
        faint=style.faint,
        blink=style.blink,
        inverse=style.inverse,
        invisible=style.invisible,
        strikethrough=style.strikethrough,
        overline=style.overline,
    )


def _style_color(color: Any) -> Color:
    if color.tag == lib.GHOSTTY_STYLE_COLOR_PALETTE:
        return int(color.value.palette)
    if color.tag == lib.GHOSTTY_STYLE_COLOR_RGB:
        return (color.value.rgb.r, color.value.rgb.g, color.value.rgb.b)
    return None
