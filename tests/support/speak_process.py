"""`streamtts speak` as a process that a test talks to: its events as they come, and its end."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

STREAMTTS = Path(sys.executable).with_name("streamtts")
PATIENCE_S = 120.0
WITHOUT_TRANSLATOR = ("--translator", "llama:/no/such/file")
"""Sentences come through in English, at once."""


class SpeakProcess:
    """Runs `streamtts speak --json ARGUMENTS…`; use it in a `with`, at whose end it is gone."""

    def __init__(self, *arguments: str, **env: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [str(STREAMTTS), "speak", "--json", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | env,
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reading.join()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(BrokenPipeError):
                if stream:
                    stream.close()

    def write(self, text: str) -> None:
        """Let it read this on its standard input."""
        assert self.process.stdin
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end_input(self) -> None:
        """Let its standard input end."""
        assert self.process.stdin
        self.process.stdin.close()

    def wait_for(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event, from now on, that is wanted."""
        while True:
            try:
                line = self._lines.get(timeout=PATIENCE_S)
            except queue.Empty:
                raise AssertionError(f"no such event; the last were {self.events[-8:]}") from None
            assert line, f"it has ended; the last events were {self.events[-8:]}"
            self.events.append(json.loads(line))
            if wanted(self.events[-1]):
                return self.events[-1]

    def wait_for_event(self, name: str, **values: object) -> dict[str, Any]:
        """The next event of this name, with these values."""
        return self.wait_for(lambda event: event["event"] == name and values.items() <= event.items())

    def interrupt(self) -> tuple[int, str]:
        """Press Ctrl+C; return the exit status and what stands on stderr."""
        self.process.send_signal(signal.SIGINT)
        return self.finish()

    def finish(self) -> tuple[int, str]:
        """Wait for its end; return the exit status and what stands on stderr. The rest of the events is in `events`."""
        assert self.process.stderr
        status = self.process.wait(PATIENCE_S)
        self._reading.join(PATIENCE_S)
        while line := self._lines.get():
            self.events.append(json.loads(line))
        return status, self.process.stderr.read()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")
