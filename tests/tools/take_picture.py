"""The pictures in README and docs, made by the app itself: the recorded session through the real pipeline.

python -m tests.tools.take_picture docs          all of them
python -m tests.tools.take_picture docs help     one
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from engine.commands.recording import start_recorder
from engine.events import Event, SpeechChanged, SpeechPhase
from engine.pipeline import Engine
from engine.settings import Settings
from tui.app import StreamttsApp
from tui.control import Demo
from tui.screens.picker import Picker
from tui.welcome import welcome

SIZE = (120, 36)
SPOKEN = 3
"""Pictures are taken while this sentence sounds."""
SETTLE_S = 0.7
PATIENCE_S = 180.0


@dataclass(frozen=True, slots=True)
class Picture:
    """What is pressed before it is taken."""

    name: str
    keys: Sequence[str] = ()
    size: tuple[int, int] = SIZE
    theme: str = "dark"
    is_first_start: bool = False


PICTURES = (
    Picture("screen", size=(166, 42)),
    Picture("small", ("f6", "g", "j"), size=(80, 24)),
    Picture("waterfall", ("f6", "g", "j", "w")),
    Picture("readings", ("f6", "u", "g", "j"), theme="light"),
    Picture("gauges", ("ctrl+right_square_bracket", "g"), size=(166, 42), theme="light"),
    Picture("search", ("f6", "slash", *"cancel"), theme="nord"),
    Picture("help", ("f1",)),
    Picture("palette", ("f11",)),
    Picture("voices", ("f9",)),
    Picture("translators", ("f6", "T")),
    Picture("settings", ("f6", "comma")),
    Picture("history", ("f6", "H")),
    Picture("export", ("f6", "e"), theme="light"),
    Picture("devices", ("f6", "o")),
    Picture("welcome", is_first_start=True),
)


async def take(picture: Picture) -> str:
    """Play the session until the picture is worth taking, press its keys, and return it as SVG."""
    settings = Settings().replace("audio", sink="null").replace("screen", theme=picture.theme)
    engine, is_time = Engine(settings), threading.Event()

    def watch(event: Event) -> None:
        if isinstance(event, SpeechChanged) and event.id == SPOKEN and event.phase is SpeechPhase.STARTED:
            is_time.set()

    engine.subscribe(watch)
    recorder = start_recorder(engine, settings, "Claude", "/home/me/webapp")
    app = StreamttsApp(engine, settings, Demo(), clock=lambda: "09:41")
    async with app.run_test(size=picture.size) as pilot:
        assert await asyncio.to_thread(is_time.wait, PATIENCE_S), "the voice does not begin"
        if picture.is_first_start:
            await welcome(app)
        for key in picture.keys:
            await pilot.press(key)
        await _settled(pilot)
        taken = app.export_screenshot(title="streamtts-tui --demo")
    engine.close()
    if recorder is not None:
        recorder.close()
    return taken


async def _settled(pilot: Pilot[int]) -> None:
    while isinstance(picker := pilot.app.screen, Picker) and picker.is_looking:
        await pilot.pause(0.05)
    await pilot.pause(SETTLE_S)


def self_contained(svg: str) -> str:
    """Use the reader's own monospace font: nothing is fetched to show the picture, and leading spaces stay."""
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code,", "").replace("font-family: Fira Code", "font-family: monospace")
    return svg.replace("<text ", '<text xml:space="preserve" ')


def main() -> None:
    """Write the pictures into the folder named on the command line."""
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    for picture in PICTURES:
        if not names or picture.name in names:
            with tempfile.TemporaryDirectory() as own:
                # Nothing of the person who takes them is in them.
                for what in ("CONFIG", "HISTORY", "SOUNDS", "STATE"):
                    os.environ[f"STREAMTTS_{what}"] = str(Path(own) / what.lower())
                svg = self_contained(asyncio.run(take(picture)))
            (folder / f"{picture.name}.svg").write_text(svg, encoding="utf-8")
            print(picture.name, flush=True)


if __name__ == "__main__":
    main()
