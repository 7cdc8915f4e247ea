"""The help screen."""

from __future__ import annotations

import pytest

from engine.events import Level, Notice
from engine.sentence import State
from tests.tui.conftest import RunApp
from tui.screens.help import HelpScreen, help_lines
from tui.widgets.row import MARKS
from tui.widgets.spans import line_width, plain
from tui.widgets.status_line import MAX_NOTICES

LEADER = "ctrl+right_square_bracket"


@pytest.mark.parametrize("state", list(State))
def test_every_mark_is_explained(state: State) -> None:
    assert any(line.startswith(f"  {MARKS[state]} ") for line in plain(help_lines(LEADER, [], 80)))


@pytest.mark.parametrize("width", [46, 80, 116])
def test_no_line_is_wider_than_the_page(width: int) -> None:
    notices = [Notice(Level.ERROR, "x", "A long notice about something that went wrong. " * 5)]
    assert all(line_width(line) <= max(width, 60) for line in help_lines(LEADER, notices, width))


def test_notices_are_whole_and_the_latest_is_first() -> None:
    notices = [
        Notice(Level.INFO, "a", "The first."),
        Notice(Level.ERROR, "b", "The second\x1b, " + "long " * 40 + "end."),
    ]
    page = plain(help_lines(LEADER, notices, 80))
    start = page.index("Notices, the latest first")
    assert page[start + 1].startswith("  ✖ The second�,")
    assert page[-1] == "  i The first."
    assert "end." in " ".join(page)


async def test_the_last_notices_are_kept_for_the_help(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(*(Notice(Level.INFO, "n", f"Notice {number}.") for number in range(MAX_NOTICES + 10)))
        assert len(screen.app.main.status.notices) == MAX_NOTICES
        assert f"Notice {MAX_NOTICES + 9}." in screen.status()
        await screen.press("f1")
        assert isinstance(screen.app.screen, HelpScreen)
        page = screen.app.screen.query_one("HelpPage").render().plain  # type: ignore[union-attr]
        assert f"Notice {MAX_NOTICES + 9}." in page
        assert "Notice 9." not in page


@pytest.mark.parametrize("key", ["escape", "f1", "q", "question_mark"])
async def test_it_closes(run_app: RunApp, key: str) -> None:
    async with run_app() as screen:
        await screen.press("f1", key)
        assert screen.app.screen is screen.app.main
