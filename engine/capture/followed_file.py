"""A file that grows, read as `tail -F` reads it: cut short or replaced, it is read on from its start."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.capture.detect import MOST_BYTES, InputKind, detect
from engine.capture.input_decoding import InputDecoding, OnSourceEvent
from engine.capture.plain import BLOCK
from engine.capture.quiet_text import QuietText
from engine.source import BlockEnd, Remark, SourceEvent, SourceStatus

POLL_S = 0.1
"""How often to call `read`."""
MOST_OLD_BYTES = 4 << 20
"""So much of what is there already is decoded and passed over, so that what follows is understood."""
_PIECE_BYTES = 64 * 1024


class FollowedFile:
    """Reads a file as far as it goes, again and again. Use it in a `with`; from one thread.

    What it holds when this is made is passed over, unless `from_start`: it is only looked at, to know its kind and what
    was said before. Raises OSError when it cannot be read, ValueError when it is no regular file.
    """

    def __init__(
        self,
        path: Path,
        kind: InputKind | None,
        *,
        from_start: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = path
        self._clock = clock
        self._tell: OnSourceEvent = lambda _: None
        self._quiet = QuietText()
        self._descriptor = _open(path)
        try:
            self._old_end = 0 if from_start else os.fstat(self._descriptor).st_size
            if kind is None and self._old_end:
                kind = detect(os.pread(self._descriptor, min(MOST_BYTES, self._old_end), 0))
            self._position = max(0, self._old_end - MOST_OLD_BYTES) if kind is not None else 0
        except OSError:
            os.close(self._descriptor)
            raise
        self._kind = kind
        self._decoding: InputDecoding | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def read(self, on_event: OnSourceEvent) -> None:
        """Tell what was written since the last call; `on_event` may block for a while. Raises OSError."""
        self._tell = on_event
        if self._decoding is None:
            self._decoding = InputDecoding(self._kind, self._take, self._clock)
        decoding = self._decoding
        if os.fstat(self._descriptor).st_size < self._position:
            self._begin_again(decoding, "was cut short")
        self._read_on(decoding)
        if self._is_replaced():
            # The last that was written to the old one, between the read and the look.
            self._read_on(decoding)
            fresh = _open(self._path)
            os.close(self._descriptor)
            self._descriptor = fresh
            self._begin_again(decoding, "was replaced")
            self._read_on(decoding)
        if decoding.kind is InputKind.TEXT and self._quiet.has_ended(self._clock()):
            on_event(BlockEnd(BLOCK, self._clock()))

    def _read_on(self, decoding: InputDecoding) -> None:
        while True:
            limit = min(_PIECE_BYTES, self._old_end - self._position) if self._is_old else _PIECE_BYTES
            data = os.pread(self._descriptor, limit, self._position)
            if not data:
                return
            decoding.feed(data)
            self._position += len(data)

    @property
    def _is_old(self) -> bool:
        return self._position < self._old_end

    def _take(self, event: SourceEvent) -> None:
        # A first line that is still being written is told whole: its kind is known only with its end.
        if not self._is_old or isinstance(event, SourceStatus):
            self._quiet.take(event)
            self._tell(event)

    def _is_replaced(self) -> bool:
        ours = os.fstat(self._descriptor)
        try:
            there = self._path.stat()
        except FileNotFoundError:
            # Moved away; another one may come.
            return False
        return stat.S_ISREG(there.st_mode) and (there.st_dev, there.st_ino) != (ours.st_dev, ours.st_ino)

    def _begin_again(self, decoding: InputDecoding, what: str) -> None:
        self._position = self._old_end = 0
        self._quiet = QuietText()
        decoding.start_again()
        message = f"{self._path} {what}: it is read from its start."
        self._tell(Remark("input_began_again", message, self._clock()))


def _open(path: Path) -> int:
    # Not blocking: opening a pipe without a writer would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError(f"{path} is no regular file: only such a file can be followed")
    return descriptor
