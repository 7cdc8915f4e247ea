"""`streamtts bench`: where the milliseconds go on this machine, sentence by sentence, with the speaker idle.

Each sentence comes as from Claude: in pieces of a few characters at Claude's pace, through the mod's own socket, and
the next one begins only when the one before it is over. Measured from the written piece to the sink; no sound needed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import queue
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path

from engine.capture.mod_decoder import ModDecoder
from engine.capture.mod_order import ModEvent
from engine.capture.mod_server import ModServer
from engine.commands.console import ProgressLine
from engine.commands.mod_client import ModClient
from engine.events import Event, Loading, Notice, Ready, SentenceAdded, SpeechChanged, SpeechPhase, TranslationChanged
from engine.latency import LatencyBoard, percentile
from engine.pipeline import Engine
from engine.settings import Settings, SettingsError, fields, load

PIECE_CHARACTERS = 4
PIECE_INTERVAL_S = 0.02
"""200 characters a second: a fast model's pace."""
SENTENCE_TIMEOUT_S = 120.0
EXPECTED = {"capture_ms": ("p90", 10.0), "segment_ms": ("p95", 5.0), "first_sound_ms": ("p50", 700.0)}
"""What two shared server cores should reach with llama + openjtalk; printed beside what was measured."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One stage, ms."""

    n: int
    p50: float
    p90: float
    p95: float
    max: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what only `bench` takes."""
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a Markdown table")
    parser.add_argument("--terminal", action="store_true", help="measure the terminal pane beside the bare terminal")
    parser.add_argument("--sentences", type=int, default=24, metavar="N", help="how many to measure (default: 24)")


def run(arguments: argparse.Namespace) -> int:
    """Measure, print, and return 0; 3 when no translator or voice could start."""
    if arguments.terminal:
        return _run_terminal_bench(arguments)
    try:
        settings = load(vars(arguments)).replace("audio", sink="null")
    except SettingsError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 2
    sentences = _sentences(arguments.sentences)
    try:
        ready, stages = asyncio.run(measure(settings, sentences))
    except BenchError as error:
        print(f"streamtts: {error}", file=sys.stderr)
        return 3
    report = _report(ready, stages)
    print(json.dumps(report, ensure_ascii=False) if arguments.json else _markdown(report))
    return 0


def _run_terminal_bench(arguments: argparse.Namespace) -> int:
    # The screen is above the engine, which therefore does not import it.
    chosen = {f.env: str(value) for f in fields() if (value := vars(arguments).get(f.name)) is not None}
    command = [sys.executable, "-m", "tui.bench", *(["--json"] if arguments.json else [])]
    return subprocess.run(command, env=os.environ | chosen, check=False).returncode


class BenchError(Exception):
    """Nothing can be measured; the message says why."""


async def measure(settings: Settings, sentences: Sequence[str]) -> tuple[Ready, dict[str, Figures]]:
    """Say every sentence once and return each stage's figures, ms. Raises BenchError when nothing can start."""
    engine, events = Engine(settings), queue.SimpleQueue[Event]()
    engine.subscribe(events.put)
    engine.start()
    try:
        ready = await asyncio.to_thread(_await_ready, events)
        with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
            board = await _say_all(engine, events, sentences, Path(folder) / "mod.sock")
        return ready, {stage: _figures(board.values(stage)) for stage in board.snapshot()}
    finally:
        await asyncio.to_thread(engine.close)


async def _say_all(
    engine: Engine, events: queue.SimpleQueue[Event], sentences: Sequence[str], socket_path: Path
) -> LatencyBoard:
    decoder, board, progress = ModDecoder(), LatencyBoard(), ProgressLine(sys.stderr)

    def take(event: ModEvent, received_at: float) -> None:
        for source_event in decoder.decode(event, received_at):
            engine.feed(source_event)

    server = ModServer(socket_path, take)
    await server.start()
    try:
        async with ModClient(socket_path) as client:
            for number, sentence in enumerate(sentences, 1):
                progress.show(Loading("Measuring", number / (len(sentences) + 1), f"{number} of {len(sentences)}"))
                await _write(client, sentence, number)
                await asyncio.to_thread(_book, engine, events, board)
    finally:
        await server.close()
        progress.clear()
    return board


