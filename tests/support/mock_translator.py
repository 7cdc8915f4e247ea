"""Translators that a worker can host in tests: a made-up Japanese for any English, and ways to fail."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.pipeline.translator_hosts import MakeSpec
from engine.protocols import Pair, Progress, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.worker import WorkerSpec

RUBBISH = "はいはいはいはいはいはいはいはいはいはいはいはい"
FRENCH = ("Les tests passent maintenant, ", "et la compilation est ", "terminée aussi.")
FIRST_PHRASE = "これは長い説明の文であり、"


class MockTranslator:
    """Says 「Nの文です、英語は「…」でした。」 piece by piece; words in the English make it misbehave.

    `crash-once` ends the process in mid-sentence the first time, `crash-always` every time, `garbage` gives bad
    Japanese at the first try and good at the second, `hopeless` always bad. `held` gives a first phrase, and the rest,
    which is bad, only when the file `go` exists. `hang` never gives anything. `crash-me` crashes only `mock:first`.
    """

    def __init__(self, translator_id: str, delay_s: float, marker: Path, to: str) -> None:
        self.info = TranslatorInfo(translator_id, "mock", "cpu", True, "MIT", reads_ahead=True)
        self._delay_s = delay_s
        self._marker = marker
        self._to = to

    def load(self, progress: ProgressFn) -> None:
        progress(Progress(f"Loading {self.info.id}", 0, None))

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        if "garbage" in english or "hopeless" in english:
            yield RUBBISH
            return
        yield from self._pieces(english)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        if "hopeless" in english:
            yield RUBBISH
            return
        yield from self._pieces(english)

    def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> Iterator[str]:
        with self._marker.with_name("read-ahead").open("a", encoding="utf-8") as file:
            file.write(english_so_far + "\n")
        yield from ()

    def close(self) -> None:
        pass

    def _pieces(self, english: str) -> Iterator[str]:
        if "held" in english:
            yield FIRST_PHRASE
            while not self._marker.with_name("go").exists():
                time.sleep(0.01)
            yield RUBBISH
            return
        if "hang" in english:
            time.sleep(3600)
        if "crash-me" in english and self.info.id == "mock:first":
            os._exit(139)
        for piece in japanese_for(english) if self._to == "ja" else FRENCH:
            time.sleep(self._delay_s)
            yield piece
            if "crash-always" in english:
                os._exit(139)
            if "crash-once" in english and not self._marker.exists():
                self._marker.touch()
                os._exit(139)


def japanese_for(english: str) -> list[str]:
    """Return the pieces of the made-up Japanese."""
    codes = "".join(
        word + "と"
        for word in english.rstrip(".!?:").split()
        if any(c.isdigit() or c in ".-_/" for c in word.strip(".,"))
    )
    length = "とても" * max(1, len(english) // 25)
    return ["これは、", length, "長い説明の文であり、", codes, "内容を確認しました。"]


def create(translator_id: str, delay_s: float, marker: str, to: str) -> MockTranslator:
    return MockTranslator(translator_id, delay_s, Path(marker), to)


def make_spec(folder: Path, delay_s: float = 0.0) -> MakeSpec:
    """Return what `Parts.make_translator_spec` wants: whatever id is asked for, the mock answers."""

    def spec(translator_id: str, settings: Translate) -> WorkerSpec:
        marker = str(folder / "crashed")
        options = {"translator_id": translator_id, "delay_s": delay_s, "marker": marker, "to": settings.to}
        return WorkerSpec("mock", "tests.support.mock_translator:create", options)

    return spec
