"""English to Japanese with NLLB-200 on torch: Metal, CUDA or the CPU."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from engine import models
from engine.catalog import find_translator
from engine.models import ModelError
from engine.protocols import Pair, Progress, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.translate import cores, devices, nllb_model

_WARM_UP = "The tests failed because the configuration file was missing."


class NllbTranslator:
    """A translator on torch. Use it from one thread; a generator that is closed early stops the decoding.

    `device`: auto, mps, cuda or cpu. One that is missing, cannot do an operation or computes NaN is replaced by the
    CPU, with a line in `notices`. `threads`: CPU threads, 0 chooses.
    """

    def __init__(self, model_id: str, settings: Translate = Translate()) -> None:  # noqa: B008  (immutable)
        row = find_translator(model_id)
        self.notices: list[str] = []
        self._asked_device = settings.device
        self._threads = cores.choose_threads(settings.threads, cores.physical_cores())
        self._loaded: nllb_model.Loaded | None = None
        self._folder = Path()
        self._info = TranslatorInfo(model_id, "torch", "cpu", True, row.licence if row else "your own weights")

    @property
    def info(self) -> TranslatorInfo:
        """Who translates; `device` is final once loaded, unless the device fails later."""
        return self._info

    def load(self, progress: ProgressFn) -> None:
        """Bring the weights in, choose device and number format, warm up. Raises ModelError with what to do."""
        _prepare_torch(self._threads)
        self._folder = models.ensure(self._info.id, progress)
        device, notice = devices.pick_device(self._asked_device, devices.torch_has)
        self._note(notice)
        progress(Progress(f"Loading {self._folder.name} on {device}", 0, None))
        try:
            self._use(self._load_on_or_cpu(device, progress))
        except (OSError, ValueError, KeyError, RuntimeError, pickle.UnpicklingError) as error:
            raise ModelError("cannot_load", f"{self._folder} cannot be loaded: {_one_line(error)}") from error
        progress(Progress("Warming up the translator", 0, None))
        for _ in self.translate(_WARM_UP, ()):
            pass
        for line in self.notices:
            progress(Progress(line, 0, None))

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """Yield the Japanese as it is decoded. `context` is not used: NLLB takes one sentence at a time."""
        return self._stream(english, nllb_model.GREEDY)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """As `translate`, for a sentence whose first translation was bad: two beams, no repeats, in one piece."""
        return self._stream(english, nllb_model.BEAMS)

    def take_notices(self) -> Iterator[str]:
        """Yield the notices and forget them."""
        while self.notices:
            yield self.notices.pop(0)

    def close(self) -> None:
        """Free the weights."""
        self._loaded = None

    def _note(self, notice: str | None) -> None:
        if notice is not None:
            self.notices.append(notice)

    def _use(self, loaded: nllb_model.Loaded) -> None:
        self._loaded = loaded
        self._info = TranslatorInfo(self._info.id, "torch", loaded.device, True, self._info.licence)

    def _load_on_or_cpu(self, device: str, progress: ProgressFn) -> nllb_model.Loaded:
        try:
            return self._load_on(device, progress)
        except RuntimeError as error:  # too little memory on the device, a driver that fails
            if device == "cpu":
                raise
            self._note(_cpu_instead(device, error))
            return self._load_on("cpu", progress)

    def _load_on(self, device: str, progress: ProgressFn) -> nllb_model.Loaded:
        tokenizer = nllb_model.load_tokenizer(self._folder)
        memory = devices.FormatMemory(self._info.id, device)
        known = memory.recall()
        if known is not None:
            model = nllb_model.load_model(self._folder, known)
            return nllb_model.Loaded(model.to(device), tokenizer, device, known)
        master = nllb_model.load_model(self._folder, "float32")
        trial = _Trial(master, tokenizer, device, progress)
        chosen = devices.fastest_format(device, trial.measure)
        memory.keep(chosen)
        return trial.on_device(chosen)

    def _stream(self, english: str, options: dict[str, Any]) -> Iterator[str]:
        if self._loaded is None:
            raise RuntimeError("load() comes before translate()")
        has_given = False
        try:
            with closing(self._loaded.stream(english, options)) as pieces:
                for piece in pieces:
                    has_given = True
                    yield piece
            return
        except RuntimeError as error:  # NotImplementedError (a missing operation) and out of memory are ones too
            if self._loaded.device == "cpu":
                raise
            self._move_to_cpu(error)
            if has_given:
                # What was given cannot be taken back: the caller asks again, and gets the CPU's.
                raise
        yield from self._loaded.stream(english, options)

    def _move_to_cpu(self, error: RuntimeError) -> None:
        assert self._loaded is not None
        self._note(_cpu_instead(self._loaded.device, error))
        self._loaded = None  # frees the device first
        tokenizer = nllb_model.load_tokenizer(self._folder)
        self._use(nllb_model.Loaded(nllb_model.load_model(self._folder, "float32"), tokenizer, "cpu", "float32"))


class _Trial:
    """Copies of one model in several number formats, to see which is fastest."""

    def __init__(self, master: Any, tokenizer: Any, device: str, progress: ProgressFn) -> None:
        self._master = master
        self._tokenizer = tokenizer
        self._device = device
        self._progress = progress

    def on_device(self, number_format: str) -> nllb_model.Loaded:
        """The model in this format, on the device."""
        import torch

        model = copy.deepcopy(self._master).to(self._device, getattr(torch, number_format))
        return nllb_model.Loaded(model, self._tokenizer, self._device, number_format)

    def measure(self, number_format: str) -> float | None:
        """Seconds for one sentence; None when the device cannot do it in this format."""
        self._progress(Progress(f"Trying {number_format} on {self._device}", 0, None))
        try:
            loaded = self.on_device(number_format)
            return devices.timed(lambda: "".join(loaded.stream(_WARM_UP, nllb_model.GREEDY)))
        except RuntimeError:
            return None


def _prepare_torch(threads: int) -> None:
    try:
        import torch
        import transformers
    except ImportError as error:
        raise ModelError("no_runtime", f"torch and transformers cannot be imported: {error}") from error
    torch.set_num_threads(threads)
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _cpu_instead(device: str, error: Exception) -> str:
    return f"{device} failed ({_one_line(error)}): translating on the CPU, which is slower."


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
