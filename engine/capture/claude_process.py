"""The Claude Code that is listened to, as whoever starts it knows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class ClaudeProcess:
    """What is not known yet is None."""

    session_id: str | None = None
    """its conversation's id at the start; `--continue` and a bare `--resume` do not tell it"""
    pid: int | None = None
    """its process id, once it runs"""
