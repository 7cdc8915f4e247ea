"""The recorded session without a screen: bilingual text, a latency table, and the sound in `demo.wav`."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence

from engine.capture.mod_decoder import ModDecoder
from engine.commands.console import Console, latency_table
from engine.commands.speak import speak
from engine.demo import ModEvent, load, play
from engine.events import Done, Event
from engine.pipeline import Engine
from engine.settings import Settings

WAV = "demo.wav"


def run_demo(settings: Settings) -> int:
    """Play the session with its own timing through the real pipeline; return the exit status of `speak`."""
    if settings.audio.sink == "device":
        settings = settings.replace("audio", sink=f"wav:{WAV}")
    print("A recorded Claude Code session, with its own timing:\n", flush=True)
    console = Console(sys.stdout, sys.stderr)

    def take(event: Event) -> None:
        console.take(event)
        if isinstance(event, Done):
            print(latency_table(event.stages))

    status = speak(settings, take, lambda engine: asyncio.run(_feed(engine)))
    if settings.audio.sink.startswith("wav:"):
        print(f"\nThe sound is in {settings.audio.sink.removeprefix('wav:')}.")
    return status


async def _feed(engine: Engine) -> None:
    decoder = ModDecoder()

    def take(events: Sequence[ModEvent]) -> None:
        received_at = time.monotonic()
        for event in events:
            for decoded in decoder.decode(event, received_at):
                engine.feed(decoded)

    await play(load(), lambda _: None, take)
