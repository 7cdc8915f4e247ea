"""The recorded session on the screen: its bytes to the terminal, its events through the real pipeline."""

from __future__ import annotations

from collections.abc import Callable

from engine.source import SourceEvent
from tui.control import Demo
from tui.widgets.terminal import TerminalView


async def play_demo(demo: Demo, terminal: TerminalView, feed: Callable[[SourceEvent], None]) -> None:
    """Play it to the end, with its own timing."""
