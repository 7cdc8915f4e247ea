"""Secrets stay on this machine: a remote translator gets a placeholder in place of each, and never sees the value."""

from __future__ import annotations

import re

from engine.redaction import redact

_PLACEHOLDER = re.compile(r"<\s?secret-(\d+)\s?>", re.IGNORECASE)
_GROWING = re.compile(r"<[\s\w-]{0,14}$")
"""The beginning of a placeholder at the end of a growing text."""


class Secrets:
    """The secrets of one request. Hide every text that is sent, then restore the answer piece by piece."""

    def __init__(self) -> None:
        self._values: list[str] = []
        self._held = ""

    def hide(self, text: str) -> str:
        """The text with `<secret-1>` and so on in place of keys, tokens, passwords and private keys."""
        # A text that spells out a placeholder itself must not become a secret of another sentence.
        return redact(_PLACEHOLDER.sub("<secret>", text), self._put)

    def feed(self, piece: str) -> str:
        """Take the next piece of the answer; return what is settled, with the values back in place."""
        text = self._held + piece
        if not self._values:
            return text
        growing = _GROWING.search(text)
        end = growing.start() if growing else len(text)
        self._held = text[end:]
        return self._restored(text[:end])

    def end(self) -> str:
        """The answer is whole: return what was held back."""
        text, self._held = self._held, ""
        return self._restored(text)

    def _put(self, value: str) -> str:
        if value not in self._values:
            self._values.append(value)
        return f"<secret-{self._values.index(value) + 1}>"

    def _restored(self, text: str) -> str:
        return _PLACEHOLDER.sub(self._value_of, text)

    def _value_of(self, found: re.Match[str]) -> str:
        number = int(found[1])
        return self._values[number - 1] if 1 <= number <= len(self._values) else found[0]
