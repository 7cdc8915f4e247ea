"""English to Japanese, or another language, with a small chat model on llama.cpp, in this process (xllamacpp)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import glossary, models
from engine.catalog import find_translator
from engine.models import ModelError
from engine.protocols import Pair, Progress, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.translate import chat, cores, gguf, grammar, languages, llama_narrow, parts, wording
from engine.translate.gguf import Gguf, GgufError
from engine.translate.llama_runtime import Decoding, find_gpu, import_runtime, start_server
from engine.translate.prepare import prepare
from engine.translate.prompt import Prompt

_WARM_UP = "Let me check the tests."
_GREEDY: dict[str, Any] = {"temperature": 0.0, "top_k": 1, "samplers": ["top_k"]}
_VARIED: dict[str, Any] = {
    "temperature": 0.5,
    "min_p": 0.1,
    "repeat_penalty": 1.05,
    "seed": 1,
    "samplers": ["penalties", "min_p", "temperature"],
}


class LlamaTranslator:
    """A translator on llama.cpp. Use it from one thread; a generator that is closed early stops the decoding.

    `device`: auto or mps/cuda puts all layers on the GPU when the installed runtime has one, cpu none.
    `threads`: 0 chooses from the machine's cores.
    """

    def __init__(self, model_id: str, settings: Translate = Translate()) -> None:
        row = find_translator(model_id)
        self._settings = settings
        self._threads = cores.choose_threads(settings.threads, cores.physical_cores())
        self.tokens_per_s: float | None = None
        """how fast the last sentence was written; None before the first"""
        self._server: Any = None
        self._grammar = ""
        self._prompt: Prompt | None = None
        self._info = TranslatorInfo(model_id, "llama", "cpu", True, row.licence if row else "your own weights", True)

    @property
    def info(self) -> TranslatorInfo:
        """Who translates; `device` is final once loaded."""
        return self._info

    def load(self, progress: ProgressFn) -> None:
        """Bring the weights in, load them and read the fixed part of the prompt.

        Raises ModelError: no runtime, no weights, weights that the runtime cannot read, a language that the model
        cannot translate into.
        """
        runtime = import_runtime()
        path = models.ensure(self._info.id, progress)
        progress(Progress(f"Loading {path.name}", 0, None))
        gpu = None if self._settings.device == "cpu" else find_gpu(runtime)
        self._server = self._narrow(runtime, path, progress) if gpu is None else None
        if self._server is None:
            self._server, path = self._start(runtime, path, gpu, progress)
        words = glossary.load_if_good(self._settings.glossary)
        self._prompt = self._make_prompt(path, words)
        self._grammar = grammar.build(self._settings.to)
        self._info = replace(self._info, device=gpu or "cpu")
        progress(Progress("Warming up the translator", 0, None))
        for _ in self.translate(_WARM_UP, ()):
            pass
        self.tokens_per_s = None

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """Yield the translation as it is decoded, a few characters at a time; the most likely words (greedy)."""
        return self._stream(english, context, _GREEDY)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        """As `translate`, for a sentence whose first translation was bad: other words, from a fixed seed."""
        return self._stream(english, context, _VARIED)

    def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> Iterator[str]:
        """Take in the words of a sentence that is still being written, so that only its tail is left at its end.

        Yields nothing. What was read is forgotten again when the next sentence begins otherwise.
        """
        prepared = prepare(english_so_far, self._settings.to)
        if self._prompt is not None and prepared.verbatim is None and len(prepared.english) <= parts.LONGEST:
            beginning = self._prompt.begin(prepared.english, context)
            if beginning is not None:
                request = {"prompt": beginning, "stream": True, "cache_prompt": True, "max_tokens": 0, **_GREEDY}
                for _ in Decoding(self._server, request).pieces():
                    pass
        yield from ()

    def take_notices(self) -> Iterator[str]:
        """There are none."""
        yield from ()

    def close(self) -> None:
        """Free the weights."""
        self._server = None
        self._prompt = None

    def _make_prompt(self, path: Path, words: glossary.Glossary) -> Prompt:
        try:
            about = gguf.read(path)
        except (GgufError, OSError) as error:
            raise ModelError("cannot_load", f"{error}. {models.remedy(path)}") from error
        telling = wording.for_model(f"{self._info.id} {path.name} {about.name}", self._settings.to)
        if telling.targets is not None and self._settings.to not in telling.targets:
            language = languages.find(self._settings.to)
            raise ModelError(
                "wrong_language",
                f"{self._info.id} does not translate into {language.name if language else self._settings.to}. "
                "Choose another translator, or the language it was made for: " + ", ".join(telling.targets),
            )
        return Prompt(telling, _chat_of(about, path), words, about.special_tokens)

    def _narrow(self, runtime: Any, path: Path, progress: ProgressFn) -> Any | None:
        """The weights without the tokens that Japanese never needs; None where that is not possible."""
        narrow = llama_narrow.narrowed(path, progress) if self._settings.to == "ja" else path
        if narrow == path:
            return None
        try:
            return start_server(runtime, narrow, self._threads, use_gpu=False)
        except RuntimeError:
            llama_narrow.forget(narrow)
            return None

    def _start(self, runtime: Any, path: Path, gpu: str | None, progress: ProgressFn) -> tuple[Any, Path]:
        """The whole weights. Raises ModelError."""
        try:
            return start_server(runtime, path, self._threads, use_gpu=gpu is not None), path
        except RuntimeError as error:
            # Perhaps bytes went bad where size and time of change do not show it: hash, repair, try once more.
            models.forget_verification(self._info.id)
            path = models.ensure(self._info.id, progress)
            return self._retry(runtime, path, gpu, error), path

    def _retry(self, runtime: Any, path: Path, gpu: str | None, first: RuntimeError) -> Any:
        try:
            return start_server(runtime, path, self._threads, use_gpu=gpu is not None)
        except RuntimeError:
            why = str(first).rstrip(".")
            raise ModelError("cannot_load", f"llama.cpp cannot load {path}: {why}. {models.remedy(path)}") from first

    def _stream(self, english: str, context: Sequence[Pair], sampling: dict[str, Any]) -> Iterator[str]:
        if self._prompt is None:
            raise RuntimeError("load() comes before translate()")
        between = "" if self._settings.to in languages.WITHOUT_SPACES else " "
        for number, part in enumerate(parts.split(english)):
            if number and between:
                yield between
            decoding = Decoding(self._server, self._request(self._prompt, part, context, sampling))
            for piece in decoding.pieces():
                # Backticks are marks for the model; the English is shown without them, and so is the translation.
                if plain := piece.replace("`", ""):
                    yield plain
            self.tokens_per_s = decoding.tokens_per_s or self.tokens_per_s

    def _request(
        self, prompt: Prompt, english: str, context: Sequence[Pair], sampling: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "prompt": prompt.build(english, context),
            "stream": True,
            "cache_prompt": True,
            "max_tokens": 24 + len(english),
            "stop": list(prompt.stops),
            "grammar": self._grammar,
            **sampling,
        }


def _chat_of(about: Gguf, path: Path) -> chat.Chat:
    if about.chat_template is None:
        return chat.PLAIN
    try:
        return chat.from_template(about.chat_template, about.bos, about.eos)
    except chat.TemplateError as error:
        raise ModelError("cannot_load", f"{path}: {error}") from error
