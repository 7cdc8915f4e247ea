"""Where the links of a row are: those that the program made (OSC 8), and addresses that are only written out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from tui.terminal.cells import Run, clusters_of

_ADDRESS = re.compile(r"https?://[^\s<>\"'`|│　-〿＀-￯]+")
_NOT_ITS_END = ".,;:!?)]}"


class RowLink(NamedTuple):
    """A link, and the columns that it takes: from `x` up to, not including, `stop`."""

    x: int
    stop: int
    uri: str


def cells(runs: Sequence[Run]) -> Iterator[tuple[int, str]]:
    """Each cell's column and text; a wide one has one column, its first."""
    x = 0
    for run in runs:
        for text, width in clusters_of(run):
            yield x, text
            x += width


def links_in(runs: Sequence[Run]) -> list[RowLink]:
    """The links of a row, from the left."""
    made = list(_made(runs))
    written = (link for link in _written(runs) if not any(one.x <= link.x < one.stop for one in made))
    return sorted([*made, *written])


def _made(runs: Sequence[Run]) -> Iterator[RowLink]:
    x = 0
    for uri, linked in groupby(runs, lambda run: run.style.link):
        stop = x + sum(run.width for run in linked)
        if uri:
            yield RowLink(x, stop, uri)
        x = stop


def _written(runs: Sequence[Run]) -> Iterator[RowLink]:
    row = list(cells(runs))
    text = "".join(text for _, text in row)
    columns = [x for x, text in row for _ in text]
    for found in _ADDRESS.finditer(text):
        uri = found[0].rstrip(_NOT_ITS_END)
        yield RowLink(columns[found.start()], columns[found.start() + len(uri) - 1] + 1, uri)
