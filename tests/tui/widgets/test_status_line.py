"""Notices and progress on one line, never in a dialog."""

from __future__ import annotations

import pytest

from engine.events import Level, Loading, Notice
from tui.widgets.spans import Span, line_width, plain
from tui.widgets.status_line import MAX_LINES, SIGNS, status_lines

IDLE = (Span("Following\x1b", "dim"),)
LOADING = Loading("Fetching qwen2.5-coder-1.5b", 0.37, "412 of 1117 MB")


def notice(message: str, level: Level = Level.WARNING) -> Notice:
    return Notice(level, "code", message)


def test_idle_text_only_where_nothing_else_is_to_say() -> None:
    assert plain(status_lines(None, None, IDLE, 80)) == [" Following�"]


def test_progress_has_bar_percent_and_detail() -> None:
    (line,) = plain(status_lines(None, LOADING, IDLE, 80))
    assert line == " Fetching qwen2.5-coder-1.5b ━━━━──────── 37 %  412 of 1117 MB"


def test_progress_of_unknown_length_has_an_empty_bar() -> None:
    (line,) = plain(status_lines(None, Loading("Warming up", None), IDLE, 80))
    assert line == " Warming up ────────────"


def test_how_much_more_is_under_way_is_told() -> None:
    (line,) = plain(status_lines(None, LOADING, IDLE, 80, more=2))
    assert line == " Fetching qwen2.5-coder-1.5b ━━━━──────── 37 %  412 of 1117 MB  +2 more"


def test_notice_and_progress_share_the_line() -> None:
    (line,) = plain(status_lines(notice("No sound device."), LOADING, IDLE, 60))
    assert line.startswith(f" {SIGNS[Level.WARNING]} No sound device.")
    assert line.endswith("━━━━──────── 37 %")


@pytest.mark.parametrize("level", list(Level))
def test_a_notice_has_its_levels_sign_and_colour(level: Level) -> None:
    (line,) = status_lines(notice("Text.", level), None, IDLE, 80)
    assert (line[0].text, line[0].role, line[1].role) == (f" {SIGNS[level]} ", level, level)


@pytest.mark.parametrize("width", [20, 60, 80, 200])
@pytest.mark.parametrize("loading", [None, LOADING])
def test_a_long_notice_is_wrapped_and_cut(width: int, loading: Loading | None) -> None:
    lines = status_lines(notice("What happened \x07 and what to do. " * 30), loading, IDLE, width)
    assert len(lines) == MAX_LINES
    assert plain(lines)[-1].endswith("…")
    assert all(line_width(line) <= max(width, 44) for line in lines)
