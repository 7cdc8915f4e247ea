"""Another sound device while the engine runs: it is named in the gauges, or the reason is told."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from engine.audio.player import Player
from engine.events import GaugesChanged, Level, Notice
from tests.engine.pipeline.conftest import MakeEngine


def test_the_chosen_device_is_in_the_gauges(make_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def choose(_: Player, device_name: str) -> Future[None]:
        asked.append(device_name)
        answer: Future[None] = Future()
        answer.set_result(None)
        return answer

    monkeypatch.setattr(Player, "choose_device", choose)
    engine, heard = make_engine()
    engine.set_device("USB Headset")
    heard.wait_for(lambda event: isinstance(event, GaugesChanged) and event.sound_device == "USB Headset")
    heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "sound_device")
    assert asked == ["USB Headset"]


def test_where_sound_goes_to_no_device_a_choice_is_refused_with_the_reason(make_engine: MakeEngine) -> None:
    engine, heard = make_engine()
    engine.set_device("USB Headset")
    refused = heard.wait_for(lambda event: isinstance(event, Notice) and event.code == "no_sound_device")
    assert isinstance(refused, Notice)
    assert refused.level is Level.ERROR
    assert "--sink device" in refused.message
    heard.wait_for(lambda event: isinstance(event, GaugesChanged))
    assert {event.sound_device for event in heard.of(GaugesChanged)} == {""}
