"""A real translator in a worker that stands still in the middle of a sentence, so that a test can harm it there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from engine.pipeline.translator_hosts import MakeSpec
from engine.protocols import Pair, ProgressFn, Translator, TranslatorInfo
from engine.settings import Translate
from engine.translate import load
from engine.worker import WorkerSpec


class HeldTranslator:
    """Passes everything on; after the first piece of the sentence `held` it waits until the file `go` is there."""

    def __init__(self, inner: Translator, held: str, go: Path) -> None:
        self._inner = inner
        self._held = held
        self._go = go

    @property
    def info(self) -> TranslatorInfo:
        return self._inner.info

    def load(self, progress: ProgressFn) -> None:
        self._inner.load(progress)

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        for piece in self._inner.translate(english, context):
            yield piece
            while english == self._held and not self._go.exists():
                time.sleep(0.01)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        again: Any = self._inner
        yield from again.translate_again(english, context)

    def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> Iterator[str]:
        ahead: Any = self._inner
        yield from ahead.read_ahead(english_so_far, context)

    def take_notices(self) -> Iterator[str]:
        yield from self._inner.take_notices()

    def close(self) -> None:
        self._inner.close()


def create(translator_id: str, settings: Mapping[str, Any], held: str, go: str) -> HeldTranslator:
    return HeldTranslator(load.create(translator_id, settings), held, Path(go))


def make_spec(held: str, go: Path) -> MakeSpec:
    """Return what `Parts.make_translator_spec` wants, for real translators."""

    def spec(translator_id: str, settings: Translate) -> WorkerSpec:
        options = {"translator_id": translator_id, "settings": msgspec.to_builtins(settings)}
        factory = "tests.support.held_translator:create"
        return WorkerSpec(f"translator {translator_id}", factory, options | {"held": held, "go": str(go)})

    return spec
