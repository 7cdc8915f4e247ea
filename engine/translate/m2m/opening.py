"""From a folder to a network on a device, in the number format that is fastest there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.protocols import Progress, ProgressFn
from engine.translate import devices
from engine.translate.languages import Language
from engine.translate.m2m.graphs import Graphs
from engine.translate.m2m.model import Model, Output
from engine.translate.m2m.pruned import pruned_output
from engine.translate.m2m.runtime import Loaded, Search
from engine.translate.m2m.source import cannot_load, open_source
from engine.translate.m2m.tokenizer import load_tokenizer

_TRIAL = "The tests failed because the configuration file was missing, so I added it and ran them again."
_FARTHEST = 0.05
"""A format's scores may differ from float32's by so much of what they spread: more than that is another model."""
_COMPARED = 12
"""pieces whose scores are compared"""


class Opening:
    """A model folder that is being opened for one target language."""

    def __init__(self, folder: Path, target: Language, say: Callable[[str], None], progress: ProgressFn) -> None:
        """Raises ModelError when a file is missing, damaged or of another kind."""
        self._folder, self._say, self._progress = folder, say, progress
        self._tokenizer = load_tokenizer(folder, target)
        self._source = open_source(folder)
        if self._tokenizer.language >= self._source.shape.vocabulary:
            raise cannot_load(folder, ValueError("its tokenizer has more pieces than its network"))
        self._output = self._prune(target)

    def on(self, device: str, memory: devices.SetupMemory, threads: Sequence[int]) -> Loaded:
        """The network on `device`, in the format and with the threads that `memory` knows or a measurement finds.

        Raises RuntimeError when the device cannot, ModelError when the weights do not fit together.
        """
        import torch

        known = memory.recall()
        if known is not None:
            torch.set_num_threads(known.threads)
            return self.in_format(known.number_format, device)
        trial = Trial(self, device, self._progress)
        chosen = devices.fastest_format(device, trial.measure)
        best = trial.best
        setup = devices.Setup(chosen, threads[0] if best is None or device != "cpu" else trial.best_threads(threads))
        memory.keep(setup)
        torch.set_num_threads(setup.threads)
        return self.in_format(chosen, device) if best is None else best

    def in_format(self, number_format: str, device: str) -> Loaded:
        """The network on `device` in `number_format`."""
        try:
            model = Model(self._source, number_format, device, self._output)
        except (KeyError, ValueError) as error:
            raise cannot_load(self._folder, error) from error
        return Loaded(model, self._tokenizer, self._say, Graphs(model) if device == "cuda" else None)

    def trial_ids(self) -> tuple[list[int], list[int]]:
        """The ids of a sentence, and what its translation begins with."""
        return self._tokenizer.encode(_TRIAL), [self._source.shape.start, self._tokenizer.language]

    def _prune(self, target: Language) -> Output | None:
        try:
            return pruned_output(self._source, self._tokenizer, target, self._progress)
        except (IndexError, RuntimeError) as error:
            raise cannot_load(self._folder, error) from error


class Trial:
    """The same sentence in every format. `best` is the fastest so far."""

    def __init__(self, opening: Opening, device: str, progress: ProgressFn) -> None:
        self._opening, self._device, self._progress = opening, device, progress
        self.best: Loaded | None = None
        self._best_s = float("inf")
        self._expected: Any = None

    def measure(self, number_format: str) -> float | None:
        """Seconds for one sentence; None when the device cannot do it in this format, or not well enough."""
        self._progress(Progress(f"Trying {number_format} on {self._device}", 0, None))
        try:
            loaded = self._opening.in_format(number_format, self._device)
            if not self._is_close(loaded.model, number_format):
                return None
            seconds = devices.timed(lambda: "".join(loaded.stream(_TRIAL, Search())))
        except RuntimeError:
            return None
        if seconds < self._best_s:
            self.best, self._best_s = loaded, seconds
        return seconds

    def best_threads(self, threads: Sequence[int]) -> int:
        """How many of `threads` are the fastest for the best format; the first were used until now."""
        import torch

        assert self.best is not None
        stream, timings = self.best.stream, {threads[0]: self._best_s}
        for number in threads[1:]:
            torch.set_num_threads(number)
            timings[number] = devices.timed(lambda: "".join(stream(_TRIAL, Search())))
        return min(timings, key=timings.__getitem__)

    def _is_close(self, model: Model, number_format: str) -> bool:
        if self._expected is None:
            reference = model
            if number_format != "float32":
                reference = self._opening.in_format("float32", self._device).model
            self._expected = self._scores(reference, None)
        pieces, expected = self._expected
        _, found = self._scores(model, pieces)
        return bool((found - expected).pow(2).mean().sqrt() <= _FARTHEST * expected.std())

    def _scores(self, model: Model, pieces: list[int] | None) -> tuple[list[int], Any]:
        """Scores (pieces, kept) along a translation: the model's own, or, to compare, along `pieces`."""
        import torch

        ids, start = self._opening.trial_ids()
        rows, seen, written, scores = start, 0, list[int](), []
        capacity = len(start) + _COMPARED
        with torch.inference_mode():
            memory, source = model.memory(1, capacity), model.encode(ids).layers()
            for number in range(_COMPARED):
                place = model.place(seen, len(rows), capacity)
                found = model.step(model.embed([rows], seen), memory, place, source)[0]
                scores.append(found.cpu())
                seen += len(rows)
                written.append(model.ids[int(found.argmax())] if pieces is None else pieces[number])
                rows = [written[-1]]
        return written, torch.stack(scores)
