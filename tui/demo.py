"""A recorded session on the screen: its bytes to the terminal, its events through the real pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.source import SourceEvent
from tui.control import Demo

if TYPE_CHECKING:
    from tui.widgets.terminal import TerminalView


async def play_demo(demo: Demo, terminal: TerminalView, feed: Callable[[SourceEvent], None]) -> None:
    """Play it to the end, with its own timing; cancel it to stop. Raises RecordingError, HistoryError."""
    from engine.recording import open_built_in, open_recorded, play

    recorded = await asyncio.to_thread(open_recorded, demo.what) if demo.what else open_built_in()
    if recorded.size is not None:
        terminal.pin_size(*recorded.size)
    await play(recorded.steps(), feed, terminal.feed, on_size=lambda size: terminal.pin_size(*size), speed=demo.speed)
