"""Pictures of the bilingual view: everything that a row can be, with readings, while one searches."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import pytest
from textual.pilot import Pilot

from engine.text.readings import read
from engine.text.ruby import Readings
from tests.support.fake_engine import FakeEngine
from tests.support.looks import every_look
from tests.support.reading_story import everything
from tests.tui.conftest import MakeApp, begun, told
from tui.reading_desk import ReadingDesk
from tui.widgets.divider import Divider

SnapCompare = Callable[..., bool]
Prepare = Callable[..., Callable[[Pilot[int]], Awaitable[None]]]


@pytest.fixture(autouse=True)
def read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for a process: what is read is the same."""

    def of(_: ReadingDesk, japanese: str) -> Readings:
        return read(japanese)

    monkeypatch.setattr(ReadingDesk, "of", of)


@pytest.fixture
def prepare(engine: FakeEngine) -> Prepare:
    """Brings an app to where its picture is taken."""

    def make(keys: Iterable[str] = ()) -> Callable[[Pilot[int]], Awaitable[None]]:
        async def run(pilot: Pilot[int]) -> None:
            app = await begun(pilot)
            await told(pilot, engine, *everything())
            await pilot.press(*keys)
            for _ in range(3):
                await pilot.pause()
            # The other lines have pictures of their own.
            for widget in (*app.main.children, app.main.query_one(Divider)):
                widget.display = widget.id == "panes"
            await pilot.pause()

        return run

    return make


@every_look
def test_everything_that_a_row_can_be(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    app = make_app(layout="bilingual", theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=prepare(["pageup"] if size[0] == 80 else []))


@pytest.mark.parametrize("readings", ["furigana", "romaji"])
@every_look
def test_readings(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    prepare: Prepare,
    readings: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    app = make_app(layout="bilingual", theme=theme, readings=readings)
    assert snap_compare(app, terminal_size=size, run_before=prepare(["pageup"]))


@pytest.mark.parametrize("languages", ["english", "japanese"])
@every_look
def test_one_language(
    snap_compare: SnapCompare,
    make_app: MakeApp,
    prepare: Prepare,
    languages: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    app = make_app(layout="bilingual", theme=theme, languages=languages)
    assert snap_compare(app, terminal_size=size, run_before=prepare())


@every_look
def test_searching(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    app = make_app(layout="bilingual", theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=prepare(["slash", *"retry"]))
