"""Pictures of the screens at the three sizes people have, with Japanese text; no clock, no blinking, no model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import pytest
from textual.pilot import Pilot

from engine.events import Event, GaugesChanged, Health, Level, Loading, Notice
from tests.support.fake_engine import FakeEngine
from tests.support.screen_story import CLAUDE_BYTES, every_state, mid_stream
from tests.tui.conftest import MakeApp, looked
from tui.app import StreamttsApp

SIZES = [(80, 24), (120, 36), (200, 50)]
SnapCompare = Callable[..., bool]
Prepare = Callable[..., Callable[[Pilot[int]], Awaitable[None]]]


@pytest.fixture
def prepare(engine: FakeEngine) -> Prepare:
    """Brings an app to where its picture is taken."""

    def make(
        events: Iterable[Event] = (), keys: Iterable[str] = (), claude: str = CLAUDE_BYTES
    ) -> Callable[[Pilot[int]], Awaitable[None]]:
        async def run(pilot: Pilot[int]) -> None:
            await pilot.pause()
            app = pilot.app
            assert isinstance(app, StreamttsApp)
            app.main.status.dismiss()
            app.main.terminal.feed(claude.encode())
            engine.say(*events)
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
                await looked(pilot)
            app.main.terminal.redraw()
            await pilot.pause()

        return run

    return make


@pytest.mark.parametrize("size", SIZES)
def test_main_screen_mid_stream(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int]
) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=prepare(mid_stream()))


def test_main_screen_light(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    assert snap_compare(make_app(theme="light"), terminal_size=(120, 36), run_before=prepare(mid_stream()))


def test_every_state(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    before = prepare(every_state(), ["f6", "k", "k"])
    assert snap_compare(make_app(), terminal_size=(120, 36), run_before=before)


def test_narrow_rows(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    app = make_app(layout="side")
    assert snap_compare(app, terminal_size=(120, 36), run_before=prepare(mid_stream()))


def test_notice_and_progress(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    notice = "No sound device was found: the voice is silent, everything else goes on. Connect one, or use --sink null."
    events = [
        Loading("Fetching qwen2.5-coder-1.5b", 0.37, "412 of 1117 MB"),
        Notice(Level.WARNING, "no_sound_device", notice),
    ]
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=prepare(events, claude=""))


def test_leader_hint(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    before = prepare(mid_stream(), ["ctrl+right_square_bracket"])
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_voice_picker(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=prepare(mid_stream(), ["f9", "down"]))


def test_voice_picker_with_a_voice_that_failed(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    health = {"edge:ja-JP-NanamiNeural": Health.OPEN, "gtts:ja": Health.HALF_OPEN}
    before = prepare([GaugesChanged(voice="openjtalk:mei", voice_health=health)], ["f9", "down"])
    assert snap_compare(make_app(), terminal_size=(80, 24), run_before=before)


@pytest.mark.parametrize("size", SIZES[:2])
def test_device_picker(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int]) -> None:
    before = prepare([*mid_stream(), GaugesChanged(sound_device="USB Headset")], ["ctrl+right_square_bracket", "o"])
    assert snap_compare(make_app(), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_help(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int]) -> None:
    assert snap_compare(make_app(), terminal_size=size, run_before=prepare(mid_stream(), ["f1"]))


def test_too_small(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare) -> None:
    assert snap_compare(make_app(), terminal_size=(58, 14), run_before=prepare(mid_stream()))
