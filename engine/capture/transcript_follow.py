"""Follows the transcript of our own session as Claude Code writes it. It is only ever read."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.capture.json_lines import JsonLines
from engine.capture.old_text import old_text
from engine.capture.running_session import SESSION_ID, RunningSession
from engine.capture.transcript import SOURCE, TranscriptDecoder
from engine.source import SessionChange, SessionChanged, SourceEvent, SourceStatus

POLL_S = 0.05
SEARCH_S = 1.0
"""How often the session's file is looked for in other folders than the expected one."""
CLOCK_SLACK_S = 1.0
EXPECTED_S = 20.0
"""How long Claude Code may take to say which conversation it is in; some versions never do."""
MOST_OLD_BYTES = 4 << 20
"""Of a long earlier conversation only the end is shown."""
_PIECE_BYTES = 1 << 20

OnSourceEvent = Callable[[SourceEvent], None]


def projects_folder(environment: Mapping[str, str]) -> Path:
    """Where a Claude Code with this environment keeps its transcripts."""
    config = environment.get("CLAUDE_CONFIG_DIR")
    home = environment.get("HOME")
    return (Path(config) if config else (Path(home) if home else Path.home()) / ".claude") / "projects"


def folder_name(cwd: str | Path) -> str:
    """The name of the folder for sessions that were begun in `cwd`."""
    return re.sub(r"[^A-Za-z0-9]", "-", str(cwd))


