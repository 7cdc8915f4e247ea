"""The stages' words: how each is labelled, and what it means."""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """A stage as it is labelled."""

    name: str
    label: str
    short: str
    meaning: str
    """from where to where, for the help screen"""


FIRST_SOUND = Stage("first_sound_ms", "first sound", "sound", "last character written, to its voice")
CONFIRM = Stage("confirm_ms", "certain", "cer", "here, to a sentence that stays one")
STAGES = (
    FIRST_SOUND,
    Stage("capture_ms", "capture", "cap", "written by Claude, to here"),
    Stage("segment_ms", "segment", "seg", "here, to a whole sentence"),
    CONFIRM,
    Stage("translate_first_ms", "first ja", "tr1", "sentence, to the first Japanese"),
    Stage("translate_ms", "translate", "tr", "sentence, to the last Japanese"),
    Stage("synth_first_ms", "synth", "syn", "first phrase, to its sound"),
    Stage("queue_ms", "queue", "que", "sound, to the speaker"),
)
IMPORTANT = tuple(stage for stage in STAGES if stage is not CONFIRM)
"""what the few lines have room for"""
