"""The recorded session without a screen: bilingual text, a latency table, and the sound in `demo.wav`."""

from __future__ import annotations

import asyncio
import sys

from engine.commands.console import Console, latency_table
from engine.commands.speak import speak
from engine.events import Done, Event
from engine.pipeline import Engine
from engine.recording import open_built_in, play
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

    status = speak(settings, take, lambda engine: asyncio.run(_feed(engine)), record_as=None)
    if settings.audio.sink.startswith("wav:"):
        print(f"\nThe sound is in {settings.audio.sink.removeprefix('wav:')}.")
    return status


async def _feed(engine: Engine) -> None:
    await play(open_built_in().steps(), engine.feed)
