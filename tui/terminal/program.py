"""The program behind an emulator: started there or taken over, and kept at the emulator's size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tui.terminal.emulator import Emulator
from tui.terminal.pty import DataHandler, ExitHandler, PtyProcess


class Program:
    """At most one program, whose output goes to `on_data` and whose end to `on_exit`, as `PtyProcess` tells them."""

    def __init__(self, emulator: Emulator, on_data: DataHandler, on_exit: ExitHandler) -> None:
        self._emulator = emulator
        self._on_data = on_data
        self._on_exit = on_exit
        self._process: PtyProcess | None = None

    @property
    def process(self) -> PtyProcess | None:
        """The program, also after it has ended; None before there was one."""
        return self._process

    @property
    def is_running(self) -> bool:
        """Whether there is one that has not ended."""
        return self._process is not None and self._process.is_alive

    def start(self, argv: Sequence[str], env: Mapping[str, str], cwd: str, size: tuple[int, int] | None) -> None:
        """Run a program at a size in columns and rows, else the emulator's. Raises `PtyError` when it cannot start."""
        cols, rows = size or (self._emulator.cols, self._emulator.rows)
        self._emulator.resize(cols, rows)
        self._process = PtyProcess(
            argv, env=env, cwd=cwd, cols=cols, rows=rows, on_data=self._on_data, on_exit=self._on_exit
        )

    def adopt(self, process: PtyProcess, size: tuple[int, int] | None) -> None:
        """Take over a program that already runs, with what it has said up to now; without a size it keeps its own."""
        self._process = process
        self._emulator.resize(*(size or process.size))
        if size is not None and process.size != size:
            process.resize(*size)
        process.attach(self._on_data, self._on_exit)

    def resize(self, cols: int, rows: int) -> None:
        """Change the emulator's size, and let the program know."""
        if (cols, rows) == (self._emulator.cols, self._emulator.rows):
            return
        self._emulator.resize(cols, rows)
        if self._process is not None:
            self._process.resize(cols, rows)

    def write(self, data: bytes) -> bool:
        """Send `data`; never blocks. False when there is no program, or it does not read any more."""
        return self._process is not None and self._process.write(data)

    async def terminate(self) -> int | None:
        """End the program, politely first. Returns its status, None when there was none."""
        return await self._process.terminate() if self._process is not None else None
