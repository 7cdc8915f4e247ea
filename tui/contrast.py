"""How well two colours can be told apart, as WCAG 2.2 measures it."""

from __future__ import annotations

from collections.abc import Iterable

READABLE = 4.5
"""what text needs (AA)"""


def contrast(first: str, second: str) -> float:
    """The contrast of two colours (`#rrggbb`), 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def clearest(colours: Iterable[str], grounds: Iterable[str], otherwise: str) -> str:
    """The colour that can be read best on the worst of the grounds; `otherwise` where none can be read on all."""
    grounds = list(grounds)
    rated = [(min(contrast(colour, ground) for ground in grounds), colour) for colour in colours]
    best, colour = max(rated)
    return colour if best >= READABLE else otherwise


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
