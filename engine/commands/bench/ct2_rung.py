"""One network on CTranslate2, timed. A worker hosts it: `engine.commands.bench.ct2_rung:create`."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from engine.commands.bench import shapes
from engine.commands.bench.timing import Run, repeat
from engine.commands.bench.torch_rungs import PHRASE_PIECES, PIECES
from engine.protocols import Progress, ProgressFn, TranslatorInfo
from engine.translate import ct2_tuning
from engine.translate.ct2_opening import fastest_run
from engine.translate.ct2_tuning import Setup

_SOURCE_PIECES = 24
_LANGUAGE = "7"
"""What every translation begins with; any piece would do."""


class Ct2Rung:
    """The network in `folder`, else one with the shape `name` made at random."""

    def __init__(self, name: str, folder: str, threads: int) -> None:
        self.info = TranslatorInfo(name, "ct2", "cpu", True, "")
        self._source_folder = folder
        self._threads = threads
        self._parent = tempfile.TemporaryDirectory(prefix="streamtts-")
        self._random = random.Random(0)
        self._pieces = 0

    def load(self, progress: ProgressFn) -> None:
        """Make the network as CTranslate2 wants it."""
        progress(Progress(f"Making {self.info.id} for CTranslate2", 0, None))
        if self._source_folder:
            network = shapes.read_network(Path(self._source_folder))
        else:
            network = shapes.make_network(shapes.SHAPES[self.info.id])
        self._pieces = network.config.vocab_size
        shapes.save_for_ctranslate2(network, Path(self._parent.name))

    def rung(self) -> Iterator[str | Run]:
        """With the fastest number of threads: first what was chosen, then its runs."""
        setup = ct2_tuning.tune(("int8",), self._threads, lambda setup: fastest_run(self._use(setup)))
        assert setup is not None
        yield f"int8, {setup.threads} thread{'s' * (setup.threads > 1)}"
        yield from repeat(self._use(setup))

    def _use(self, setup: Setup) -> Callable[[], Run]:
        import ctranslate2

        engine = ctranslate2.Translator(
            self._parent.name, device="cpu", compute_type=setup.number_format, intra_threads=setup.threads
        )
        return lambda: self._translate(engine)

    def _translate(self, engine: Any) -> Run:
        times: list[float] = []
        begin = time.perf_counter()

        def note(_: Any) -> bool:
            times.append(time.perf_counter())
            return False

        engine.translate_batch(
            [[*(str(self._random.randrange(8, self._pieces)) for _ in range(_SOURCE_PIECES)), "</s>"]],
            target_prefix=[[_LANGUAGE]],
            beam_size=1,
            min_decoding_length=PIECES,
            max_decoding_length=PIECES,
            callback=note,
        )
        whole = time.perf_counter()
        first = times[min(PHRASE_PIECES, len(times)) - 1]
        return Run((first - begin) * 1000, (whole - begin) * 1000, len(times))


def create(name: str, folder: str = "", threads: int = 0) -> Ct2Rung:
    """What a worker hosts."""
    return Ct2Rung(name, folder, threads)
