"""A program in a pseudo terminal, read and written on the event loop without ever blocking it."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pexpect

READ_BUDGET = 65_536
"""Most bytes taken in one turn of the loop, so that a flood of output leaves room for keys."""
SMALLEST_BUDGET = 1024
TURN_S = 0.02
"""What one turn may take. Some bytes are slow to draw, and then fewer are taken at a time."""
WRITE_LIMIT = 1 << 20
"""Bytes that may wait for a program that does not read."""
EXIT_POLL_S = 0.1
EXIT_POLL_AFTER_EOF_S = 0.005
GRACE_S = 1.0
UNKNOWN_STATUS = 255

_IUTF8 = 0x4000
"""The same bit on Linux and macOS; `termios` does not name it before Python 3.14."""
_OTHER_WINDOW = ("TERM_PROGRAM", "TERM_PROGRAM_VERSION", "LINES", "COLUMNS")
"""What describes the terminal around us, not the one that the program gets."""

DataHandler = Callable[[bytes, float], None]
ExitHandler = Callable[[int], None]


class PtyError(Exception):
    """The program could not be started. The message names it and says why."""


def child_environment(env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program in our terminal: the user's, with our terminal's abilities."""
    kept = {name: value for name, value in env.items() if name not in _OTHER_WINDOW}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def find_program(argv: Sequence[str], env: Mapping[str, str], cwd: str) -> str:
    """Return the path of `argv[0]`. Raises PtyError when it cannot be run, or when `cwd` is no folder."""
    if not argv:
        raise PtyError("No program was named")
    if not Path(cwd).is_dir():
        raise PtyError(f"{cwd}: no such folder")
    name = argv[0]
    path = shutil.which(str(Path(cwd) / name) if "/" in name else name, path=env.get("PATH", os.defpath))
    if path is None:
        raise PtyError(f"{name}: not found, or not a program")
    return str(Path(path).absolute())


START_S = 10.0
"""A program younger than this may not listen to changes of its size yet."""
REMINDERS_S = (0.3, 1.0, 3.0)


