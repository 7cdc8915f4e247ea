"""Growing text of a language that writes spaces, cut into phrases that a voice can begin with."""

from __future__ import annotations

import re

DEFAULT_CHARACTERS = 24
"""Characters that a phrase has at least: shorter ones sound chopped and hide no work."""

_CUT = re.compile(r"[.!?…。！？।؟۔][\"'”’»)\]]*\s+|[,;:،؛、，：；—–][\"'”’»)\]]*\s+")


class SpacedPhraseSplitter:
    """Takes the growing text of one sentence and gives its phrases; joined, they are the whole text.

    A mark ends a phrase only with a space after it, so that 3,5 and file.py stay whole.
    """

    def __init__(self, minimum_characters: int = DEFAULT_CHARACTERS) -> None:
        self._minimum = minimum_characters
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """Take the next piece; return the phrases it finished."""
        self._text += piece
        phrases: list[str] = []
        while cut := self._next_cut():
            phrases.append(self._text[:cut])
            self._text = self._text[cut:]
        return phrases

    def end(self) -> list[str]:
        """The sentence is whole: return what is left, if anything. The splitter begins anew."""
        rest, self._text = self._text, ""
        return [rest] if rest.strip() else []

    def _next_cut(self) -> int:
        """Where the next phrase ends, 0 when it has not ended. Spaces at the very end may still grow."""
        for match in _CUT.finditer(self._text):
            if self._minimum <= match.end() < len(self._text):
                return match.end()
        return 0
