"""`streamtts bench --voices`: how soon each voice that is here can be heard, and what speaking by phrases gains.

Every voice runs in the speech worker, as in the product. A sentence is given to it phrase by phrase, and, in turn, as
a whole; nothing is played but the replays.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from engine.commands.bench import machine, replays
from engine.commands.bench.errors import BenchError
from engine.commands.bench.speed import percentiles
from engine.commands.console import ProgressLine
from engine.events import Loading
from engine.latency import percentile
from engine.settings import Settings
from engine.speech.phrases import split_phrases
from engine.speech.voices import all_voices, is_local
from engine.worker import Worker, WorkerError, WorkerSpec

SENTENCES = (
    "テストは全部通りましたが、キャッシュはまだ古い値を返します。",
    "再試行の処理を、単独で試せるように別の関数へ移しました。",
    "まずは、データベースの写しの上で移行の手順を実行してください。",
    "設定を読み込んでから、サーバーを一度だけ起動し直してください。",
    "この警告は、古い設定の名前が使われている間だけ表示されます。",
    "接続が切れたときは、三回まで自動でやり直すようにしました。",
    "まず、失敗したテストを読み、原因になった変更を探します。",
    "この関数は、空の一覧を渡されると例外を投げてしまいます。",
    "履歴を確認すると、先週の変更で順番が逆になっていました。",
    "次の版では、新しい形式の設定だけを受け付けるようにします。",
    "権限が足りないため、この操作は途中で止まってしまいました。",
    "問題がないことを確認し、変更をひとつにまとめて保存します。",
)
"""25 characters and more, a first phrase of its own in each"""
AUDIBLE = 0.01
GOALS = {"first_phrase_ms": 40.0, "sentence_ms": 150.0, "replay_ms": 5.0, "sooner": 3.0}
"""of openjtalk:mei, medians; the last two of every voice"""


@dataclass(slots=True)
class Measured:
    """One voice, ms; the runs of one sentence are next to each other."""

    voice: str
    load_ms: float
    first_phrase_ms: list[float] = field(default_factory=list)
    """from handing over the first phrase to its first audible sample"""
    whole_ms: list[float] = field(default_factory=list)
    """from handing over the sentence to its last sample: when it could be played as a whole"""
    silence_ms: list[float] = field(default_factory=list)
    """the silence that its sound begins with when nobody trims it; only where that can be had"""
    replay_ms: list[float] = field(default_factory=list)
    """from Engine.replay() to the first sound handed to the sink"""


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Measure, print, and return 0. Raises BenchError when no voice can be measured."""
    named = vars(arguments).get("speech.voice")
    count = min(arguments.sentences or len(SENTENCES), len(SENTENCES))
    wanted = [name for name in (named or "").split(",") if name] or _one_of_each_engine(settings)
    measured = [measure(voice_id, count, settings) for voice_id in wanted]
    report = {"machine": machine.describe(), "sentences": count, "voices": [_figures(one) for one in measured]}
    print(json.dumps(report | {"goals": GOALS}, ensure_ascii=False) if arguments.json else _markdown(report))
    return 0


def measure(voice_id: str, count: int, settings: Settings) -> Measured:
    """Measure one voice. Raises BenchError when it cannot speak."""
    if not is_local(voice_id):
        raise BenchError(f"{voice_id} does not run on this machine: only the network would be measured", status=2)
    line = ProgressLine(sys.stderr)
    line.show(Loading(f"Measuring {voice_id}", None))
    try:
        measured = asyncio.run(_measure(voice_id, count))
    except WorkerError as error:
        raise BenchError(f"{voice_id} cannot be measured: {error}") from error
    measured.replay_ms = replays.measure(voice_id, SENTENCES[0])
    line.clear()
    return measured


async def _measure(voice_id: str, count: int) -> Measured:
    with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
        spec = WorkerSpec("speech", "engine.speech.host:create", {"voice": voice_id})
        worker = Worker(spec, log_path=Path(folder) / "speech.log")
        begin = time.monotonic()
        await worker.start()
        measured = Measured(voice_id, (time.monotonic() - begin) * 1000)
        try:
            for sentence in SENTENCES[:count]:
                first, _ = await _say(worker, split_phrases(sentence)[0], voice_id)
                _, whole = await _say(worker, sentence, voice_id)
                measured.first_phrase_ms.append(first)
                measured.whole_ms.append(whole)
                if voice_id.startswith("openjtalk:"):
                    measured.silence_ms.append(_leading_silence_ms(sentence))
        finally:
            await worker.close()
    return measured


