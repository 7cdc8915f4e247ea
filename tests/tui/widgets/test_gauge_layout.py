"""The gauges: figures, colours and what fits."""

from __future__ import annotations

import pytest

from engine.events import GaugesChanged, GuardCount, Health, SourceChanged
from tests.support.screen_story import GAUGES, stats
from tui.widgets.gauge_layout import GaugeState, duration, gauge_lines, landmark
from tui.widgets.spans import line_width, plain

STATE = GaugeState(GAUGES, SourceChanged("mod", True))


@pytest.mark.parametrize("width", range(60, 260, 7))
def test_no_line_is_wider_than_the_window(width: int) -> None:
    for state in (STATE, GaugeState()):
        assert all(line_width(line) <= width for line in gauge_lines(state, width))


@pytest.mark.parametrize(("width", "count"), [(60, 2), (80, 2), (149, 2), (150, 3), (200, 3)])
def test_two_lines_and_three_when_wide(width: int, count: int) -> None:
    assert len(gauge_lines(STATE, width)) == count


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_essentials_are_there_at_every_usual_width(width: int) -> None:
    page = "\n".join(plain(gauge_lines(STATE, width)))
    for essential in (
        "openjtalk:mei",
        "qwen2.5-coder-1.5b",
        "cpu",
        "mod",
        "4.2 s behind",
        "312",
        "298",
        "188",
        "640",
        "46",
    ):
        assert essential in page


@pytest.mark.parametrize(
    ("ms", "role"),
    [(90, "good"), (150, "good"), (151, "fair"), (346, "fair"), (347, "slow"), (877, "slow"), (878, "bad")],
)
def test_first_sound_is_coloured_by_the_landmarks(ms: float, role: str) -> None:
    assert landmark(ms)[0] == role
    gauges = GaugesChanged(stages={"first_sound_ms": stats(ms, ms)})
    roles = [span.role for span in gauge_lines(GaugeState(gauges), 80)[1] if span.text.lstrip("▁▃▅▇") == duration(ms)]
    assert roles == [role, role]


def test_every_landmark_has_its_own_sign() -> None:
    assert len({landmark(ms)[1] for ms in (100, 300, 800, 2000)}) == 4


@pytest.mark.parametrize(("ms", "text"), [(0.42, "0.4"), (1, "1"), (999.4, "999"), (999.6, "1.0s"), (12345, "12.3s")])
def test_durations_are_short(ms: float, text: str) -> None:
    assert duration(ms) == text


def test_what_is_not_known_yet_is_a_dash() -> None:
    identity, figures = plain(gauge_lines(GaugeState(), 120))
    assert "no voice" in identity
    assert "no translator" in identity
    assert "starting" in identity
    assert "first sound –" in figures


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"is_muted": True}, "× muted"),
        ({"is_paused": True}, "‖ paused"),
        ({"rate": 1.3}, "×1.3"),
        ({"underflows": 2}, "2 dropouts"),
        ({"voice_health": {"gtts:ja": Health.OPEN}}, "! gtts:ja out"),
        ({"voice_health": {"gtts:ja": Health.HALF_OPEN}}, "! gtts:ja tried again"),
        ({"translator_health": {"ct2:quickmt": Health.OPEN}}, "! ct2:quickmt out"),
    ],
)
def test_what_is_out_of_the_ordinary_is_said(change: dict[str, object], says: str) -> None:
    gauges = GaugesChanged(voice="openjtalk:mei", **change)  # type: ignore[arg-type]
    assert says in plain(gauge_lines(GaugeState(gauges), 120))[0]


GUARDED = GaugesChanged(
    voice="openjtalk:mei",
    translator="ct2:quickmt",
    guard={"script": GuardCount(retried=1), "loop": GuardCount(retried=2, english=1)},
)


@pytest.mark.parametrize(
    ("width", "line", "says"),
    [
        (80, 0, "guard 3↻ 1 en"),
        (120, 0, "guard 3↻ 1 en (loop 3, script 1)"),
        (200, 1, "guard 3↻ 1 en (loop 3, script"),
    ],
)
def test_what_the_guard_found_is_counted(width: int, line: int, says: str) -> None:
    assert says in plain(gauge_lines(GaugeState(GUARDED), width))[line]


def test_a_guard_that_found_nothing_takes_no_room() -> None:
    assert "guard" not in "".join(plain(gauge_lines(STATE, 200)))


def test_muted_and_paused_are_both_said() -> None:
    line = plain(gauge_lines(GaugeState(GaugesChanged(is_muted=True, is_paused=True)), 120))[0]
    assert "× muted" in line
    assert "‖ paused" in line


def test_nothing_waiting_is_up_to_date() -> None:
    assert "up to date" in plain(gauge_lines(GaugeState(GaugesChanged(voice="openjtalk:mei")), 120))[0]


def test_a_lost_source_is_said() -> None:
    assert "○ mod lost" in plain(gauge_lines(GaugeState(source=SourceChanged("mod", False)), 120))[0]
