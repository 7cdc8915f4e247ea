"""Sentences through the whole engine, as from Claude: in small pieces at Claude's pace, through the mod's own socket.

The next sentence begins only when the one before it is over.
"""

from __future__ import annotations

import asyncio
import queue
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path

from engine.capture.mod_decoder import ModDecoder
from engine.capture.mod_order import ModEvent
from engine.capture.mod_server import ModServer
from engine.commands.bench.errors import BenchError
from engine.commands.console import ProgressLine
from engine.commands.mod_client import ModClient
from engine.events import Event, Loading, Notice, Ready
from engine.pipeline import Engine
from engine.settings import Settings

PIECE_CHARACTERS = 4
PIECE_INTERVAL_S = 0.02
"""200 characters a second: a fast model's pace."""
SENTENCE_TIMEOUT_S = 120.0

Events = queue.SimpleQueue[Event]
Book = Callable[[Engine, Events], None]
"""Takes one sentence's events, up to the sentence's end."""


async def say_all(settings: Settings, sentences: Sequence[str], book: Book) -> Ready:
    """Say every sentence once and have its events booked. Raises BenchError when nothing can start."""
    engine, events = Engine(settings), Events()
    engine.subscribe(events.put)
    engine.start()
    try:
        ready = await asyncio.to_thread(_await_ready, events, settings.speech.voice == "none")
        with tempfile.TemporaryDirectory(prefix="streamtts-") as folder:
            await _say_all(engine, events, sentences, Path(folder) / "mod.sock", book)
        return ready
    finally:
        await asyncio.to_thread(engine.close)


def next_event(events: Events) -> Event:
    """The next event. Raises BenchError when none comes for long."""
    try:
        return events.get(timeout=SENTENCE_TIMEOUT_S)
    except queue.Empty:
        raise BenchError(f"nothing happened for {SENTENCE_TIMEOUT_S:.0f} s") from None


def read_sentences(name: str, count: int) -> list[str]:
    """`count` sentences from the list `name`, from its start again where it is shorter."""
    lines = files("engine.commands.bench").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [lines[i % len(lines)] for i in range(max(1, count))]


async def _say_all(engine: Engine, events: Events, sentences: Sequence[str], socket_path: Path, book: Book) -> None:
    decoder, progress = ModDecoder(), ProgressLine(sys.stderr)

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
                await asyncio.to_thread(book, engine, events)
    finally:
        await server.close()
        progress.clear()


async def _write(client: ModClient, sentence: str, step: int) -> None:
    at = {"turnId": "bench", "step": step, "index": 0}
    # A paragraph break follows, as the next piece: it is what tells that the sentence is over.
    pieces = [sentence[i : i + PIECE_CHARACTERS] for i in range(0, len(sentence), PIECE_CHARACTERS)]
    for piece in [*pieces, "\n\n"]:
        await client.send("text", **at, text=piece)
        await asyncio.sleep(PIECE_INTERVAL_S)


def _await_ready(events: Events, is_voiceless: bool) -> Ready:
    progress, problem = ProgressLine(sys.stderr), ""
    while True:
        match events.get():
            case Loading() as loading:
                progress.show(loading)
            case Notice(message=message):
                problem = message
            case Ready() as ready:
                progress.clear()
                if ready.translator == "none" or (ready.voice == "none" and not is_voiceless):
                    raise BenchError(problem or "neither a translator nor a voice could start")
                return ready
