"""Exports beside the screen, by the desk alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.commands.exporting import Order
from engine.events import Level, Loading, Notice
from engine.history import history_path
from engine.settings import Settings
from tests.support.recorded import TASK, long_session, record, session
from tests.support.translation_rig import until
from tui.exporting import ExportDesk

News = list[Loading | Notice]


@pytest.fixture
def desk(tmp_path: Path) -> ExportDesk:
    return ExportDesk(lambda: tmp_path / "logs")


@pytest.fixture
def news(desk: ExportDesk) -> News:
    heard: News = []
    desk.listen(heard.append)
    return heard


def notices(news: News) -> list[Notice]:
    return [one for one in news if isinstance(one, Notice)]


async def test_it_ends_with_one_notice_and_no_progress(desk: ExportDesk, news: News, tmp_path: Path) -> None:
    record(history_path(), *session("Why?", TASK))
    desk.start(Order(1, "markdown", str(tmp_path / "talk.md")), Settings())
    assert desk.is_busy
    await until(lambda: not desk.is_busy)
    assert [(one.level, one.message) for one in notices(news)] == [(Level.INFO, f"Exported: {tmp_path}/talk.md")]
    shown: dict[str, float | None] = {}
    for one in news:
        if isinstance(one, Loading):
            shown[one.what] = one.fraction
    assert set(shown.values()) == {1.0}, "every line of progress was ended"
    assert desk.progress is None


async def test_only_one_at_a_time(desk: ExportDesk, news: News, tmp_path: Path) -> None:
    record(history_path(), *long_session(300))
    desk.start(Order(1, "markdown", str(tmp_path / "one.md")), Settings())
    desk.start(Order(1, "markdown", str(tmp_path / "two.md")), Settings())
    await until(lambda: not desk.is_busy)
    assert left(tmp_path) == ["one.md"]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (Order(99, "markdown", "talk.md"), "There is no session 99"),
        (Order(1, "markdown", "/nowhere/talk.md"), "/nowhere/talk.md cannot be written: No such file or directory"),
    ],
)
async def test_what_fails_says_why(desk: ExportDesk, news: News, order: Order, reason: str) -> None:
    record(history_path(), *session("Why?", TASK))
    desk.start(order, Settings())
    await until(lambda: not desk.is_busy)
    (told,) = notices(news)
    assert told.level is Level.ERROR
    assert told.message.startswith("Nothing was exported: ")
    assert reason in told.message


async def test_stopped_at_once_it_leaves_nothing_and_another_may_begin(
    desk: ExportDesk, news: News, tmp_path: Path
) -> None:
    record(history_path(), *session("Why?", TASK))
    order = Order(1, "markdown", str(tmp_path / "talk.md"))
    desk.start(order, Settings())
    desk.stop()
    await until(lambda: not desk.is_busy)
    desk.start(order, Settings())
    await until(lambda: bool(news))
    desk.stop()
    await until(lambda: not desk.is_busy)
    assert left(tmp_path) == []
    desk.start(order, Settings())
    await until(lambda: not desk.is_busy)
    assert left(tmp_path) == ["talk.md"]


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.suffix == ".md")


async def test_closing_what_was_never_begun(desk: ExportDesk) -> None:
    desk.stop()
    await desk.close()
    assert not desk.is_busy
