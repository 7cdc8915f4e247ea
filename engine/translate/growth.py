"""Turn a growing list of token ids into pieces of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class Growth:
    """Decode all ids so far each time and give out what is new.

    Decoding one token alone would lose spaces and split characters; waiting for a space, as word-wise streamers do,
    would hold Japanese back to the end.
    """

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        self._decode = decode
        self._ids: list[int] = []
        self._given = ""

    def add(self, ids: Sequence[int]) -> str:
        """Return the text that these ids add; empty while a character is not whole yet."""
        self._ids.extend(ids)
        # U+FFFD at the end: the bytes of one character are still arriving.
        text = self._decode(self._ids).rstrip("\ufffd").rstrip(" ")
        if not text.startswith(self._given):
            return ""
        piece, self._given = text[len(self._given) :], text
        return piece
