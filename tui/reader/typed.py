"""What a person types, a line at a time: a command is acted on at once, every other line is for Claude."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections import deque
from collections.abc import Callable

from engine.commands.ask.lines import NobodyThere

CHUNK = 65_536


class TypedLines:
    """Reads a terminal's or a pipe's lines on the event loop; `close` it."""

    def __init__(self, fd: int, take_command: Callable[[str], bool], say: Callable[[str], None]) -> None:
        """`take_command(line)` acts on a line that is a command and says True; `say` prints a line."""
        self._fd = fd
        self._take_command = take_command
        self._say = say
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        self._waiting: deque[str] = deque()
        self._asker: asyncio.Future[str] | None = None
        self._has_ended = False
        self._is_watched = False

    def start(self) -> None:
        """Begin to read."""
        loop = asyncio.get_running_loop()
        try:
            loop.add_reader(self._fd, self._read)
            self._is_watched = True
        except OSError:  # A file cannot be waited for: it is there already.
            loop.call_soon(self._read_to_end)

    def close(self) -> None:
        """Read no more."""
        if self._is_watched:
            asyncio.get_running_loop().remove_reader(self._fd)
            self._is_watched = False

    @property
    def waiting(self) -> int:
        """Lines for Claude that nobody has asked for yet."""
        return len(self._waiting)

    async def prompt(self) -> str:
        """The next line for Claude, also one that was typed before. Raises NobodyThere at the end of the input."""
        if self._waiting:
            return self._waiting.popleft()
        return await self._next()

    async def answer(self, question: str) -> str:
        """Print a question, and give the line that is typed after it. Raises NobodyThere at the end of the input.

        What was typed before it is no answer to it.
        """
        self._say(question.rstrip())
        return await self._next()

    def refuse_to_answer(self) -> None:
        """Whoever waits for a line is told that nobody is there."""
        if self._asker is not None and not self._asker.done():
            self._asker.set_exception(NobodyThere())

    async def _next(self) -> str:
        if self._has_ended:
            raise NobodyThere
        self._asker = asyncio.get_running_loop().create_future()
        try:
            return await self._asker
        finally:
            self._asker = None

    def _read(self) -> None:
        try:
            data = os.read(self._fd, CHUNK)
        except OSError:  # The terminal is gone.
            data = b""
        if not data:
            self.close()
        self._decode(data)

    def _read_to_end(self) -> None:
        while data := os.read(self._fd, CHUNK):
            self._decode(data)
        self._decode(b"")

    def _decode(self, data: bytes) -> None:
        *lines, self._begun = (self._begun + self._decoder.decode(data)).split("\n")
        for line in lines:
            self._take(line.strip())
        if not data:
            self._end()

    def _end(self) -> None:
        last, self._begun = self._begun.strip(), ""
        self._take(last)
        self._has_ended = True
        self.refuse_to_answer()

    def _take(self, line: str) -> None:
        if not line or self._take_command(line):
            return
        if self._asker is not None and not self._asker.done():
            self._asker.set_result(line)
        else:
            self._waiting.append(line)
            if self._is_watched:
                self._say("Claude gets this after its answer.")
