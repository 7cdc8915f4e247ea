"""The recorded session on the screen: its bytes to the terminal, its events through the real pipeline."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.source import SourceEvent
from tui.control import Demo

if TYPE_CHECKING:
    from tui.widgets.terminal import TerminalView


async def play_demo(demo: Demo, terminal: TerminalView, feed: Callable[[SourceEvent], None]) -> None:
    """Play it to the end, with its own timing; cancel it to stop."""
    from engine.capture.mod_decoder import ModDecoder
    from engine.demo import ModEvent, load, play

    session = load()
    decoder = ModDecoder()
    terminal.pin_size(session.cols, session.rows)

    def take(events: Sequence[ModEvent]) -> None:
        received_at = time.monotonic()
        for event in events:
            for decoded in decoder.decode(event, received_at):
                feed(decoded)

    await play(session, terminal.feed, take, speed=demo.speed)
