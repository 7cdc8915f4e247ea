"""Small things that a worker can host in tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from engine.protocols import Progress, ProgressFn


class Counter:
    """Counts, crashes, hangs or raises, as asked."""

    def __init__(self, start: int = 0, fail_load: bool = False, load_s: float = 0.0) -> None:
        self.info = {"start": start}
        self._load_s = load_s
        self._start = start
        self._fail_load = fail_load
        self.closed_early = 0
        self.tokens_per_s: float | None = None

    def load(self, progress: ProgressFn) -> None:
        progress(Progress("Counting", 1, 2, "steps"))
        time.sleep(self._load_s)
        print("noise on stdout")
        os.write(1, b"native noise on fd 1\n")
        if self._fail_load:
            raise FileNotFoundError("weights.bin is missing")

    def count(self, n: int, delay_s: float = 0.0) -> Iterator[int]:
        try:
            for i in range(n):
                yield self._start + i
                time.sleep(delay_s)
            self.tokens_per_s = float(n)
        except GeneratorExit:
            self.closed_early += 1
            raise

    def count_late(self, n: int) -> Iterator[int]:
        time.sleep(3600)
        yield from range(n)

    def early_closes(self) -> Iterator[int]:
        yield self.closed_early

    def crash(self) -> Iterator[int]:
        yield 1
        os._exit(139)

    def hang(self) -> Iterator[int]:
        yield 1
        time.sleep(3600)

    def raises(self) -> Iterator[int]:
        yield 1
        raise ValueError("bad sentence")

    def environment(self) -> Iterator[list[str]]:
        yield sorted(os.environ)


def create(start: int = 0, fail_load: bool = False, load_s: float = 0.0) -> Counter:
    return Counter(start, fail_load, load_s)
