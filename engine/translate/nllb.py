"""English to Japanese and other languages with NLLB-200 on torch: Metal, CUDA or the CPU."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

from engine import glossary, models
from engine.catalog import find_translator
from engine.models import ModelError
from engine.protocols import Pair, Progress, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.translate import cores, devices, parts, protect, tokens
from engine.translate.languages import WITHOUT_SPACES, Language, find

if TYPE_CHECKING:
    from engine.translate.m2m.opening import Opening
    from engine.translate.m2m.runtime import Loaded, Search

_WARM_UP = "The tests failed because the configuration file was missing."
_BEAMS = 3
_NO_REPEAT = 4


class NllbTranslator:
    """A translator on torch. Use it from one thread; a generator that is closed early stops the decoding.

    Settings: `device` auto, mps, cuda or cpu; one that is missing, cannot do an operation or computes NaN is replaced
    by the CPU, with a line in `notices`. `quality` best searches with three beams, and then gives each sentence in one
    piece. `threads`: CPU threads, 0 measures on first use. Names, paths and the glossary's terms go round the model as
    placeholders.
    """

    def __init__(self, model_id: str, settings: Translate = Translate()) -> None:
        row = find_translator(model_id)
        self.notices: list[str] = []
        self._settings = settings
        self._glossary = glossary.NO_GLOSSARY
        most = cores.choose_threads(settings.threads, cores.physical_cores())
        self._threads = devices.thread_choices(settings.threads, most)
        self._opening: Opening | None = None
        self._loaded: Loaded | None = None
        self._lost_names_of = ""
        """the English whose placeholders the model did not copy"""
        licence = row.licence if row else "your own weights"
        self._info = TranslatorInfo(model_id, "torch", "cpu", settings.quality != "best", licence)

    @property
    def info(self) -> TranslatorInfo:
        """Who translates; `device` is final once loaded, unless the device fails later."""
        return self._info

    def load(self, progress: ProgressFn) -> None:
        """Bring the weights in, choose device and number format, warm up. Raises ModelError with what to do."""
        target = _require_language(self._settings.to)
        _prepare_torch(self._threads[0])
        self._glossary = glossary.load_if_good(self._settings.glossary)
        device, notice = devices.pick_device(self._settings.device, devices.torch_has)
        if notice is not None:
            self.notices.append(notice)
        self._use(self._load_or_repair(target, device, progress))
        progress(Progress("Warming up the translator", 0, None))
        self._warm_up(progress)
        for line in self.notices:
            progress(Progress(line, 0, None))

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """Yield the translation as it is decoded. `context` is not used: NLLB takes one sentence at a time."""
        from engine.translate.m2m.runtime import Search

        search = Search(_BEAMS) if self._settings.quality == "best" else Search()
        return self._stream(english, search, is_protected=True)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """As `translate`, for a sentence whose first translation was bad: beams, no repeats, in one piece.

        Names go through the model this time where it did not copy their placeholders before.
        """
        from engine.translate.m2m.runtime import Search

        beams = _BEAMS if self._settings.quality == "fast" else _BEAMS + 2
        return self._stream(english, Search(beams, _NO_REPEAT), is_protected=english != self._lost_names_of)

    def take_notices(self) -> Iterator[str]:
        """Yield the notices and forget them."""
        while self.notices:
            yield self.notices.pop(0)

    def close(self) -> None:
        """Free the weights."""
        self._loaded = self._opening = None

    def _use(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._info = replace(self._info, device=loaded.device)

    def _warm_up(self, progress: ProgressFn) -> None:
        from engine.translate.m2m.source import cannot_load

        try:
            for _ in self.translate(_WARM_UP, ()):
                pass
        except RuntimeError as error:  # NaN, even on the CPU: damaged numbers that could be read
            raise cannot_load(models.ensure(self._info.id, progress), error) from error

    def _load_or_repair(self, target: Language, device: str, progress: ProgressFn) -> Loaded:
        try:
            return self._load(target, device, progress)
        except ModelError as error:
            if error.code != "cannot_load" or models.local_path(self._info.id) is not None:
                raise
            # Perhaps bytes went bad where size and time of change do not show it: hash, repair, try once more.
            models.forget_verification(self._info.id)
            return self._load(target, device, progress)

    def _load(self, target: Language, device: str, progress: ProgressFn) -> Loaded:
        from engine.translate.m2m.opening import Opening
        from engine.translate.m2m.source import cannot_load

        folder = models.ensure(self._info.id, progress)
        progress(Progress(f"Loading {folder.name} on {device}", 0, None))
        self._opening = opening = Opening(folder, target, self.notices.append, progress)
        if device != "cpu":
            try:
                return opening.on(device, self._memory(device), self._threads)
            except RuntimeError as error:  # too little memory on the device, a driver that fails
                self.notices.append(_cpu_instead(device, error))
        try:
            return opening.on("cpu", self._memory("cpu"), self._threads)
        except RuntimeError as error:
            raise cannot_load(folder, error) from error

    def _stream(self, english: str, search: Search, *, is_protected: bool) -> Iterator[str]:
        if self._loaded is None:
            raise RuntimeError("load() comes before translate()")
        # The tokenizer refuses half a surrogate.
        plain = " ".join(english.encode("utf-8", "replace").decode("utf-8").split())
        if not plain:
            return
        text = protect.protect(plain, self._glossary)
        restorer = text.restorer()
        given, between = "", "" if self._settings.to in WITHOUT_SPACES else " "
        for part in parts.split(text.text if is_protected else plain):
            if given and between:
                given += between
                yield between
            with closing(self._stream_part(part, search)) as pieces:
                for piece in pieces:
                    if settled := restorer.feed(piece) if is_protected else piece:
                        given += settled
                        yield settled
        if rest := restorer.end() if is_protected else "":
            given += rest
            yield rest
        if is_protected and text.names and tokens.missing(english, given) is not None:
            self._lost_names_of = english

    def _stream_part(self, english: str, search: Search) -> Generator[str, None, None]:
        assert self._loaded is not None
        has_given = False
        try:
            with closing(self._loaded.stream(english, search)) as pieces:
                for piece in pieces:
                    has_given = True
                    yield piece
            return
        except RuntimeError as error:  # NotImplementedError (a missing operation), NaN and out of memory are ones too
            if self._loaded.device == "cpu":
                raise
            self._move_to_cpu(error)
            if has_given:
                # What was given cannot be taken back: the caller asks again, and gets the CPU's.
                raise
        yield from self._loaded.stream(english, search)

    def _move_to_cpu(self, error: RuntimeError) -> None:
        assert self._loaded is not None
        assert self._opening is not None
        self.notices.append(_cpu_instead(self._loaded.device, error))
        self._loaded = None  # frees the device first
        # No measurement: a sentence waits.
        known = self._memory("cpu").recall()
        self._use(self._opening.in_format("float32" if known is None else known.number_format, "cpu"))

    def _memory(self, device: str) -> devices.SetupMemory:
        return devices.SetupMemory(self._info.id, device, self._threads)


def _require_language(code: str) -> Language:
    language = find(code)
    if language is None:
        raise ModelError("no_language", f"NLLB is not set up for the language {code} here.")
    return language


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
