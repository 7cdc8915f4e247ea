"""The characters that text of a language is made of, as a GBNF grammar for llama.cpp.

For Japanese it keeps simplified Chinese out (the model then writes 移行 for 迁移), line breaks, and words that change
script in the middle: after katakana no small Latin letter may follow (the model then writes スイート for スuite).
For other languages it keeps to one line and to the language's own script.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from engine.translate.languages import find
from engine.translate.letters import jis_kanji

_ASCII = {chr(code) for code in range(0x20, 0x7F)}
_LOWER = {chr(code) for code in range(ord("a"), ord("z") + 1)}
_HIRAGANA = {chr(code) for code in range(0x3041, 0x3097)}
_KATAKANA = {chr(code) for code in range(0x30A1, 0x30FB)} | {"ー"}
_SYMBOLS = set("、。・「」『』（）［］｛｝【】〈〉《》“”‘’…‥〜～：；！？／＼＆％＋－＝＜＞＊＃＠＿｜々〆〇ゝゞ")
_SYMBOLS |= set("→←↑↓⇒⇔×÷±≤≥≠≈∞°§©®™•–—─│├└μλπαβ√Δ")


_SCRIPTS = {
    "Latn": (),
    "Grek": ((0x0370, 0x03FF),),
    "Cyrl": ((0x0400, 0x052F),),
    "Hebr": ((0x0590, 0x05FF),),
    "Arab": ((0x0600, 0x06FF), (0x0750, 0x077F)),
    "Deva": ((0x0900, 0x097F),),
    "Beng": ((0x0980, 0x09FF),),
    "Taml": ((0x0B80, 0x0BFF),),
    "Thai": ((0x0E00, 0x0E7F),),
    "Hang": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF)),
    "Jpan": ((0x3040, 0x30FF),),
    "Hans": ((0x3400, 0x9FFF), (0xF900, 0xFAFF)),
}
"""The ranges of each script's own letters; Latin and Greek ones are in every text about code."""


def build(to: str = "ja") -> str:
    """The grammar for a language (ISO 639 code): one line of at least one character, with or without its end."""
    return _japanese() if to == "ja" else _other(to)


@cache
def japanese_characters() -> frozenset[str]:
    """The characters that Japanese text about code is made of: what the grammar allows."""
    return frozenset(_ASCII | _HIRAGANA | _KATAKANA | _SYMBOLS | jis_kanji())


def _japanese() -> str:
    others = _ASCII | _HIRAGANA | _SYMBOLS | jis_kanji()
    return "\n".join(
        (
            'root ::= ((other | katakana+ after)+ katakana* | katakana+) "\\n"?',
            f"other ::= {_character_class(others)}",
            f"katakana ::= {_character_class(_KATAKANA)}",
            f"after ::= {_character_class(others - _LOWER)}",
        )
    )


def _other(to: str) -> str:
    """Anything but line breaks and the letters of other scripts; a language that is not known may use all."""
    language = find(to)
    own = language.nllb.partition("_")[2] if language else ""
    foreign = [spans for script, spans in _SCRIPTS.items() if script not in (own, "Grek")] if own in _SCRIPTS else []
    refused = "".join(f"{_escape(low)}-{_escape(high)}" for spans in foreign for low, high in spans)
    return f'root ::= [^\\x00-\\x1F\\uFFFD{refused}]+ "\\n"?'


def _character_class(characters: Iterable[str]) -> str:
    return (
        "["
        + "".join(_escape(first) + (f"-{_escape(last)}" if last > first else "") for first, last in _runs(characters))
        + "]"
    )


def _runs(characters: Iterable[str]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for code in sorted(map(ord, characters)):
        if runs and runs[-1][1] == code - 1:
            runs[-1] = (runs[-1][0], code)
        else:
            runs.append((code, code))
    return runs


def _escape(code: int) -> str:
    return f"\\u{code:04X}"
