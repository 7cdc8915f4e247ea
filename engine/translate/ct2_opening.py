"""Open a model with CTranslate2 on one device, in the number format and with the threads that are fastest there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import models
from engine.models import ModelError
from engine.protocols import Progress, ProgressFn
from engine.settings import Translate
from engine.translate import ct2_convert, ct2_decoding, ct2_families, ct2_narrow, ct2_tuning, languages
from engine.translate.ct2_decoding import Loaded
from engine.translate.ct2_tuning import Setup

BROKEN = (RuntimeError, ValueError, OSError, MemoryError)
"""What the runtime raises for files it cannot read and devices that fail."""

_SENTENCE = "The tests failed because the configuration file was missing."
_RUNS = 3


class Opening:
    """One model on one device, cpu or cuda. `runtime` is the module ctranslate2."""

    def __init__(self, runtime: Any, device: str, model_id: str, settings: Translate, progress: ProgressFn) -> None:
        self._runtime = runtime
        self._device = device
        self._model_id = model_id
        self._settings = settings
        self._progress = progress

    def load(self, *, in_a_hurry: bool = False) -> Loaded:
        """Bring the files in and open them; `in_a_hurry`, as a sentence waits, nothing is measured or converted anew.

        Raises ModelError, or one of BROKEN for a file or a device that fails.
        """
        source = models.ensure(self._model_id, self._progress)
        # float16 is what was made for CUDA, the only device that is ever left in a hurry.
        quantization = "int8" if self._device == "cpu" and not in_a_hurry else "float16"
        folder = ct2_convert.converted(source, quantization, self._progress)
        language = self._language()
        codec = ct2_families.read(source, folder, language)
        choices: tuple[str, ...] = ()
        if codec.family == "nllb":
            folder, choices = self._narrowed(source, folder, language)
        self._progress(Progress(f"Loading {source.name} on {self._device}", 0, None))

        def use(setup: Setup) -> Loaded:
            return Loaded(self._open(folder, setup), codec, self._device, bool(choices), choices)

        return _checked(use(self._setup(use, in_a_hurry)))

    def _narrowed(self, source: Path, folder: Path, language: languages.Language) -> tuple[Path, tuple[str, ...]]:
        target = ct2_convert.place(source, f"{folder.name}-{language.nllb}" if folder != source else language.nllb)
        vocabulary = ct2_families.vocabulary(folder, "target")
        made = ct2_narrow.narrowed(folder, target, vocabulary, language, self._progress)
        return made, ct2_narrow.choices(made, vocabulary)

    def _language(self) -> languages.Language:
        language = languages.find(self._settings.to)
        if language is None:
            raise ModelError("no_language", f"There is no language {self._settings.to} here; Japanese is ja.")
        return language

    def _open(self, folder: Path, setup: Setup) -> Any:
        return self._runtime.Translator(
            str(folder),
            device=self._device,
            compute_type=setup.number_format,
            inter_threads=1,
            intra_threads=setup.threads,
        )

    def _setup(self, use: Callable[[Setup], Loaded], in_a_hurry: bool) -> Setup:
        supported = self._runtime.get_supported_compute_types(self._device)
        memory = ct2_tuning.Memory(self._model_id, self._device, self._settings.threads)
        known = memory.recall()
        if known is not None and known.number_format in supported:
            return known
        names = ct2_tuning.formats(self._device, supported)
        # CUDA does the work itself: one thread feeds it.
        asked = self._settings.threads or (1 if self._device == "cuda" else 0)
        if in_a_hurry:
            return Setup(names[0], asked or 1)
        chosen = ct2_tuning.tune(names, asked, lambda setup: self._measure(setup, use))
        if chosen is None:
            # What is wrong shows when the model is opened, where it can be reported.
            return Setup(names[0], asked or 1)
        memory.keep(chosen)
        return chosen

    def _measure(self, setup: Setup, use: Callable[[Setup], Loaded]) -> float | None:
        threads = "1 thread" if setup.threads == 1 else f"{setup.threads} threads"
        self._progress(Progress(f"Trying {setup.number_format} with {threads}", 0, None))
        try:
            loaded = use(setup)
            return fastest_run(lambda: "".join(loaded.stream(_SENTENCE, ct2_decoding.TRIAL)))
        except BROKEN:
            return None


def _checked(loaded: Loaded) -> Loaded:
    """With a map CTranslate2 4.8 streams other pieces than it returns; should that change, we go with what is true."""
    if not loaded.is_narrowed or loaded.streams_what_it_translates(_SENTENCE):
        return loaded
    named = replace(loaded, choices=())
    return named if named.streams_what_it_translates(_SENTENCE) else replace(named, is_narrowed=False)


def fastest_run(run: Callable[[], object]) -> float:
    """Seconds of the fastest of a few runs, the first left out: others on this machine only ever make one slower."""
    run()
    timings = []
    for _ in range(_RUNS):
        start = time.perf_counter()
        run()
        timings.append(time.perf_counter() - start)
    return min(timings)
