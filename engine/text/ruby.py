"""What stands above a text: its readings. Who only draws them need not know how they are found."""

from __future__ import annotations

from typing import NamedTuple


class Ruby(NamedTuple):
    """Something that stands above characters `start` up to, and without, `end` of a text."""

    start: int
    end: int
    text: str


class Readings(NamedTuple):
    """What can stand above a text."""

    furigana: tuple[Ruby, ...] = ()
    """hiragana over what is written in kanji"""
    romaji: tuple[Ruby, ...] = ()
    """Latin letters over every Japanese word"""