async def _say(worker: Worker, text: str, voice_id: str) -> tuple[float, float]:
    """Milliseconds to the first audible sample, and to the last sample."""
    begin, first = time.monotonic(), None
    async with aclosing(worker.stream("synthesize", text, voice_id, 1.0)) as chunks:
        async for chunk in chunks:
            if first is None and np.max(np.abs(chunk.samples), initial=0.0) > AUDIBLE:
                first = time.monotonic()
    if first is None:
        raise BenchError(f"{voice_id} gave no sound for {text!r}")
    return (first - begin) * 1000, (time.monotonic() - begin) * 1000


def _leading_silence_ms(sentence: str) -> float:
    import pyopenjtalk

    wave, sample_rate = pyopenjtalk.tts(sentence)
    return float(np.argmax(np.abs(wave) > AUDIBLE * 32_768)) / float(sample_rate) * 1000


def _one_of_each_engine(settings: Settings) -> list[str]:
    first: dict[str, str] = {}
    for voice in all_voices(settings.speech):
        if is_local(voice.id):
            first.setdefault(voice.engine, voice.id)
    if not first:
        raise BenchError("no voice of this machine is here; see `streamtts voices`")
    return list(first.values())


def _figures(one: Measured) -> dict[str, object]:
    first, whole = percentiles(one.first_phrase_ms), percentiles(one.whole_ms)
    pairs = list(zip(one.whole_ms, one.first_phrase_ms, strict=True))
    silence = percentile(one.silence_ms, 50) if one.silence_ms else None
    # What somebody hears of a sentence that is played as a whole begins after its own silence.
    heard = [(whole + quiet) / first for (whole, first), quiet in zip(pairs, one.silence_ms, strict=False)]
    return {
        **{key: value for key, value in asdict(one).items() if not key.endswith("_ms")},
        "load_ms": round(one.load_ms),
        "n": len(pairs),
        "first_phrase_p50_ms": first[0],
        "first_phrase_p95_ms": first[1],
        "sentence_p50_ms": whole[0],
        "sentence_p95_ms": whole[1],
        "leading_silence_p50_ms": None if silence is None else round(silence, 1),
        "sooner_p50": round(percentile([whole / first for whole, first in pairs], 50), 2),
        "sooner_to_the_ear_p50": round(percentile(heard, 50), 2) if heard else None,
        "replay_p50_ms": percentiles(one.replay_ms)[0],
        "replays": len(one.replay_ms),
    }


def _markdown(report: dict[str, object]) -> str:
    voices = report["voices"]
    assert isinstance(voices, list)
    lines = [
        f"{report['sentences']} sentences of 25 characters and more, each phrase by phrase and as a whole in turn; "
        f"{report['machine']}",
        "",
        "| voice | first phrase p50 / p95 | sentence p50 / p95 | sooner than as a whole | counting its silence "
        "| cached replay p50 | loaded in |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for one in voices:
        heard = f"{one['sooner_to_the_ear_p50']} x" if one["sooner_to_the_ear_p50"] else "–"
        lines.append(
            f"| {one['voice']} | {one['first_phrase_p50_ms']} / {one['first_phrase_p95_ms']} ms "
            f"| {one['sentence_p50_ms']} / {one['sentence_p95_ms']} ms | {one['sooner_p50']} x | {heard} "
            f"| {one['replay_p50_ms']} ms | {one['load_ms']} ms |"
        )
    goals = "first phrase ≤ {first_phrase_ms:.0f} ms, sentence ≤ {sentence_ms:.0f} ms (openjtalk:mei); ".format(**GOALS)
    return "\n".join(
        [*lines, "", f"Goals: {goals}replay ≤ {GOALS['replay_ms']:.0f} ms, {GOALS['sooner']:.0f} x sooner."]
    )
