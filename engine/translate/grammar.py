"""The characters Japanese technical text is made of, as a GBNF grammar for llama.cpp.

It keeps simplified Chinese out (the model then writes 移行 for 迁移), line breaks, and words that change script
in the middle: after katakana no small Latin letter may follow (the model then writes スイート for スuite).
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.translate.letters import jis_kanji

_ASCII = {chr(code) for code in range(0x20, 0x7F)}
_LOWER = {chr(code) for code in range(ord("a"), ord("z") + 1)}
_HIRAGANA = {chr(code) for code in range(0x3041, 0x3097)}
_KATAKANA = {chr(code) for code in range(0x30A1, 0x30FB)} | {"ー"}
_SYMBOLS = set("、。・「」『』（）［］｛｝【】〈〉《》“”‘’…‥〜～：；！？／＼＆％＋－＝＜＞＊＃＠＿｜々〆〇ゝゞ")
_SYMBOLS |= set("→←↑↓⇒⇔×÷±≤≥≠≈∞°§©®™•–—─│├└μλπαβ√Δ")


def build() -> str:
    """The grammar; it accepts one line of at least one character."""
    others = _ASCII | _HIRAGANA | _SYMBOLS | jis_kanji()
    return "\n".join(
        (
            "root ::= (other | katakana+ after)+ katakana* | katakana+",
            f"other ::= {_character_class(others)}",
            f"katakana ::= {_character_class(_KATAKANA)}",
            f"after ::= {_character_class(others - _LOWER)}",
        )
    )


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
