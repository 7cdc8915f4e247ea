"""Reads standard input or a file as it arrives, without blocking the loop."""

from __future__ import annotations

import asyncio
import functools
import io
import os
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from engine.capture.detect import InputKind
from engine.capture.input_decoding import InputDecoding, OnSourceEvent

PIECE_BYTES = 64 * 1024
MOST_PIECES = 16
"""Pieces that wait for the loop before reading pauses."""


async def read_input(
    source: BinaryIO | int,
    kind: InputKind | None,
    on_event: OnSourceEvent,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> InputKind:
    """Read `source` (a file object or a descriptor) to its end; return what kind of input it was.

    `kind` None tells it from the first bytes. `on_event` is called on the loop. At the end of the input, blocks and
    turns are ended. Raises OSError where reading fails, after ending what is open. A file object with a descriptor is
    read below its buffer, so nothing may have been read from it before.
    """
    decoding = InputDecoding(kind, on_event, clock)
    pieces = _Pieces(source)
    try:
        async for piece in pieces:
            decoding.feed(piece)
    finally:
        pieces.close()
        decoding.finish()
    return decoding.kind


class _Pieces:
    """What a thread reads, as an asynchronous iterator. Ended early, the thread ends with its next piece."""

    def __init__(self, source: BinaryIO | int) -> None:
        self._read = _reading(source)
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[bytes | OSError] = asyncio.Queue()
        self._room = threading.Semaphore(MOST_PIECES)
        self._closed = False
        # A daemon, because a read of a terminal cannot be interrupted and must not keep the program alive.
        self._thread = threading.Thread(target=self._run, name="input-reader", daemon=True)

    def __aiter__(self) -> _Pieces:
        self._thread.start()
        return self

    def close(self) -> None:
        """Want no more."""
        self._closed = True
        self._room.release()

    async def __anext__(self) -> bytes:
        piece = await self._queue.get()
        self._room.release()
        if isinstance(piece, OSError):
            raise piece
        if not piece:
            raise StopAsyncIteration
        return piece

    def _run(self) -> None:
        piece: bytes | OSError = b"."
        while isinstance(piece, bytes) and piece:
            self._room.acquire()
            if self._closed:
                return
            try:
                piece = self._read()
            except OSError as error:
                piece = error
            try:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, piece)
            except RuntimeError:
                # The loop is closed: nobody wants the input any more.
                return


def _reading(source: BinaryIO | int) -> Callable[[], bytes]:
    """A function that returns the next bytes as soon as there are any, and none at the end."""
    if isinstance(source, int):
        descriptor = source
    else:
        try:
            descriptor = source.fileno()
        except (io.UnsupportedOperation, AttributeError):
            return functools.partial(source.read, PIECE_BYTES)
    # Below the buffer: a buffered read waits for a full one, and its lock would hang the program's exit.
    return functools.partial(os.read, descriptor, PIECE_BYTES)
