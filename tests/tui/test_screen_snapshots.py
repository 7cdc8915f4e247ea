"""Pictures of the screens at the sizes people have, with Japanese text; no clock, no blinking, no model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from engine.events import Event, GaugesChanged, GuardCount, Health, Level, Loading, Notice, SourceChanged
from tests.support.fake_engine import FakeEngine
from tests.support.looks import THEMES, every_look
from tests.support.screen_story import CLAUDE_BYTES, GAUGES, every_state, mid_stream
from tests.tui.conftest import MakeApp, begun, looked, told

SnapCompare = Callable[..., bool]
Prepare = Callable[..., Callable[[Pilot[int]], Awaitable[None]]]
TROUBLED = replace(
    GAUGES,
    is_muted=True,
    is_paused=True,
    rate=1.5,
    underflows=3,
    guard={"loop": GuardCount(1, 1), "crashed": GuardCount(0, 2)},
    translator_health={"ct2:quickmt": Health.OPEN},
    voice_health={"edge:ja-JP-NanamiNeural": Health.OPEN},
)
"""Everything that gauges can complain of."""


@pytest.fixture
def prepare(engine: FakeEngine) -> Prepare:
    """Brings an app to where its picture is taken."""

    def make(
        events: Iterable[Event] = (), keys: Iterable[str] = (), claude: str = CLAUDE_BYTES
    ) -> Callable[[Pilot[int]], Awaitable[None]]:
        async def run(pilot: Pilot[int]) -> None:
            app = await begun(pilot)
            app.main.status.dismiss()
            app.main.terminal.feed(claude.encode())
            await told(pilot, engine, *events)
            for key in keys:
                await pilot.press(key)
                await pilot.pause()
                await looked(pilot)
            app.main.terminal.redraw()
            await pilot.pause()

        return run

    return make


@pytest.mark.parametrize("layout", ["side", "stacked", "bilingual", "claude"])
@every_look
def test_main_screen_mid_stream(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, layout: str, size: tuple[int, int], theme: str
) -> None:
    app = make_app(layout=layout, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=prepare(mid_stream()))


@every_look
def test_every_state(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    before = prepare(every_state(), ["f6", "k", "k"])
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_before_the_first_question(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    before = prepare([SourceChanged("mod", True)], claude="> ")
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_muted_paused_and_nothing_else_well(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    events = [*mid_stream(), SourceChanged("screen", False, "The hooks are off."), TROUBLED]
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=prepare(events))


@every_look
def test_claude_has_ended(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    app = make_app(theme=theme)
    at_work = prepare(mid_stream())

    async def before(pilot: Pilot[int]) -> None:
        await at_work(pilot)
        app.main.show_end("Claude ended (exit status 1)")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@every_look
def test_notice_and_progress(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    notice = "No sound device was found: the voice is silent, everything else goes on. Connect one, or use --sink null."
    events = [
        Loading("Fetching qwen2.5-coder-1.5b", 0.37, "412 of 1117 MB"),
        Notice(Level.WARNING, "no_sound_device", notice),
    ]
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=prepare(events, claude=""))


@every_look
def test_leader_hint(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    before = prepare(mid_stream(), ["ctrl+right_square_bracket"])
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_marking_in_claudes_pane(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    before = prepare(mid_stream(), ["ctrl+right_square_bracket", "y", "up", "up", "up", "space", "up", "right"])
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_voice_picker(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    before = prepare(mid_stream(), ["f9", "down"])
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_voice_picker_with_a_voice_that_failed(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    health = {"edge:ja-JP-NanamiNeural": Health.OPEN, "gtts:ja": Health.HALF_OPEN}
    before = prepare([GaugesChanged(voice="openjtalk:mei", voice_health=health)], ["f9", "down"])
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_device_picker(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    before = prepare([*mid_stream(), GaugesChanged(sound_device="USB Headset")], ["ctrl+right_square_bracket", "o"])
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=before)


@every_look
def test_help(
    snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, size: tuple[int, int], theme: str
) -> None:
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=prepare(mid_stream(), ["f1"]))


@pytest.mark.parametrize("theme", THEMES)
def test_too_small(snap_compare: SnapCompare, make_app: MakeApp, prepare: Prepare, theme: str) -> None:
    assert snap_compare(make_app(theme=theme), terminal_size=(58, 14), run_before=prepare(mid_stream()))
