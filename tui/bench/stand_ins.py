"""What stands in for models while the screen is measured: they take no processor time, so that the screen's is seen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.commands.bench.stand_ins import OneVoice
from engine.pipeline.parts import Parts
from engine.protocols import AudioChunk, Pair, ProgressFn, SpeechEngineInfo, TranslatorInfo, Voice
from engine.sentence import Kind, Sentence, State
from engine.settings import Settings

TRANSLATOR_ID = "http:openai"
"""As the engine knows the stand-in: a translator on its loop, without a process."""
VOICE_ID = "bench:tone"
SAMPLE_RATE = 48_000
PIECE_PAUSE_S = 0.04
"""Between two pieces of Japanese: they come as from a translator that streams."""
CHARACTERS_PER_S = 8.0
"""How fast the voice speaks."""

PAIRS = (
    (
        "The build fails because the module is imported before its path is set.",
        "パスが設定される前にモジュールがインポートされるため、ビルドに失敗します。",
    ),
    (
        "I will read the configuration file first, and then run the tests again.",
        "まず設定ファイルを読み、それからもう一度テストを実行します。",
    ),
    (
        "Three of the tests compare times, which is why they fail on a busy machine.",
        "テストのうち三つは時間を比べているので、忙しいマシンでは失敗します。",
    ),
    (
        "The cache is cleared whenever the user changes the language, so nothing old is shown.",
        "ユーザーが言語を変えるたびにキャッシュが消されるので、古いものは表示されません。",
    ),
    (
        "You can leave the first argument out, because the function looks it up in the settings.",
        "関数が設定から調べるので、最初の引数は省略できます。",
    ),
    (
        "Let me check whether the other branch has the same problem before I change anything.",
        "何かを変更する前に、ほかのブランチにも同じ問題があるかどうかを確認します。",
    ),
)
CODE = """```python
def total(prices: list[float]) -> float:
    \"\"\"Add up what was bought.\"\"\"
    return round(sum(prices), 2)
```
"""


def text() -> Iterator[str]:
    """Markdown as Claude writes it, without end, character by character."""
    while True:
        yield from "## What I found\n\n"
        for english, _ in PAIRS:
            yield from english + " "
        yield from "\n\n" + "".join(f"- {english}\n" for english, _ in PAIRS[:3]) + "\n" + CODE + "\n"


def sentences(first: int, last: int) -> list[Sentence]:
    """Rows as the engine would have made them, by number."""
    return [_sentence(number) for number in range(first, last + 1)]


def _sentence(number: int) -> Sentence:
    english, japanese = PAIRS[number % len(PAIRS)]
    return Sentence(number, Kind.PROSE, english * 2, markdown=english * 2, ja=japanese * 2, state=State.SPOKEN)


class Shelf:
    """Stands in for the history: it has every row that was ever shown."""

    is_recording = True

    def session_of(self, number: int) -> int | None:
        """There are no sessions."""
        return None

    def sentences(self, first: int, last: int) -> list[Sentence]:
        """Return them at once."""
        return sentences(first, last)


class StandInTranslator:
    """Knows the sentences of `text`, and says them piece by piece."""

    info = TranslatorInfo(TRANSLATOR_ID, "bench", "cpu", True, "MIT")

    async def load(self, progress: ProgressFn) -> None:
        """Nothing to load."""

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield the sentence in pieces."""
        japanese = dict(PAIRS).get(english.strip(), "これは測定のための文です。")
        size = -(-len(japanese) // 6)
        for start in range(0, len(japanese), size):
            await asyncio.sleep(PIECE_PAUSE_S)
            yield japanese[start : start + size]

    async def close(self) -> None:
        """Nothing to close."""


class StandInEngine:
    """Speaks a steady level as long as a voice would speak the text."""

    info = SpeechEngineInfo("bench", offline=True, licence="MIT")

    def voices(self) -> Sequence[Voice]:
        """The one voice."""
        return [Voice(VOICE_ID, "bench", "tone")]

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield the level."""
        count = round(len(japanese) / CHARACTERS_PER_S / rate * SAMPLE_RATE)
        yield AudioChunk(np.full(count, 0.1, np.float32), SAMPLE_RATE)

    async def close(self) -> None:
        """Nothing to close."""


def settings() -> Settings:
    """Settings under which the engine takes the stand-ins, with a sink that keeps the clock's pace and is not heard."""
    chosen = Settings().replace("translate", translator=TRANSLATOR_ID, fallback=TRANSLATOR_ID)
    return chosen.replace("speech", voice=VOICE_ID).replace("audio", sink="null", cache_mb=0)


def parts(folder: Path) -> Parts:
    """The engine's parts; `folder` is for files of its own."""
    return Parts(
        log_folder=folder,
        make_async_translator=lambda translator_id, settings: StandInTranslator(),
        voices=lambda settings: OneVoice(StandInEngine()),
        sounds_folder=folder / "sounds",
    )
