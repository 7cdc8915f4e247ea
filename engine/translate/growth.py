"""Turn a growing list of tokens into pieces of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Token = TypeVar("Token")
"""an id, or the piece of a word that it stands for"""


class Growth(Generic[Token]):
    """Decode all tokens so far each time and give out what is new.

    Decoding one token alone would lose spaces and split characters; waiting for a space, as word-wise streamers do,
    would hold Japanese back to the end.
    """

    def __init__(self, decode: Callable[[Sequence[Token]], str]) -> None:
        self._decode = decode
        self._tokens: list[Token] = []
        self._given = ""

    def add(self, tokens: Sequence[Token]) -> str:
        """Return the text that these tokens add; empty while a character is not whole yet."""
        self._tokens.extend(tokens)
        # U+FFFD at the end: the bytes of one character are still arriving.
        text = self._decode(self._tokens).rstrip("\ufffd").rstrip(" ")
        if not text.startswith(self._given):
            return ""
        piece, self._given = text[len(self._given) :], text
        return piece
