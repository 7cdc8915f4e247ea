"""What the gauges show that are no stages, and the signs of timeline and waterfall: for the help screen."""

from __future__ import annotations

from typing import NamedTuple


class Gauge(NamedTuple):
    """A figure or a sign."""

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
