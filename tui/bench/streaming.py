"""`python -m tui.bench.streaming LOAD FILE`: the app under a load, in its window; what it took is written to FILE.

It is the app itself with its engine; translator and voice are stand-ins, and nothing is asked of Claude.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from engine.pipeline import Engine
from engine.source import BlockEnd, TextDelta, TurnStart
from tui.app import StreamttsApp
from tui.bench import programs, stand_ins
from tui.bench.frames import FrameClock
from tui.control import Launch
from tui.stage import collect_later
from tui.terminal.pty import child_environment

STREAM, ROWS = "stream", "rows"
TEXT_PER_S = 300.0
TICK_S = 1 / 30
"""Pieces of ten characters, as the API sends them."""
DRAW_S = 1 / 12
"""Claude Code draws less often: in the recorded session some eleven times a second."""
TURN_CHARACTERS = 3_000
EARLY_ROW, LATE_ROW = 10, 10_000
COSTS = 60
"""rows that are added at each of the two"""


class BenchApp(StreamttsApp):
    """The app, which puts itself under a load."""

    CSS_PATH = str(Path(__file__).parents[1] / "app.tcss")

    def __init__(self, load: str, folder: Path) -> None:
        settings = stand_ins.settings()
        text = folder / "text"
        text.write_text("".join(itertools.islice(stand_ins.text(), TURN_CHARACTERS)), encoding="utf-8")
        program = programs.streaming_pane(text, TEXT_PER_S if load == STREAM else 0.0, DRAW_S)
        launch = Launch(program, child_environment(os.environ), str(folder), is_claude=False)
        super().__init__(Engine(settings, stand_ins.parts(folder)), settings, launch)
        self.clock = FrameClock(self, self.main)
        self.costs_ms: dict[str, list[float]] = {}
        self._load_task: asyncio.Task[None] | None = None
        self._run_load = {STREAM: self._stream, ROWS: self._add_rows}[load]

    async def on_mount(self) -> None:
        """Begin when the app is whole."""
        self._load_task = asyncio.create_task(self._begin_load())

    async def _begin_load(self) -> None:
        await self.main.is_ready.wait()
        await self._run_load()

    async def _stream(self) -> None:
        """Claude writes, turn after turn, until the app ends."""
        began, sent = time.monotonic(), 0
        characters, turn = stand_ins.text(), 0
        while True:
            due = round((time.monotonic() - began) * TEXT_PER_S) - sent
            piece = "".join(itertools.islice(characters, due))
            now = time.monotonic()
            if sent // TURN_CHARACTERS >= turn:
                turn += 1
                self.engine.feed(BlockEnd(f"block {turn - 1}", now))
                self.engine.feed(TurnStart(f"turn {turn}", now, "Please go on."))
            if piece:
                self.engine.feed(TextDelta(f"block {turn}", piece, now, now))
            sent += due
            await asyncio.sleep(TICK_S)

    async def _add_rows(self) -> None:
        """Add rows one by one after ten, and after ten thousand; each with its frame."""
        self.main.bilingual.keep_in(stand_ins.Shelf())
        for count in (EARLY_ROW, LATE_ROW):
            await self._fill(count)
            self.costs_ms[str(count)] = [await self._cost_of_a_row() for _ in range(COSTS)]
        self.costs_ms["width"] = [await self._cost_of_a_width(step) for step in (-20, 20) * (COSTS // 4)]
        self.exit(0)

    async def _fill(self, count: int) -> None:
        view = self.main.bilingual
        while (last := view.rows.neighbour(None, 0) or 0) < count:
            for sentence in stand_ins.sentences(last + 1, min(last + 500, count)):
                view.add_sentence(sentence)
            view.commit()
            await self._next_frame()

    async def _cost_of_a_row(self) -> float:
        """Processor ms: take a row in, lay it out, and draw what has changed."""
        view = self.main.bilingual
        number = (view.rows.neighbour(None, 0) or 0) + 1
        (sentence,) = stand_ins.sentences(number, number)
        began = time.thread_time()
        view.add_sentence(sentence)
        view.commit()
        taken_in_ms = (time.thread_time() - began) * 1000
        return taken_in_ms + await self._next_frame()

    async def _cost_of_a_width(self, step: int) -> float:
        """Processor ms: lay the rows out for another width, and draw them."""
        view = self.main.bilingual
        began = time.thread_time()
        view.rows.resize(view.rows.width + step)
        view.commit()
        taken_in_ms = (time.thread_time() - began) * 1000
        return taken_in_ms + await self._next_frame()

    async def _next_frame(self) -> float:
        self.clock.drawn.clear()
        await self.clock.drawn.wait()
        return self.clock.frames[-1].cpu_ms


def main(arguments: Sequence[str]) -> int:
    """Run until told to end, or until the load is over; write the frames and the costs."""
    load, file = arguments
    with tempfile.TemporaryDirectory(prefix="streamtts-") as folder, asyncio.Runner() as runner:
        collect_later(runner.get_loop())
        app = BenchApp(load, Path(folder))
        app.run(loop=runner.get_loop())
        Path(file).write_text(json.dumps({"frames": app.clock.frames, "costs_ms": app.costs_ms}), encoding="utf-8")
        app.engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
