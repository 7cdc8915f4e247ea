"""English to Japanese on CTranslate2: NLLB, quickmt and Marian (fugumt), int8 on the CPU, float16 on CUDA."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from engine import glossary, models
from engine.catalog import find_translator
from engine.models import ModelError
from engine.protocols import Pair, Progress, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.translate import ct2_convert, ct2_decoding, ct2_opening, languages, parts, protect, tokens
from engine.translate.ct2_decoding import Loaded
from engine.translate.ct2_opening import BROKEN

_WARM_UP = "The tests failed because the configuration file was missing."
_MOST_TOKENS = 200
"""Text of rare characters has many tokens: a part with more is cut again, as Marian models know 512 positions."""


class Ct2Translator:
    """A translator on CTranslate2. Use it from one thread; a generator that is closed early stops the decoding.

    Settings: `device` auto or cuda takes CUDA where it works, anything else the CPU; `quality` best searches with four
    beams, and then gives each sentence in one piece; `threads` 0 measures on first use. Names, paths and the
    glossary's terms go round the model as placeholders.
    """

    def __init__(self, model_id: str, settings: Translate = Translate()) -> None:
        row = find_translator(model_id)
        self.notices: list[str] = []
        self._settings = settings
        self._glossary = glossary.NO_GLOSSARY
        self._options = ct2_decoding.BEAMS if settings.quality == "best" else ct2_decoding.GREEDY
        self._loaded: Loaded | None = None
        self._lost_names_of = ""
        """the English whose placeholders the model did not copy"""
        self._info = TranslatorInfo(
            model_id, "ct2", "cpu", settings.quality != "best", row.licence if row else "your own weights"
        )

    @property
    def info(self) -> TranslatorInfo:
        """Who translates; `device` is final once loaded, unless the device fails later."""
        return self._info

    def load(self, progress: ProgressFn) -> None:
        """Bring the weights in, convert them if need be, choose format and threads, warm up.

        Raises ModelError: no runtime, no weights, weights of another family or that cannot be read, no such language.
        """
        runtime = _import_runtime()
        self._glossary = glossary.load_if_good(self._settings.glossary)
        self._use(self._load_or_repair(runtime, progress))
        progress(Progress("Warming up the translator", 0, None))
        for _ in self.translate(_WARM_UP, ()):
            pass
        for line in self.notices:
            progress(Progress(line, 0, None))

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """Yield the translation as it is decoded. `context` is not used: these models take one sentence at a time."""
        return self._stream(english, self._options, is_protected=True)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """As `translate`, for a sentence whose first translation was bad: another search, without repeats.

        Names go through the model this time where it did not copy their placeholders before.
        """
        options = ct2_decoding.another(self._options)
        return self._stream(english, options, is_protected=english != self._lost_names_of)

    def take_notices(self) -> Iterator[str]:
        """Yield the notices and forget them."""
        while self.notices:
            yield self.notices.pop(0)

    def close(self) -> None:
        """Free the weights."""
        self._loaded = None

    def _use(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._info = replace(self._info, device=loaded.device)

    def _load_or_repair(self, runtime: Any, progress: ProgressFn) -> Loaded:
        try:
            return self._load_somewhere(runtime, progress)
        except BROKEN as first:
            # Perhaps bytes went bad where size and time of change do not show it: hash, repair, try once more.
            ct2_convert.discard(models.ensure(self._info.id, progress))
            models.forget_verification(self._info.id)
            try:
                return self._load_somewhere(runtime, progress)
            except BROKEN:
                source = models.ensure(self._info.id, progress)
                raise ModelError(
                    "cannot_load", f"CTranslate2 cannot load {source}: {_one_line(first)}. {models.remedy(source)}"
                ) from first

    def _load_somewhere(self, runtime: Any, progress: ProgressFn) -> Loaded:
        if self._wants_cuda(runtime):
            try:
                return ct2_opening.Opening(runtime, "cuda", self._info.id, self._settings, progress).load()
            except BROKEN as error:  # too little memory, a driver or library that is missing
                self.notices.append(_cpu_instead(error))
        return ct2_opening.Opening(runtime, "cpu", self._info.id, self._settings, progress).load()

    def _wants_cuda(self, runtime: Any) -> bool:
        asked = self._settings.device
        has_cuda = asked in ("auto", "cuda") and runtime.get_cuda_device_count() > 0
        if asked in ("cuda", "mps") and not has_cuda and not self.notices:
            self.notices.append(f"CTranslate2 has no {asked} device here: translating on the CPU.")
        return bool(has_cuda)

    def _stream(self, english: str, options: Mapping[str, Any], *, is_protected: bool) -> Iterator[str]:
        if self._loaded is None:
            raise RuntimeError("load() comes before translate()")
        plain = _without_surrogates(english)
        if not plain.strip():
            return
        text = protect.protect(plain, self._glossary)
        restorer = text.restorer()
        given = ""
        with closing(self._decode(text.text if is_protected else plain, options)) as pieces:
            for piece in pieces:
                if settled := restorer.feed(piece) if is_protected else piece:
                    given += settled
                    yield settled
        if rest := restorer.end() if is_protected else "":
            given += rest
            yield rest
        if is_protected and text.names and tokens.missing(english, given) is not None:
            self._lost_names_of = english

    def _decode(self, english: str, options: Mapping[str, Any]) -> Generator[str, None, None]:
        assert self._loaded is not None
        between = "" if self._settings.to in languages.WITHOUT_SPACES else " "
        encode = self._loaded.codec.encode
        fitting = [half for part in parts.split(" ".join(english.split())) for half in _halves(part, encode)]
        for number, part in enumerate(fitting):
            if number and between:
                yield between
            yield from self._decode_part(part, options)

    def _decode_part(self, english: str, options: Mapping[str, Any]) -> Iterator[str]:
        assert self._loaded is not None
        has_given = False
        try:
            with closing(self._loaded.stream(english, options)) as pieces:
                for piece in pieces:
                    has_given = True
                    yield piece
            return
        except RuntimeError as error:
            if self._loaded.device == "cpu":
                raise
            self._move_to_cpu(error)
            if has_given:
                # What was given cannot be taken back: the caller asks again, and gets the CPU's.
                raise
        yield from self._loaded.stream(english, options)

    def _move_to_cpu(self, error: RuntimeError) -> None:
        self.notices.append(_cpu_instead(error))
        self._loaded = None  # frees the device first
        opening = ct2_opening.Opening(_import_runtime(), "cpu", self._info.id, self._settings, lambda _: None)
        self._use(opening.load(in_a_hurry=True))


def _halves(english: str, encode: Callable[[str], list[str]]) -> Iterator[str]:
    """The text in parts of at most `_MOST_TOKENS` tokens, cut between words; a longer word stays whole."""
    words = english.split()
    if len(words) < 2 or len(encode(english)) <= _MOST_TOKENS:
        yield english
        return
    middle = len(words) // 2
    yield from _halves(" ".join(words[:middle]), encode)
    yield from _halves(" ".join(words[middle:]), encode)


def _without_surrogates(english: str) -> str:
    # The tokenizers refuse half a surrogate.
    return english.encode("utf-8", "replace").decode("utf-8")


def _import_runtime() -> Any:
    try:
        import ctranslate2
    except ImportError as error:
        raise ModelError(
            "no_runtime", f"CTranslate2 is not installed ({error}). Install it: pip install ctranslate2"
        ) from error
    import logging

    # Its remarks about number formats would tear the screen; what matters it raises.
    ctranslate2.set_log_level(logging.CRITICAL)
    return ctranslate2


def _cpu_instead(error: Exception) -> str:
    return f"cuda failed ({_one_line(error)}): translating on the CPU, which is slower."


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:120]