class TranscriptFile:
    """One session's file, read as far as it goes. Not thread-safe, but it may go from thread to thread.

    The file need not exist yet; it may grow in the middle of a line, be cut, or be replaced. Lines that are there at
    the beginning, or that carry an earlier time, are old. A session whose id is not known at first (None) is found by
    its process. Raises ValueError for a session id that is none.
    """

    def __init__(
        self,
        projects: Path,
        session_id: str | None,
        cwd: str | Path,
        *,
        pid: Callable[[], int | None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if session_id is not None and not SESSION_ID.fullmatch(session_id):
            raise ValueError(f"not a session id: {session_id!r}")
        self._projects = projects
        self._folders = dict.fromkeys((folder_name(os.path.realpath(cwd)), folder_name(cwd)))
        self._decoder = TranscriptDecoder()
        self._was_old = False
        self._created_at = clock()
        self._begin(session_id, self._created_at - CLOCK_SLACK_S)
        self._running = RunningSession(projects.parent, session_id, self._began_at, pid)
        self._old_bytes = self._size_now()
        self._position = max(0, self._old_bytes - MOST_OLD_BYTES)

    def _begin(self, session_id: str | None, began_at: float) -> None:
        self._file_name = f"{session_id}.jsonl" if session_id else None
        self._candidates = [self._projects / folder / self._file_name for folder in self._folders if self._file_name]
        self._began_at = began_at
        self._next_search = 0.0
        self._path: Path | None = None
        self._inode: int | None = None
        self._position = self._old_bytes = 0
        self._lines = JsonLines()

    @property
    def path(self) -> Path | None:
        """The file, once there is one."""
        return self._path

    @property
    def is_known(self) -> bool:
        """Whether the session's id is."""
        return self._file_name is not None

    def moves(self, now: float) -> list[SourceEvent] | None:
        """Go over to another file if Claude Code is in another conversation now.

        Returns what ends with the earlier one; None where nothing has changed.
        """
        if not self._running.has_changed(now):
            return None
        # In a conversation that was not known there is no other sign of what is old than the time of each line.
        self._begin(self._running.session_id, self._running.changed_at if self.is_known else self._created_at)
        ended = self._decoder.end_turn(now)
        self._decoder.forget()
        return ended

    def read(self, now: float) -> Iterator[tuple[SourceEvent, bool]]:
        """What was written since the last call, and whether it is old; `now` is of `time.monotonic()`.

        Raises OSError where the file exists and cannot be read.
        """
        path = self._find(now)
        if path is None:
            return
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        try:
            yield from self._read_open(descriptor, now)
        finally:
            os.close(descriptor)

    def has_grown(self, now: float) -> bool:
        """Whether there is something to read, as far as the file's size tells, or it is time to search for the file."""
        if self._file_name is None:
            return False
        if self._path is None:
            return now >= self._next_search or any(path.is_file() for path in self._candidates)
        try:
            status = os.stat(self._path)
        except OSError:
            return True
        return (status.st_size, status.st_ino) != (self._position, self._inode)

    def _read_open(self, descriptor: int, now: float) -> Iterator[tuple[SourceEvent, bool]]:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return
        if status.st_size < self._position or self._inode not in (None, status.st_ino):
            self._begin_again()
        self._inode = status.st_ino
        os.lseek(descriptor, self._position, os.SEEK_SET)
        while data := os.read(descriptor, _PIECE_BYTES):
            before = self._position
            if before < self._old_bytes:
                data = data[: self._old_bytes - before]
                os.lseek(descriptor, before + len(data), os.SEEK_SET)
            self._position += len(data)
            for line in self._lines.feed(data):
                yield from self._decode(line, before < self._old_bytes or self._is_earlier(line), now)

    def _decode(self, line: Mapping[str, Any], is_old: bool, now: float) -> Iterator[tuple[SourceEvent, bool]]:
        if self._was_old and not is_old:
            yield from ((event, True) for event in self._decoder.end_turn(now))
        self._was_old = is_old
        yield from ((event, is_old) for event in self._decoder.decode(line, now))

    def _is_earlier(self, line: Mapping[str, Any]) -> bool:
        """Whether a line was written in another session, whose lines Claude Code copies when it goes on with it."""
        try:
            return datetime.fromisoformat(str(line.get("timestamp"))).timestamp() < self._began_at
        except (ValueError, OverflowError):
            return False

    def _begin_again(self) -> None:
        """The file was cut or replaced: read it from the start; lines that were decoded before say nothing."""
        self._position = self._old_bytes = 0
        self._lines = JsonLines()

    def _find(self, now: float) -> Path | None:
        if self._path is None:
            self._path = next((path for path in self._candidates if path.is_file()), None)
        if self._path is None and self._file_name is not None and now >= self._next_search:
            self._next_search = now + SEARCH_S
            self._path = next(iter(self._projects.glob(f"*/{self._file_name}")), None)
        return self._path

    def _size_now(self) -> int:
        path = self._find(0.0)
        try:
            return path.stat().st_size if path else 0
        except OSError:
            return 0


class TranscriptSource:
    """Tells each finished block of our own session as exact markdown, some 0.2 s after it has ended.

    What was said before, in a conversation that is gone on with, is told as old text.
    """

    def __init__(
        self,
        projects: Path,
        session_id: str | None,
        cwd: str | Path,
        on_event: OnSourceEvent,
        *,
        pid: Callable[[], int | None] = lambda: None,
        poll_s: float = POLL_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Create it before Claude starts: what the file holds by then is old. `pid` is asked where the id is not known.

        Raises ValueError for a bad session id.
        """
        self._file = TranscriptFile(projects, session_id, cwd, pid=pid)
        self._on_event = on_event
        self._poll_s = poll_s
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._connected = False
        self._problem = ""
        self._is_new = True
        """The conversation's file was not read yet."""
        self._has_moved = False
        self._is_expected = session_id is None
        """Claude Code will say which conversation it is: until then what is shown may be an old one."""
        self._expected_until = clock() + EXPECTED_S

    @property
    def connected(self) -> bool:
        """True while the file is there and can be read."""
        return self._connected

    async def start(self) -> None:
        """Begin to follow; events come on the loop this is called on."""
        self._task = asyncio.create_task(self._follow(), name="transcript")

    async def close(self) -> None:
        """Read what is left and stop; safe to call twice."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        self._tell(*await asyncio.to_thread(self._read))

    async def _follow(self) -> None:
        if self._is_expected:
            self._tell([], "")
        while True:
            self._move()
            self._expect_no_longer()
            if self._file.has_grown(self._clock()):
                # Shielded, so that what was read is told even when `close` comes in between.
                reading = asyncio.ensure_future(asyncio.to_thread(self._read))
                try:
                    events = await asyncio.shield(reading)
                except asyncio.CancelledError:
                    self._tell(*await reading)
                    raise
                self._tell(*events)
            await asyncio.sleep(self._poll_s)

    def _move(self) -> None:
        was_known = self._file.is_known
        ended = self._file.moves(self._clock())
        if ended is not None:
            self._is_new = True
            self._has_moved = was_known
            for event in ended:
                self._on_event(event)

    def _expect_no_longer(self) -> None:
        if self._is_expected and not self._file.is_known and self._clock() >= self._expected_until:
            self._is_expected = False
            self._tell([], "")

    def _read(self) -> tuple[list[tuple[SourceEvent, bool]], str]:
        events: list[tuple[SourceEvent, bool]] = []
        try:
            for event in self._file.read(self._clock()):
                events.append(event)
        except OSError as error:
            return events, f"The transcript cannot be read: {error}."
        return events, ""

    def _tell(self, events: list[tuple[SourceEvent, bool]], problem: str) -> None:
        # After a change of conversation the new file may come later.
        is_there = (self._file.path is not None or self._has_moved or self._is_expected) and not problem
        if is_there != self._connected or problem != self._problem:
            self._connected, self._problem = is_there, problem
            self._on_event(SourceStatus(SOURCE, is_there, problem))
        if self._is_new and is_there and self._file.is_known:
            self._is_new = False
            self._begin([event for event, is_old in events if is_old])
        for event, is_old in events:
            if not is_old:
                self._on_event(event)

    def _begin(self, old: list[SourceEvent]) -> None:
        """Tell of a conversation what was said in it before."""
        now = self._clock()
        said = old_text(old, now)
        for text in said:
            self._on_event(text)
        if said:
            self._on_event(SessionChanged(SessionChange.RESUMED, now))
        elif self._has_moved:
            self._on_event(SessionChanged(SessionChange.CLEARED, now))
