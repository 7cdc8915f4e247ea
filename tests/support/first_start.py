"""Waiting for the first start's window, or for it to be certain that it does not come."""

from __future__ import annotations

import time

from textual.pilot import Pilot

from tests.support.fake_engine import FakeEngine
from tui.app import StreamttsApp
from tui.screens.welcome import WelcomeScreen

PATIENCE_S = 60.0


async def settled(pilot: Pilot[int], engine: FakeEngine) -> None:
    """Return when the app has begun, and what the window offers is there."""
    app = pilot.app
    assert isinstance(app, StreamttsApp)
    deadline = time.monotonic() + PATIENCE_S
    while ("start",) not in engine.calls or (isinstance(app.screen, WelcomeScreen) and app.screen.is_looking):
        assert time.monotonic() < deadline, "the window of the first start does not come to rest"
        await pilot.pause(0.01)
        await app.workers.wait_for_complete()
    await app.workers.wait_for_complete()
    await pilot.pause()
    if isinstance(app.screen, WelcomeScreen) and app.screen.is_looking:
        await settled(pilot, engine)
