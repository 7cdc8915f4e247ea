"""When Claude writes faster than the voice speaks."""

from __future__ import annotations

import pytest

from engine.events import Notice
from engine.pipeline import catching_up
from engine.pipeline.catching_up import CatchUp
from engine.sentence import Kind
from engine.settings import Settings
from tests.engine.pipeline.conftest import MakeEngine, say

LONG = "The build was started again and everything that it needs is here now, number {}."


def test_the_speed_rises_gently_and_only_when_behind() -> None:
    catch_up = CatchUp("faster")
    speeds = [catch_up.rate(1.0, behind_s) for behind_s in (0.0, 15.0, 30.0, 45.0, 60.0, 600.0)]
    assert speeds[:2] == [1.0, 1.0]
    assert speeds == sorted(speeds)
    assert speeds[-1] == speeds[-2] == 1.5
    assert CatchUp("faster").rate(2.5, 600.0) == 3.0
    assert CatchUp("off").rate(1.0, 600.0) == 1.0


def test_prose_is_let_go_until_there_is_room_again_and_headings_never() -> None:
    catch_up = CatchUp("skip")
    seen = [
        catch_up.lets_go(kind, behind_s)
        for kind, behind_s in (
            (Kind.PROSE, 119.0),
            (Kind.PROSE, 121.0),
            (Kind.HEADING, 110.0),
            (Kind.LIST, 90.0),
            (Kind.PROSE, 59.0),
            (Kind.PROSE, 100.0),
        )
    ]
    assert seen == [False, True, False, True, False, False]
    assert catch_up.let_go == 2
    assert not CatchUp("faster").lets_go(Kind.PROSE, 999.0)


def test_what_is_let_go_is_shown_and_said_and_the_rest_is_spoken(
    make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "SKIP_FROM_S", 4.0)
    monkeypatch.setattr(catching_up, "SKIP_UNTIL_S", 2.0)
    engine, listener = make_engine(sink="null", settings=Settings().replace("speech", rate=3.0))
    say(engine, "\n\n".join([*(LONG.format(n) for n in range(10)), "# The heading", "The last one."]))
    done = engine.drain(120)
    finals = listener.finals()
    let_go = [number for number, (_, reason) in finals.items() if reason == "the voice was far behind"]
    assert let_go
    assert finals[11][0] == "finished"
    assert len(let_go) < 11
    assert set(listener.japanese()) == set(range(1, 13))
    assert (done.sentences, done.failed, done.skipped) == (12, 0, len(let_go))
    notices = [event for event in listener.of(Notice) if event.code == "behind"]
    assert len(notices) == len(let_go)
    assert f"{len(let_go)} sentences are shown" in notices[-1].message
