"""`NO_COLOR` (https://no-color.org): set and not empty, it means that no colours are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.settings import Settings

MONOCHROME = "monochrome"
"""the packaged theme without colours"""


def respect_no_color(settings: Settings, flags: Mapping[str, Any], env: Mapping[str, str]) -> Settings:
    """The settings with the monochrome theme where `NO_COLOR` asks for it.

    `flags` maps `section.key` to what the command line says. A theme chosen there is chosen for this run, and wins.
    """
    if not env.get("NO_COLOR") or flags.get("screen.theme") is not None:
        return settings
    return settings.replace("screen", theme=MONOCHROME)
