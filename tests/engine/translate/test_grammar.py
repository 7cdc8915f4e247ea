from __future__ import annotations

import re

import pytest

from engine.translate import grammar


def _classes(text: str) -> dict[str, set[str]]:
    """The grammar's character classes, as sets."""
    found = {}
    for name, body in re.findall(r"^(\w+) ::= \[(.*)\]$", text, re.MULTILINE):
        codes = re.findall(r"\\u([0-9A-F]{4})(?:-\\u([0-9A-F]{4}))?", body)
        found[name] = {chr(code) for low, high in codes for code in range(int(low, 16), int(high or low, 16) + 1)}
    return found


def test_the_grammar_has_what_japanese_technical_text_needs() -> None:
    classes = _classes(grammar.build())
    allowed = classes["other"] | classes["katakana"]
    text = "まず`src/main.py`を読み、「設定」を30%変更します。サーバー→API（v2.0）：々・…〜！？"
    assert set(text) <= allowed
    assert {chr(code) for code in range(0x20, 0x7F)} <= allowed


def test_the_grammar_keeps_other_text_out() -> None:
    classes = _classes(grammar.build())
    allowed = classes["other"] | classes["katakana"]
    assert not set("迁这设\n\t한и😀") & allowed


def test_no_small_latin_letter_after_katakana() -> None:
    classes = _classes(grammar.build())
    assert not classes["other"] & classes["katakana"]
    assert classes["other"] - classes["after"] == set("abcdefghijklmnopqrstuvwxyz")


@pytest.mark.parametrize(
    ("to", "accepted", "refused"),
    [
        ("fr", "Où est-il ? « Là » – œuvre α 5 €", "テст한测"),
        ("ru", "Тесты Node 16 прошли.", "テ한测ا"),
        ("zh", "测试通过了，Node 16。", "テ한т"),
        ("ko", "테스트가 통과했습니다.", "テт测"),
        ("xx", "anything Тесты 测试", ""),
    ],
)
def test_other_languages_keep_to_their_script_and_to_one_line(to: str, accepted: str, refused: str) -> None:
    text = grammar.build(to)
    body = text.removeprefix("root ::= [^").removesuffix(']+ "\\n"?')
    pattern = re.compile(f"[^{body}]+")
    assert pattern.fullmatch(accepted)
    assert not any(pattern.fullmatch(character) for character in refused + "\n\t\x00")
