"""The README's picture, made by the app itself: the recorded session through the real pipeline.

python -m tests.tools.take_picture docs/screen.svg
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from engine.events import Event, SpeechChanged, SpeechPhase
from engine.pipeline import Engine
from engine.settings import Settings
from tui.app import StreamttsApp
from tui.control import Demo

SIZE = (166, 42)
SPOKEN = 3
"""The picture is taken while this sentence sounds."""


async def take_picture() -> str:
    """Play the session until the picture is worth taking, and return it as SVG."""
    settings = Settings().replace("audio", sink="null")
    engine = Engine(settings)
    loop, is_time = asyncio.get_running_loop(), asyncio.Event()

    def watch(event: Event) -> None:
        if isinstance(event, SpeechChanged) and event.id == SPOKEN and event.phase is SpeechPhase.STARTED:
            loop.call_soon_threadsafe(is_time.set)

    engine.subscribe(watch)
    app = StreamttsApp(engine, settings, Demo(), clock=lambda: "09:41")
    async with app.run_test(size=SIZE):
        await asyncio.wait_for(is_time.wait(), 120)
        await asyncio.sleep(0.7)
        picture = app.export_screenshot(title="streamtts-tui --demo")
    engine.close()
    return picture


def self_contained(svg: str) -> str:
    """Use the reader's own monospace font: nothing is fetched to show the picture, and leading spaces stay."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code,", "").replace("font-family: Fira Code", "font-family: monospace")
    return svg.replace("<text ", '<text xml:space="preserve" ')


def main() -> None:
    """Write the picture to the file named on the command line."""
    svg = self_contained(asyncio.run(take_picture()))
    Path(sys.argv[1]).write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
