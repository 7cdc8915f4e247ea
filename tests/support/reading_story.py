"""One answer with everything that a row can be, for the pictures of the bilingual view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.events import (
    DraftChanged,
    Event,
    PhraseStarted,
    SentenceAdded,
    SpeechChanged,
    SpeechPhase,
    TranslationChanged,
    TurnChanged,
)
from engine.sentence import Guard, Kind, Sentence

CODE = '''```python
@dataclass(frozen=True)
class Retry:
    """How often, and how long between."""

    tries: int = 3
    wait_s: float = 0.5


async def fetch(url: str, retry: Retry) -> bytes:
    for attempt in range(retry.tries):
        try:
            return await get(url)  # 成功
        except TimeoutError as error:
            log.warning("try %d: %s", attempt, error)
            await asyncio.sleep(retry.wait_s * 2**attempt)
    raise FetchError(f"{url} did not answer")
```'''
DIFF = """```diff
-    timeout = 10
+    timeout = settings.timeout_s
```"""
TABLE = """| Setting | 意味 | Default |
|:---|:---:|---:|
| `tries` | 試行回数 | 3 |
| `wait_s` | 待ち時間（秒） | 0.5 |"""

ROWS: tuple[tuple[Kind, str, str, dict[str, Any]], ...] = (
    (Kind.HEADING, "What was wrong", "問題の内容", {"level": 2}),
    (
        Kind.PROSE,
        "The request had no limit of time, so one slow server stopped the whole queue.",
        "リクエストに時間の制限がなかったため、遅いサーバーが一つあるだけで待ち行列全体が止まっていました。",
        {},
    ),
    (
        Kind.LIST,
        "Each request has a limit now.",
        "各リクエストに制限を設けました。",
        {"level": 1, "markdown": "- Each"},
    ),
    (
        Kind.LIST,
        "It is read from the settings.",
        "値は設定ファイルから読み込みます。",
        {"level": 2, "ordinal": "1.", "markdown": "  1. It"},
    ),
    (Kind.QUOTE, "A retry is no repair.", "再試行は修理ではない。", {}),
    (Kind.CODE, "", "Pythonのコードブロック、17行", {"markdown": CODE, "language": "python", "lines": 17}),
    (Kind.CODE, "", "差分、2行", {"markdown": DIFF, "language": "diff", "lines": 2}),
    (Kind.TABLE, "", "表、2行", {"markdown": TABLE, "lines": 2}),
    (Kind.PROSE, "All tests pass.", "すべてのテストに合格しました。", {}),
)
SPOKEN = 2
"""The sentence that sounds, and of it the second phrase."""
PHRASE = "遅いサーバーが一つあるだけで待ち行列全体が止まっていました。"


def everything() -> Iterator[Event]:
    """The answer, while its second sentence is said and the next one is being written."""
    yield TurnChanged(1, True, "Why does the queue stop?")
    for number, (kind, english, japanese, more) in enumerate(ROWS, 1):
        yield SentenceAdded(Sentence(number, kind, english, **more))
        yield TranslationChanged(number, japanese, True, guard=Guard.OK)
    yield SpeechChanged(1, SpeechPhase.FINISHED)
    yield SpeechChanged(SPOKEN, SpeechPhase.STARTED)
    spoken = ROWS[SPOKEN - 1][2]
    yield PhraseStarted(SPOKEN, spoken.index(PHRASE), len(spoken))
    yield SentenceAdded(Sentence(len(ROWS) + 1, Kind.PROSE, "Nothing else had to change."))
    yield TranslationChanged(len(ROWS) + 1, "他に変更は", False)
    yield DraftChanged(Kind.PROSE, "The next thing to look at is the")
