"""Names of keys: Textual's, which the program uses, and how people write them."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = {
    "space": "Space",
    "enter": "Enter",
    "tab": "Tab",
    "escape": "Esc",
    "backspace": "Backspace",
    "delete": "Del",
    "insert": "Ins",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "@": "Space",
}
"""Only Ctrl+Space has the name `ctrl+@`."""

_CHARACTERS = {"minus": "-", "plus": "+", "slash": "/", "backslash": "\\", "underscore": "_", "at": "@"}
"""Characters whose name in Textual is not the one in Unicode."""
_NAMES = {character: name for name, character in _CHARACTERS.items()}

_ALIASES = {
    "esc": "escape",
    "return": "enter",
    "spacebar": "space",
    "bs": "backspace",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "pagedn": "pagedown",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "hyphen": "minus",
    "dash": "minus",
    "period": "full_stop",
    "dot": "full_stop",
    "question": "question_mark",
    "equals": "equals_sign",
    "equal": "equals_sign",
    "less": "less_than_sign",
    "greater": "greater_than_sign",
    "pipe": "vertical_line",
    "backtick": "grave_accent",
    "hash": "number_sign",
    "caret": "circumflex_accent",
    "quote": "apostrophe",
    " ": "space",
}
_MODIFIERS = {
    **dict.fromkeys(("ctrl", "control", "c"), "ctrl"),
    **dict.fromkeys(("alt", "option", "opt", "meta", "m"), "alt"),
    **dict.fromkeys(("shift", "s"), "shift"),
}
_NEVER_SENT = frozenset(("cmd", "command", "super", "win", "windows", "hyper", "fn"))
_SAME = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
    "ctrl+space": "ctrl+@",
    "ctrl+at": "ctrl+@",
    "ctrl+slash": "ctrl+underscore",
}
"""What arrives from most terminals when such a key is pressed; some newer ones tell them apart."""

_WITH_HYPHENS = re.compile(r"(?:(?:ctrl|control|alt|option|opt|meta|shift|c|m|s)-)+(?=.)", re.IGNORECASE)


class KeyNameError(ValueError):
    """No key is called this, or no terminal sends it. The message says what is wrong."""


def key_sign(key: str) -> str:
    """How a key that Textual names is written for people: `ctrl+right_square_bracket` is `Ctrl+]`."""
    *modifiers, name = key.split("+")
    if (name[:1] == "f" and name[1:].isdecimal()) or (modifiers and len(name) == 1 and name != "@"):
        sign = name.upper()
    else:
        sign = _SIGNS.get(name) or _character_of(name) or name
    return "+".join([*(modifier.capitalize() for modifier in modifiers), sign])


def parse_key(spelled: str) -> str:
    """Return Textual's name of a key as people write it: `Ctrl+]`, `C-x`, `PgUp`, `?`, `shift+tab`, `question_mark`.

    Raises KeyNameError where no key is called this.
    """
    *modifiers, name = _parts(spelled.strip())
    held = {_modifier(modifier, spelled) for modifier in modifiers}
    key = _named(name, spelled)
    if len(key) == 1 and key.isalpha():
        if held & {"ctrl", "alt"}:
            key = key.lower()  # Ctrl+G is how people write it; Shift is said when it is meant.
        elif "shift" in held:
            return key.upper()
    elif _character_of(key):
        if "shift" in held:
            raise KeyNameError(f"{spelled!r}: name the character that it types, without Shift")
        if "alt" in held:
            raise KeyNameError(f"{spelled!r}: terminals send Alt only with letters and named keys")
    return same_key("+".join([*sorted(held), key]))


def same_key(key: str) -> str:
    """The one name of keys, named as Textual does, that many terminals cannot tell apart."""
    return _SAME.get(key, key)


def _parts(spelled: str) -> list[str]:
    """Modifiers and the name: `+` may be a separator or the key."""
    if not spelled:
        raise KeyNameError("no key is named")
    if spelled.startswith("^") and len(spelled) == 2:
        return ["ctrl", spelled[1]]
    if hyphens := _WITH_HYPHENS.match(spelled):
        spelled = hyphens[0].replace("-", "+") + spelled[hyphens.end() :]
    if spelled == "+":
        return ["+"]
    if spelled.endswith("++"):
        return [*spelled[:-2].split("+"), "+"]
    return [part.strip() for part in spelled.split("+")]


def _modifier(word: str, spelled: str) -> str:
    if word.casefold() in _NEVER_SENT:
        raise KeyNameError(f"{spelled!r}: terminals do not send {word}; there are Ctrl, Alt and Shift")
    try:
        return _MODIFIERS[word.casefold()]
    except KeyError:
        raise KeyNameError(f"{spelled!r}: there is no {word!r} to hold; there are Ctrl, Alt and Shift") from None


def _named(name: str, spelled: str) -> str:
    if len(name) == 1 and name not in _ALIASES:
        return _name_of(name)
    plain = _plain(name)
    plain = _plain(_ALIASES.get(plain, plain))
    try:
        return _known()[plain]
    except KeyError:
        raise KeyNameError(f"{spelled!r}: {_near(plain)}") from None


def _plain(name: str) -> str:
    """`Page Down`, `page_down` and `pagedown` are the same."""
    return re.sub(r"[\s_-]", "", name).casefold() or name


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """Every key with a name, by its name without separators."""
    characters = (_name_of(chr(code)) for code in range(0x20, 0x7F))
    named = [name for name in _SIGNS if len(name) > 1] + [f"f{number}" for number in range(1, 25)]
    return {_plain(key): key for key in (*characters, *named) if len(key) > 1}


def _near(plain: str) -> str:
    import difflib

    near = difflib.get_close_matches(plain, [*_known(), *_ALIASES], n=1, cutoff=0.6)
    return f"no key is called this{f'; did you mean {near[0]}?' if near else ''}"


def _name_of(character: str) -> str:
    """What Textual calls a key that types this."""
    if character.isalnum():
        return character
    unicode_name = unicodedata.name(character, character)
    return _NAMES.get(character) or unicode_name.lower().replace("-", "_").replace(" ", "_")


def _character_of(name: str) -> str:
    """The character that a key types; empty for keys like Home."""
    if len(name) == 1:
        return name
    if name in _SIGNS:
        return ""
    if character := _CHARACTERS.get(name):
        return character
    words = name.replace("_", " ").upper()
    for unicode_name in (words, words.replace("LESS THAN", "LESS-THAN").replace("GREATER THAN", "GREATER-THAN")):
        try:
            return unicodedata.lookup(unicode_name)
        except KeyError:
            continue
    return ""
