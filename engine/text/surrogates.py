"""Halves of characters: JSON may cut an emoji in two, and a source passes the halves on in two pieces."""

from __future__ import annotations


class SurrogateJoiner:
    """Joins the halves of characters in text that comes in pieces; a half that stays alone becomes U+FFFD.

    Text with half a character cannot be encoded: it would break every file, socket and screen behind us.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Return what is whole of the next piece; a first half at its end waits for the second."""
        if self._half or not _is_encodable(text):
            text, self._half = self._half + text, ""
            if "\ud800" <= text[-1:] <= "\udbff":
                text, self._half = text[:-1], text[-1]
        return whole(text)


def whole(text: str) -> str:
    """Return text with its halves joined, or replaced by U+FFFD where they are alone."""
    if _is_encodable(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
