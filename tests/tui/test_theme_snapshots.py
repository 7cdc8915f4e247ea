"""Pictures of one screen in each theme that test_screen_snapshots does not show: every state, spoken and selected."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from engine.events import DraftChanged, SourceChanged
from engine.sentence import Kind
from tests.support.fake_engine import FakeEngine
from tests.support.screen_story import CLAUDE_BYTES, GAUGES, every_state
from tests.tui.conftest import MakeApp, begun, told


@pytest.mark.parametrize("theme", ["gruvbox", "high-contrast", "monochrome", "nord"])
def test_every_state_in_every_theme(
    snap_compare: Callable[..., bool], make_app: MakeApp, engine: FakeEngine, theme: str
) -> None:
    async def tell(pilot: Pilot[int]) -> None:
        app = await begun(pilot)
        app.main.status.dismiss()
        app.main.terminal.feed(CLAUDE_BYTES.encode())
        draft = DraftChanged(Kind.PROSE, "What comes next")
        await told(pilot, engine, SourceChanged("mod", True), *every_state(), draft, GAUGES)
        app.main.bilingual.select(6)
        await pilot.pause()
        app.main.terminal.redraw()
        await pilot.pause()

    assert snap_compare(make_app(theme=theme), terminal_size=(120, 36), run_before=tell)
