from __future__ import annotations

from collections.abc import Sequence

from engine.translate.growth import Growth


def _utf8(ids: Sequence[int]) -> str:
    return bytes(ids).decode(errors="replace")


def test_a_split_character_waits_until_it_is_whole() -> None:
    growth: Growth[int] = Growth(_utf8)
    pieces = [growth.add([byte]) for byte in "設定abc".encode()]
    assert "".join(pieces) == "設定abc"
    assert pieces == ["", "", "設", "", "", "定", "a", "b", "c"]


def test_kana_is_not_held_back() -> None:
    growth: Growth[int] = Growth(lambda ids: "".join(chr(code) for code in ids))
    assert [growth.add([ord(character)]) for character in "ます。"] == ["ま", "す", "。"]


def test_spaces_between_words_are_kept() -> None:
    growth: Growth[int] = Growth(lambda ids: " ".join("ab"[number] for number in ids))
    assert growth.add([0]) + growth.add([1, 0]) == "a b a"


def test_text_that_was_given_is_never_taken_back() -> None:
    texts = iter(["ab", "xy", "abc"])
    growth: Growth[int] = Growth(lambda _: next(texts))
    assert [growth.add([0]), growth.add([0]), growth.add([0])] == ["ab", "", "c"]
