"""A sentence's way from text to sound: the one place that knows all the stages.

intake ──Job──▶ translating ──phrases──▶ speaking ──▶ player
   └────────────── events and figures: tally ───────────┘
"""

from engine.pipeline.engine import Engine

__all__ = ["Engine"]
