"""The windows and colours in which every screen has its picture."""

from __future__ import annotations

import pytest

SIZES = ((80, 24), (120, 36), (200, 50))
THEMES = ("dark", "light")

every_look = pytest.mark.parametrize(
    ("size", "theme"),
    [pytest.param(size, theme, id=f"{size[0]}x{size[1]}-{theme}") for size in SIZES for theme in THEMES],
)
"""Runs a test once for each size and theme, as `size` (columns, lines) and `theme` (its name)."""
