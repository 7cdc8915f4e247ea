"""Keys from the terminal around us that Textual would change: those with alt, and the text of input methods.

Where that terminal speaks the old protocol, alt+key arrives as ESC and the key. Textual turns some of these into other
keys (ESC b becomes ctrl+left, ESC 1 becomes ¡) and drops the alt of others, among them ESC CR: the new line of Claude
Code would submit the prompt.
"""

from __future__ import annotations

import string
import unicodedata
from typing import NamedTuple, cast

from textual import _xterm_parser
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.keys import KEY_NAME_REPLACEMENTS

LONGEST_SEQUENCE = 256

_ESC = "\x1b"
_STARTS_A_SEQUENCE = "[]OPX^_\\"
_NAMED = {"\r": "enter", "\x7f": "backspace", " ": "space"}


class _Key(NamedTuple):
    """What Textual's table of sequences holds: something with a `value`."""

    value: str


def adapt_key_parser() -> None:
    """Make Textual read keys as programs in a terminal expect them. May be called again."""
    _keep_alt_keys()
    _keep_long_text()


def _keep_long_text() -> None:
    # New keyboard protocols send what an input method commits as one sequence, six characters for each of its own.
    # Textual would give up on it at 32 and deliver the sequence as keys.
    _xterm_parser._MAX_SEQUENCE_SEARCH_THRESHOLD = LONGEST_SEQUENCE


def _keep_alt_keys() -> None:
    """Teach Textual's table of key sequences that ESC and a key are alt and that key."""
    table = cast("dict[str, tuple[_Key, ...]]", ANSI_SEQUENCES_KEYS)
    for character in "bf" + string.digits + string.punctuation + "".join(_NAMED):
        if character not in _STARTS_A_SEQUENCE:
            table[_ESC + character] = (_Key(f"alt+{_key_name(character)}"),)


def _key_name(character: str) -> str:
    if character.isalnum():
        return character
    if name := _NAMED.get(character):
        return name
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)
