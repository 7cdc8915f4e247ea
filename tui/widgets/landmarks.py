"""The landmarks of the first sound, and how milliseconds are written."""

from __future__ import annotations

LANDMARKS_MS = ((150, "good", "▁"), (346, "fair", "▃"), (877, "slow", "▅"))
"""First sound up to so many ms: its colour's role and its sign."""
BEYOND = ("bad", "▇")
"""later than the last landmark"""


def landmark(ms: float) -> tuple[str, str]:
    """Role and sign of a first sound after `ms`."""
    return next(((role, sign) for limit, role, sign in LANDMARKS_MS if ms <= limit), BEYOND)


def duration(ms: float) -> str:
    """Milliseconds short: `0.4`, `412`, `1.4s`."""
    if ms >= 999.5:
        return f"{ms / 1000:.1f}s"
    return f"{ms:.1f}" if ms < 1 else f"{ms:.0f}"


def with_unit(ms: float) -> str:
    """As `duration`, with the unit: `0.4 ms`, `1.4 s`."""
    short = duration(ms)
    return f"{short[:-1]} s" if short.endswith("s") else f"{short} ms"
