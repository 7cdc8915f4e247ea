"""Where the next voice goes on."""

from __future__ import annotations

import pytest

from engine.pipeline.resuming import rest_after

PHRASE = "設定ファイルを読み込んだ後で、テストを実行します。"
FRENCH = "Les tests passent maintenant, mais la cache rend encore de vieilles valeurs."


@pytest.mark.parametrize(
    ("heard_s", "rate", "rest"),
    [
        (0.0, 1.0, PHRASE),
        (0.05, 1.0, PHRASE),
        (1.2, 1.0, "読み込んだ後で、テストを実行します。"),
        (0.6, 2.0, "読み込んだ後で、テストを実行します。"),
        (30.0, 1.0, ""),
    ],
)
def test_japanese_goes_on_at_a_word(heard_s: float, rate: float, rest: str) -> None:
    assert rest_after(PHRASE, heard_s, rate) == rest


def test_other_languages_go_on_at_a_word_too() -> None:
    rest = rest_after(FRENCH, 2.0, 1.0)
    assert FRENCH.endswith(" " + rest)
    assert rest_after(FRENCH, 100.0, 1.0) == ""


def test_the_more_was_heard_the_less_is_left() -> None:
    lengths = [len(rest_after(PHRASE, tenths / 10, 1.0)) for tenths in range(60)]
    assert lengths == sorted(lengths, reverse=True)
    assert len(set(lengths)) > 4
