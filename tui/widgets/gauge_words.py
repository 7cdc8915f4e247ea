"""The gauges' words: each stage and each figure with what it means. The help screen shows them all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
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


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure that is no stage."""

    example: str
    """how it looks"""
    meaning: str
    """one line, for the help screen"""


FIGURE_SIGNS = (
    Gauge("▁ ▃ ▅ ▇", "spoken: how soon, as above"),
    Gauge("✓", "spoken after the one before: nobody waited for it"),
    Gauge("· … ○ ▶ – × !", "where it stands, as the marks of the rows"),
    Gauge("╎", "another prompt begins"),
    Gauge("████░░░", "a stage; what is light goes on while the next one is at work"),
    Gauge("·······", "wait: the voice was busy with the one before, or it might have been taken back"),
    Gauge("certain, whole", "until it stays a sentence; until its last Japanese character"),
)
GAUGES = (
    Gauge("♪ openjtalk:mei ×1.0", "the voice and its speed; × muted, ‖ paused"),
    Gauge("⇄ qwen2.5 cpu", "who translates, and on which device"),
    Gauge("● mod", "where the text comes from; ○ it was lost"),
    Gauge("4.2 s behind, 5 waiting", "speech not yet heard; sentences that are not done"),
    Gauge("! NAME out", "it failed and is left alone for a while, or is being tried again"),
    Gauge("guard 3↻ 1 en", "translations that were no good at first: done again, or shown in English"),
    Gauge("2 dropouts", "how often the sound device ran dry"),
    Gauge("→ device", "where the sound goes"),
    Gauge("58 char/s 31 tok/s", "how fast the translator writes, over its last sentences"),
    Gauge("MB 96 app 1420 ja", "memory of the app, of translator (ja) and voice, and on the GPU"),
    Gauge("▂▃▁█", "the last 20 sentences, the highest one is the slowest"),
)
