"""The recorded session on the screen: its bytes to the terminal, its events through the real pipeline."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.source import SourceEvent
from tui.control import Demo

if TYPE_CHECKING:
    from tui.widgets.terminal import TerminalView


async def play_demo(demo: Demo, terminal: TerminalView, feed: Callable[[SourceEvent], None]) -> None:
    """Play it to the end, with its own timing; cancel it to stop."""
    from engine.demo import load, play_through

    session = load()
    terminal.pin_size(session.cols, session.rows)
    await play_through(session, terminal.feed, feed, speed=demo.speed)