async def _write(client: ModClient, sentence: str, step: int) -> None:
    at = {"turnId": "bench", "step": step, "index": 0}
    # A paragraph break follows, as the next piece: it is what tells that the sentence is over.
    pieces = [sentence[i : i + PIECE_CHARACTERS] for i in range(0, len(sentence), PIECE_CHARACTERS)]
    for piece in [*pieces, "\n\n"]:
        await client.send("text", **at, text=piece)
        await asyncio.sleep(PIECE_INTERVAL_S)


def _book(engine: Engine, events: queue.SimpleQueue[Event], board: LatencyBoard) -> None:
    """Take one sentence's events to its end; it is cut short once its first sound is out."""
    is_over = is_translated = False
    while not (is_over and is_translated):
        match events.get(timeout=SENTENCE_TIMEOUT_S):
            case SentenceAdded(sentence):
                for stage in ("capture_ms", "segment_ms", "confirm_ms"):
                    board.record(stage, getattr(sentence.timings, stage))
            case TranslationChanged(final=True, translate_first_ms=first_ms, translate_ms=all_ms):
                board.record("translate_first_ms", first_ms)
                board.record("translate_ms", all_ms)
                is_translated = True
            case SpeechChanged(phase=SpeechPhase.STARTED) as started:
                for stage in ("synth_first_ms", "queue_ms", "first_sound_ms"):
                    board.record(stage, getattr(started, stage))
                engine.skip()
            case SpeechChanged():
                is_over = True


def _await_ready(events: queue.SimpleQueue[Event]) -> Ready:
    progress, problem = ProgressLine(sys.stderr), ""
    while True:
        match events.get():
            case Loading() as loading:
                progress.show(loading)
            case Notice(message=message):
                problem = message
            case Ready() as ready:
                progress.clear()
                if "none" in (ready.translator, ready.voice):
                    raise BenchError(problem or "neither a translator nor a voice could start")
                return ready


def _sentences(count: int) -> list[str]:
    lines = files("engine.commands").joinpath("bench_sentences.txt").read_text(encoding="utf-8").splitlines()
    return [lines[i % len(lines)] for i in range(max(1, count))]


def _figures(values: Sequence[float]) -> Figures:
    p50, p90, p95 = (round(percentile(values, percent), 1) for percent in (50, 90, 95))
    return Figures(len(values), p50, p90, p95, round(max(values), 1))


def _report(ready: Ready, stages: dict[str, Figures]) -> dict[str, object]:
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return {
        "machine": machine,
        "translator": ready.translator,
        "device": ready.device,
        "voice": ready.voice,
        "load_ms": round(ready.load_ms),
        "stages": {stage: asdict(figures) for stage, figures in stages.items()},
        "expected_ms": {stage: {figure: limit} for stage, (figure, limit) in EXPECTED.items()},
    }


def _markdown(report: dict[str, object]) -> str:
    stages = report["stages"]
    assert isinstance(stages, dict)
    lines = [
        f"{report['translator']} on {report['device']}, {report['voice']}; {report['machine']}; "
        f"loaded in {report['load_ms']} ms; the speaker idle before each sentence",
        "",
        "| stage (ms) | n | p50 | p90 | p95 | max | expected on 2 shared cores |",
        "|---|--:|--:|--:|--:|--:|---|",
    ]
    for stage, f in stages.items():
        expected = "{} ≤ {:.0f}".format(*EXPECTED[stage]) if stage in EXPECTED else ""
        lines.append(f"| {stage} | {f['n']} | {f['p50']} | {f['p90']} | {f['p95']} | {f['max']} | {expected} |")
    return "\n".join(lines)
