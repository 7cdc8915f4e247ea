"""A set of words, written as one string."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Split `text` at white space."""
    return frozenset(text.split())
