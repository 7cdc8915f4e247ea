"""Text from a model, made safe to keep and to show."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u2028\u2029"  # line and paragraph separators
    "\u202a-\u202e\u2066-\u2069"  # bidirectional overrides: they can hide what a line says
    "\ud800-\udfff"  # lone surrogates: they cannot be encoded
    "]"
)


def without_controls(text: str) -> str:
    """Replace each control character but tab and newline by U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


class LineEndings:
    r"""Turns `\r\n` and `\r` into `\n`, also where a delta ends between the two."""

    def __init__(self) -> None:
        self._after_return = False

    def feed(self, text: str) -> str:
        r"""Return `text` with only `\n` as line ending."""
        if not text:
            return text
        if self._after_return and text[0] == "\n":
            text = text[1:]
            self._after_return = False
            if not text:
                return text
        self._after_return = text[-1] == "\r"
        return text.replace("\r\n", "\n").replace("\r", "\n")
