"""One answer of Claude's, half way through: what the snapshots and the screen script show."""

from __future__ import annotations

from collections.abc import Iterator

from engine.events import (
    DraftChanged,
    Event,
    GaugesChanged,
    Ready,
    SentenceAdded,
    SourceChanged,
    SpeechChanged,
    SpeechPhase,
    StageStats,
    TranslationChanged,
    TurnChanged,
)
from engine.sentence import Guard, Kind, Sentence

PROMPT = "Why does my asyncio task ignore cancellation?"
CODE = """```python
async def worker(queue):
    while True:
        try:
            item = await queue.get()
            await handle(item)
        except Exception:
            log.exception("failed")
```"""
TABLE = """| What you write | What happens |
|---|---|
| `except Exception` | 取り消しは通る |
| `except BaseException` | 取り消しが消える |"""

SPOKEN = (
    (Kind.HEADING, "Why the task goes on", "タスクが止まらない理由", 2, ""),
    (
        Kind.PROSE,
        "Cancelling a task only asks it to stop: at its next await a CancelledError is raised inside it.",
        "タスクを取り消しても停止を頼むだけです。次の await の中で CancelledError が送出されます。",
        0,
        "",
    ),
    (
        Kind.PROSE,
        "If your code catches that error and does not raise it again, the task simply continues.",
        "そのエラーを捕まえて再送出しないと、タスクは「何もなかった」ように動き続けます。",
        0,
        "",
    ),
)
LATER = (
    (Kind.LIST, "Catch only the errors that you can handle.", "処理できるエラーだけを捕まえます。", 1, ""),
    (
        Kind.LIST,
        "Put clean-up code into a finally block, because it runs in every case.",
        "後始末のコードは finally ブロックに入れます。どんな場合にも実行されるからです。",
        1,
        "",
    ),
    (Kind.LIST, "Await the task after cancelling it.", "取り消した後でタスクを await します。", 2, "1."),
)


def stats(last: float, p50: float) -> StageStats:
    """A stage's figures; p95 is never on the screen."""
    return StageStats(last, p50, p50 * 2, 12)


GAUGES = GaugesChanged(
    stages={
        "capture_ms": stats(2, 2),
        "segment_ms": stats(0.4, 0.5),
        "translate_first_ms": stats(188, 170),
        "translate_ms": stats(640, 610),
        "synth_first_ms": stats(46, 44),
        "queue_ms": stats(3, 3),
        "first_sound_ms": stats(312, 298),
    },
    behind_s=4.2,
    waiting=5,
    translator="llama:qwen2.5-coder-1.5b",
    device="cpu",
    voice="openjtalk:mei",
    sink="device",
)


def mid_stream() -> Iterator[Event]:
    """Everything up to the middle of the answer."""
    yield SourceChanged("mod", True)
    yield Ready("llama:qwen2.5-coder-1.5b", "openjtalk:mei", "cpu", 2100.0)
    yield TurnChanged(1, True, PROMPT)
    for number, (kind, en, ja, level, ordinal) in enumerate(SPOKEN, 1):
        yield SentenceAdded(Sentence(number, kind, en, level=level, ordinal=ordinal, turn=1))
        yield _translated(number, ja)
        yield SpeechChanged(number, SpeechPhase.STARTED, voice="openjtalk:mei")
        if number < len(SPOKEN):
            yield SpeechChanged(number, SpeechPhase.FINISHED, audio_s=2.0)
    yield SentenceAdded(Sentence(4, Kind.CODE, "", markdown=CODE, language="python", lines=7, turn=1))
    yield _translated(4, "コードブロック、7行")
    for offset, (kind, en, ja, level, ordinal) in enumerate(LATER):
        yield SentenceAdded(Sentence(5 + offset, kind, en, level=level, ordinal=ordinal, turn=1))
        if offset < 2:
            yield _translated(5 + offset, ja)
    yield TranslationChanged(7, "取り消した後で", final=False)
    yield SentenceAdded(Sentence(8, Kind.TABLE, "", markdown=TABLE, lines=2, turn=1))
    yield DraftChanged(Kind.PROSE, "The pattern that swallows the cancellation is the bare exc")
    yield GAUGES


def every_state() -> Iterator[Event]:
    """One row for each state, and the guard's refusal."""
    yield TurnChanged(1, True, "One of each")
    for number in range(1, 9):
        yield SentenceAdded(Sentence(number, Kind.PROSE, f"Sentence number {number}.", turn=1))
    yield TranslationChanged(2, "二番目の", final=False)
    for number in range(3, 9):
        yield _translated(number, f"{number}番目の文です。")
    yield SpeechChanged(4, SpeechPhase.STARTED)
    yield SpeechChanged(5, SpeechPhase.FINISHED)
    yield SpeechChanged(6, SpeechPhase.SKIPPED, reason="stopped")
    yield SpeechChanged(7, SpeechPhase.MUTED)
    yield SpeechChanged(8, SpeechPhase.FAILED, reason="the voice gave no sound")
    yield SentenceAdded(Sentence(9, Kind.QUOTE, "This one stayed English.", turn=1))
    yield TranslationChanged(9, "This one stayed English.", final=True, guard=Guard.ENGLISH)
    yield SentenceAdded(Sentence(10, Kind.RULE, "", turn=1))


def _translated(number: int, ja: str) -> TranslationChanged:
    return TranslationChanged(number, ja, True, 120.0, 300.0, "llama:qwen2.5-coder-1.5b", Guard.OK)


CLAUDE_BYTES = (
    "\x1b[38;5;246m> \x1b[0mWhy does my asyncio task ignore cancellation?\r\n\r\n"
    "\x1b[38;5;231m●\x1b[0m \x1b[1mWhy the task goes on\x1b[0m\r\n\r\n"
    "  Cancelling a task only asks it to stop: at its next await a\r\n"
    "  CancelledError is raised inside it. If your code catches that error\r\n"
    "  and does not raise it again, the task simply continues.\r\n\r\n"
    "    \x1b[34masync\x1b[0m \x1b[34mdef\x1b[0m \x1b[33mworker\x1b[0m(queue):\r\n"
    "        \x1b[34mwhile\x1b[0m \x1b[36mTrue\x1b[0m:\r\n\r\n"
    "\x1b[35m✻\x1b[0m \x1b[2mAnswering…\x1b[0m\r\n"
)
