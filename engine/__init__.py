"""The engine: from English as it streams to Japanese on the screen and in the ear. It never imports the screen.

The public face; everything else is inside:

    from engine import Engine, Settings, TextDelta
    from engine import events
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.pipeline import Engine
    from engine.settings import Settings
    from engine.source import BlockEnd, TextDelta, TurnEnd, TurnStart

__all__ = ["BlockEnd", "Engine", "Settings", "TextDelta", "TurnEnd", "TurnStart"]

_HOMES = {"Engine": "engine.pipeline", "Settings": "engine.settings"}


if not TYPE_CHECKING:

    def __getattr__(name):
        # Looked up when asked for: whoever wants one small part must not import them all.
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(_HOMES.get(name, "engine.source")), name)
