"""Pictures of timeline, waterfall and gauges by themselves, at the three sizes that people have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

import tui
from engine.events import GaugesChanged, SentenceAdded, SourceChanged, SpeechChanged, TranslationChanged
from tests.support.looks import every_look
from tests.support.measured_story import session
from tui.figures import Figures
from tui.themes import ThemeFile, load_themes
from tui.widgets.gauges import Gauges
from tui.widgets.timeline import Timeline

SnapCompare = Callable[..., bool]


class FiguresApp(App[None]):
    """The lines below the panes, and nothing else."""

    CSS_PATH = Path(tui.__file__).parent / "app.tcss"

    def __init__(self, theme: ThemeFile, selected: int | None) -> None:
        self._colours = theme
        super().__init__()
        self._selected = selected
        self.figures: Figures
        self.register_theme(theme.to_textual())
        self.theme = theme.name

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return self._colours.variables()

    def compose(self) -> ComposeResult:
        yield Timeline()
        yield Gauges()

    def on_mount(self) -> None:
        self.figures = Figures(self.query_one(Timeline), self.query_one(Gauges))
        self.figures.fit_window(*self.size)
        for event in session():
            if isinstance(event, SentenceAdded | TranslationChanged | SpeechChanged):
                self.figures.take(event)
            elif isinstance(event, GaugesChanged | SourceChanged):
                self.figures.show(event)
        self.figures.commit()
        self.figures.select(self._selected)


@pytest.mark.parametrize("selected", [None, 3])
@every_look
def test_timeline_waterfall_and_all_gauges(
    snap_compare: SnapCompare, tmp_path: Path, size: tuple[int, int], theme: str, selected: int | None
) -> None:
    app = FiguresApp(load_themes(tmp_path).by_name[theme], selected)

    async def open_all(pilot: Pilot[None]) -> None:
        await pilot.pause()
        app.figures.toggle_waterfall()
        app.figures.toggle_gauges()
        await pilot.pause()
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=open_all)
