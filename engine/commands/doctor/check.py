"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.settings import Settings


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    NOTE = "note"
    """works, but less well than it could; or is not used here"""
    FAILED = "failed"
    """something that people would miss does not work"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    name: str
    verdict: Verdict
    detail: str
    fix: str = ""
    """what to do; empty when nothing is to be done"""


@dataclass(frozen=True, slots=True)
class Patient:
    """What is looked at."""

    settings: Settings
    program: str
    """the Claude Code to try"""
    is_quiet: bool
    """play no tone"""
    patience_s: float = 25.0
    """how long Claude and the translator may take; nothing else takes so long"""


Check = Callable[[Patient], Iterator[Finding]]
"""Blocks; what it raises becomes a failed finding"""


def ok(name: str, detail: str) -> Finding:
    """It works."""
    return Finding(name, Verdict.OK, detail)


def note(name: str, detail: str, fix: str = "") -> Finding:
    """Good to know."""
    return Finding(name, Verdict.NOTE, detail, fix)


def failed(name: str, detail: str, fix: str) -> Finding:
    """It does not work."""
    return Finding(name, Verdict.FAILED, detail, fix)
