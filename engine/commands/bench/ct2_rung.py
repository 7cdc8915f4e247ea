"""A known shape on CTranslate2, timed. A worker hosts it: `engine.commands.bench.ct2_rung:create`."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from engine.commands.bench.timing import Run, repeat
from engine.commands.bench.torch_rungs import PHRASE_PIECES, PIECES
from engine.protocols import Progress, ProgressFn, TranslatorInfo
from engine.translate import ct2_random, ct2_tuning
from engine.translate.ct2_opening import fastest_run
from engine.translate.ct2_tuning import Setup
from engine.translate.m2m.ladder import first_and_last


class Ct2Rung:
    """The shape `name`, its weights made at random."""

    def __init__(self, name: str, threads: int) -> None:
        self.info = TranslatorInfo(name, "ct2", "cpu", True, "")
        self._threads = threads
        self._parent = tempfile.TemporaryDirectory(prefix="streamtts-")
        self._folder = Path(self._parent.name) / name

    def load(self, progress: ProgressFn) -> None:
        """Make the weights."""
        progress(Progress(f"Making weights at random, shape of {self.info.id}, for CTranslate2", 0, None))
        ct2_random.make_random(self._folder, self.info.id)

    def rung(self) -> Iterator[str | Run]:
        """With the fastest number of threads: first what was chosen, then its runs."""
        setup = ct2_tuning.tune(("int8",), self._threads, self._seconds)
        if setup is None:
            raise RuntimeError("CTranslate2 cannot run int8 here")
        yield f"int8, {setup.threads} thread{'s' * (setup.threads > 1)}"
        yield from repeat(partial(_timed, self._open(setup)))

    def _seconds(self, setup: Setup) -> float:
        run = self._open(setup)
        return fastest_run(lambda: list(run()))

    def _open(self, setup: Setup) -> ct2_random.Run:
        return ct2_random.open_run(self._folder, self.info.id, setup, pieces=PIECES)


def create(name: str, threads: int = 0) -> Ct2Rung:
    """What a worker hosts."""
    return Ct2Rung(name, threads)


def _timed(run: ct2_random.Run) -> Run:
    first_s, whole_s = first_and_last(run, PHRASE_PIECES, time.perf_counter)
    return Run(first_s * 1000, whole_s * 1000, PIECES)