class PtyProcess:
    """A running program; create it on the event loop's thread.

    `on_data(bytes, monotonic seconds)` gets each read, `on_exit(status)` comes once, after the last of them, with
    the exit code or 128 + the signal that ended it. Without them nothing is read until `attach`: the program runs, and
    its first words wait in the terminal. Raises PtyError when the program cannot be started.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str,
        cols: int,
        rows: int,
        on_data: DataHandler | None = None,
        on_exit: ExitHandler | None = None,
    ) -> None:
        self._on_data: DataHandler = lambda data, at: None
        self._on_exit: ExitHandler = lambda status: None
        self._is_attached = False
        self._loop = asyncio.get_running_loop()
        self._spawn = _spawn(argv, env=env, cwd=cwd, cols=cols, rows=rows)
        self._size = (cols, rows)
        self._settled_at = self._loop.time() + START_S
        self._fd: int = self._spawn.child_fd
        self._status: int | None = None
        self._exited = asyncio.Event()
        self._waiting = bytearray()
        self._budget = READ_BUDGET
        self._buffer = memoryview(bytearray(READ_BUDGET))
        self._is_eof = False
        self._poll_handle: asyncio.TimerHandle | None = None
        os.set_blocking(self._fd, False)
        if on_data is not None and on_exit is not None:
            self.attach(on_data, on_exit)

    def attach(self, on_data: DataHandler, on_exit: ExitHandler) -> None:
        """Begin to read, and to watch for the end."""
        self._on_data, self._on_exit = on_data, on_exit
        self._is_attached = True
        self._loop.add_reader(self._fd, self._read)
        self._poll_in(EXIT_POLL_S)

    @property
    def pid(self) -> int:
        """The program's process id."""
        return int(self._spawn.pid)

    @property
    def size(self) -> tuple[int, int]:
        """Columns and rows, as the program was told last."""
        return self._size

    @property
    def status(self) -> int | None:
        """How it ended: exit code or 128 + signal; None while it runs."""
        return self._status

    @property
    def is_alive(self) -> bool:
        """Whether the program still runs."""
        return self._status is None

    @property
    def waiting(self) -> int:
        """Bytes that the program has not read yet, beyond what its terminal holds."""
        return len(self._waiting)

    def write(self, data: bytes) -> bool:
        """Send `data` to the program, at once or when it reads again; never blocks.

        Returns False, with nothing sent, when it has ended or has left `WRITE_LIMIT` bytes unread. All or
        nothing, so that no escape sequence is cut in half.
        """
        if not self.is_alive or self._is_eof or len(self._waiting) + len(data) > WRITE_LIMIT:
            return False
        is_stuck = bool(self._waiting)
        self._waiting += data
        if not is_stuck:
            self._write_waiting()
        return True

    def resize(self, cols: int, rows: int) -> None:
        """Tell the program its new size in cells."""
        self._size = (cols, rows)
        if self.is_alive:
            with suppress(OSError):
                self._spawn.setwinsize(rows, cols)
            if self._loop.time() < self._settled_at:
                for delay_s in REMINDERS_S:
                    self._loop.call_later(delay_s, self._remind_of_size)

    def _remind_of_size(self) -> None:
        # A program that starts has read its size before it listens to changes: told in between, it would draw for
        # the old size until the next change. One that knows already ignores this.
        if self.is_alive:
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGWINCH)

    async def wait(self) -> int:
        """Wait until the program has ended and return its status."""
        if not self._is_attached:
            self.attach(self._on_data, self._on_exit)
        await self._exited.wait()
        assert self._status is not None
        return self._status

    async def terminate(self, grace_s: float = GRACE_S) -> int:
        """End the program, and only it: hang up, then terminate, then kill, `grace_s` apart. Returns its status."""
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            if number != signal.SIGKILL:
                self._signal(signal.SIGCONT)
            with suppress(TimeoutError):
                return await asyncio.wait_for(self.wait(), grace_s)
        return await self.wait()

    def kill(self) -> None:
        """End the program now, without waiting: for the way out of a crash."""
        self._signal(signal.SIGHUP)
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # Until it is reaped, and that happens only in `_poll`, its pid cannot name any other process.
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _read(self) -> None:
        size = 0
        while size < self._budget:
            count = self._read_into(size, self._budget)
            if not count:
                break
            size += count
        if size:
            self._hand_over(bytes(self._buffer[:size]))
        if self._is_eof:
            self._loop.remove_reader(self._fd)
            self._poll_in(0)

    def _hand_over(self, data: bytes) -> None:
        began = time.monotonic()
        self._on_data(data, began)
        if time.monotonic() - began > TURN_S:
            self._budget = max(SMALLEST_BUDGET, len(data) // 2)
        else:
            self._budget = min(READ_BUDGET, self._budget * 2)

    def _read_into(self, start: int, end: int) -> int:
        """Read once into this part of the buffer; returns how many bytes came.

        The kernel gives a few KiB at a time: room made anew for each would cost more than the reading.
        """
        try:
            count = os.readv(self._fd, [self._buffer[start:end]])
        except BlockingIOError:
            return 0
        except OSError:
            count = 0  # Linux says EIO where others say end of file: nobody has the terminal open any more.
        self._is_eof = not count
        return count

    def _write_waiting(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fd, self._waiting)]
        except BlockingIOError:
            self._loop.add_writer(self._fd, self._write_waiting)
            return
        except OSError:
            self._waiting.clear()
        self._loop.remove_writer(self._fd)

    def _poll_in(self, delay_s: float) -> None:
        if self._poll_handle is not None:
            self._poll_handle.cancel()
        self._poll_handle = self._loop.call_later(delay_s, self._poll, delay_s)

    def _poll(self, delay_s: float) -> None:
        # Polling `waitpid` works on every Unix, needs no thread and takes no signal handler away from anyone.
        try:
            is_running = self._spawn.isalive()
        except pexpect.ExceptionPexpect:
            is_running = False  # SIGCHLD is ignored here: the system has reaped it and its status is lost.
        if is_running:
            after_eof = min(EXIT_POLL_S, max(EXIT_POLL_AFTER_EOF_S, delay_s * 2))
            self._poll_in(after_eof if self._is_eof else EXIT_POLL_S)
        else:
            self._finish(_exit_status(self._spawn.exitstatus, self._spawn.signalstatus))

    def _finish(self, status: int) -> None:
        self._status = status
        self._drain()
        self._loop.remove_reader(self._fd)
        self._loop.remove_writer(self._fd)
        self._waiting.clear()
        self._spawn.ptyproc.delayafterclose = 0
        self._spawn.close(force=False)
        self._exited.set()
        self._on_exit(status)

    def _drain(self) -> None:
        # Its last words may still be in the terminal. A grandchild may go on talking, so there is a limit.
        for _ in range(WRITE_LIMIT // READ_BUDGET):
            if self._is_eof:
                return
            size = self._read_into(0, READ_BUDGET)
            if not size:
                return
            self._on_data(bytes(self._buffer[:size]), time.monotonic())


def _exit_status(code: int | None, signal_number: int | None) -> int:
    if code is not None:
        return code
    return UNKNOWN_STATUS if signal_number is None else 128 + signal_number


def _spawn(argv: Sequence[str], *, env: Mapping[str, str], cwd: str, cols: int, rows: int) -> pexpect.spawn:
    path = find_program(argv, env, cwd)
    arguments = list(argv[1:])
    # Without arguments pexpect splits the command as a shell would.
    command = path if arguments else re.sub(r"([\s\\'\"])", r"\\\1", path)
    try:
        return pexpect.spawn(
            command, arguments, cwd=cwd, env=dict(env), dimensions=(rows, cols), timeout=None, preexec_fn=_prepare
        )
    except (pexpect.ExceptionPexpect, OSError, ValueError) as error:
        raise PtyError(f"{argv[0]}: {error}") from error


def _prepare() -> None:
    """Make erasing in line mode take whole characters; runs in the child, on its terminal."""
    import termios

    with suppress(termios.error):
        attributes = termios.tcgetattr(0)
        attributes[0] |= _IUTF8
        termios.tcsetattr(0, termios.TCSANOW, attributes)
