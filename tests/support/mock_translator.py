"""Translators that a worker can host in tests: a made-up Japanese for any English, and ways to fail."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from engine.pipeline.translator_hosts import MakeSpec
from engine.protocols import Pair, ProgressFn, TranslatorInfo
from engine.settings import Translate
from engine.worker import WorkerSpec


class MockTranslator:
    """Says 「Nの文です、英語は「…」でした。」 piece by piece; words in the English make it misbehave.

    `crash-once` ends the process in mid-sentence the first time, `crash-always` every time, `garbage` gives bad
    Japanese at the first try and good at the second, `hopeless` always bad.
    """

    def __init__(self, delay_s: float, marker: Path) -> None:
        self.info = TranslatorInfo("mock:echo", "mock", "cpu", True, "MIT", reads_ahead=True)
        self._delay_s = delay_s
        self._marker = marker

    def load(self, progress: ProgressFn) -> None:
        pass

    def translate(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        if "garbage" in english or "hopeless" in english:
            yield "はいはいはいはいはいはいはいはいはいはいはいはい"
            return
        yield from self._pieces(english)

    def translate_again(self, english: str, context: Sequence[Pair]) -> Iterator[str]:
        if "hopeless" in english:
            yield "はいはいはいはいはいはいはいはいはいはいはいはい"
            return
        yield from self._pieces(english)

    def read_ahead(self, english_so_far: str, context: Sequence[Pair]) -> Iterator[str]:
        with self._marker.with_name("read-ahead").open("a", encoding="utf-8") as file:
            file.write(english_so_far + "\n")
        yield from ()

    def close(self) -> None:
        pass

    def _pieces(self, english: str) -> Iterator[str]:
        for piece in japanese_for(english):
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


def create(delay_s: float, marker: str) -> MockTranslator:
    return MockTranslator(delay_s, Path(marker))


def make_spec(folder: Path, delay_s: float = 0.0) -> MakeSpec:
    """Return what `Parts.make_translator_spec` wants: whatever id is asked for, the mock answers."""

    def spec(_translator_id: str, _settings: Translate) -> WorkerSpec:
        options = {"delay_s": delay_s, "marker": str(folder / "crashed")}
        return WorkerSpec("mock", "tests.support.mock_translator:create", options)

    return spec
