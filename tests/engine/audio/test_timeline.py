"""Where a block is in all the sound."""

from __future__ import annotations

from engine.audio.timeline import Timeline


def test_in_a_file_only_sound_counts() -> None:
    timeline = Timeline(100, is_live=False)
    assert [timeline.book(50, handed_at) for handed_at in (7.0, 900.0, 900.0)] == [0.0, 0.5, 1.0]


def test_on_a_device_silence_counts_from_the_first_sound_on() -> None:
    timeline = Timeline(100, is_live=True)
    assert [timeline.book(50, handed_at) for handed_at in (7.0, 7.5, 17.0)] == [0.0, 0.5, 10.0]
