"""A window as a user has one: a program in a pseudo terminal, its output read back by an emulator, keys sent to it."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import pexpect

from tui.terminal.emulator import Emulator

COLUMNS, ROWS = 160, 40
READ_CHUNK = 65_536
LEAVE_TIMEOUT_S = 8.0
POLL_S = 0.01


class BenchError(Exception):
    """Something did not happen in time; the message says what."""


class Window:
    """Runs `argv` in a window of `COLUMNS` x `ROWS` cells until the block ends.

    `started_at` is the `time.monotonic()` just before the program was executed.
    """

    def __init__(self, argv: Sequence[str], env: Mapping[str, str]) -> None:
        self.emulator = Emulator(COLUMNS, ROWS)
        self.started_at = time.monotonic()
        self._process = pexpect.spawn(argv[0], list(argv[1:]), env=dict(env), dimensions=(ROWS, COLUMNS))
        self._process.ptyproc.delayafterclose = 0
        self._fd: int = self._process.child_fd
        self.emulator.events.on_reply = self._reply

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self._process.pid)

    def press(self, keys: bytes) -> float:
        """Send keys; return the `time.monotonic()` just before."""
        at = time.monotonic()
        os.write(self._fd, keys)
        return at

    def read(self, timeout_s: float) -> bool:
        """Take what the program wrote, waiting up to `timeout_s` for it. False when there was nothing."""
        return bool(self._take(timeout_s))

    def feed_until(self, mark: bytes, timeout_s: float) -> float:
        """Feed the emulator, and nothing more, until the program writes `mark`; the `time.monotonic()` of that."""
        deadline, tail = time.monotonic() + timeout_s, b""
        while (wait_s := deadline - time.monotonic()) > 0:
            data = self._take(wait_s)
            if mark in tail + data:
                return time.monotonic()
            tail = data[-len(mark) :]
        raise BenchError(f"{mark!r}: not written within {timeout_s:.0f} s")

    def wait_until(
        self, is_seen: Callable[[list[str]], bool], what: str, timeout_s: float = 20.0, pause_s: float = 0.0
    ) -> float:
        """Read until the screen's rows satisfy `is_seen`; return the `time.monotonic()` of it. Raises BenchError.

        `pause_s` between looks leaves the processor to what is measured.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            # A frame counts when it is whole: mode 2026 brackets it.
            if not self.emulator.is_held and self.emulator.take_dirty() and is_seen(self.emulator.text()):
                return time.monotonic()
            time.sleep(pause_s)
            wait_s = deadline - time.monotonic()
            if wait_s <= 0 or (not self.read(wait_s) and time.monotonic() >= deadline):
                raise BenchError(f"{what}: not seen within {timeout_s:.0f} s; the screen said: {self._last_words()}")

    def rest(self, seconds: float) -> None:
        """Let time pass, taking what comes."""
        deadline = time.monotonic() + seconds
        while (wait_s := deadline - time.monotonic()) > 0:
            self.read(wait_s)
        self.emulator.take_dirty()

    def close(self) -> None:
        """Ask the program to end, and make it."""
        deadline = time.monotonic() + LEAVE_TIMEOUT_S
        self._signal(signal.SIGTERM)
        while self._process.isalive() and time.monotonic() < deadline:
            with suppress(BenchError):
                self.read(POLL_S)
                continue
            time.sleep(POLL_S)
        if self._process.isalive():
            self._signal(signal.SIGKILL)
        self._process.close(force=True)

    def _take(self, timeout_s: float) -> bytes:
        if not select.select([self._fd], [], [], max(0.0, timeout_s))[0]:
            return b""
        try:
            data = os.read(self._fd, READ_CHUNK)
        except OSError:
            data = b""  # Linux says EIO where others say end of file.
        if not data:
            raise BenchError(f"the program has ended; the screen said: {self._last_words()}")
        self.emulator.feed(data)
        return data

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def _reply(self, data: bytes) -> None:
        with suppress(OSError):
            os.write(self._fd, data)

    def _last_words(self) -> str:
        self.emulator.take_dirty()
        return " / ".join(row for row in self.emulator.text() if row.strip())[-300:]
