"""What is read from the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session. Times are seconds since 1970."""

    id: int
    started_at: float
    ended_at: float | None
    folder: str
    program: str
    source: str
    language: str
    sentences: int
    """how many"""
    title: str
    """the first prompt, else the first sentence"""


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One prompt of the user."""

    number: int
    prompt: str
    started_at: float
    ended_at: float | None
    is_aborted: bool


@dataclass(frozen=True, slots=True)
class SentenceRecord:
    """One sentence, as it was shown and spoken."""

    id: int
    session_id: int
    number: int
    """counts from 1 in its session"""
    turn: int
    kind: str
    level: int
    ordinal: str
    code_language: str
    speaker: str
    is_old: bool
    en: str
    markdown: str
    ja: str
    state: str
    reason: str | None
    translator: str | None
    guard: str | None
    voice: str | None
    written_at: float
    sounded_at: float | None
    """when its first sample was handed to the device"""
    audio_s: float
    timings: Mapping[str, float] = field(default_factory=dict)
    """ms, by the names of the design page; only those that were measured"""
