from __future__ import annotations

import pytest

from engine.speech.phrases import ends_sentence, split_phrases


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("ファイルを読み、結果を報告します。", ["ファイルを読み、", "結果を報告します。"]),
        ("終わりました！次は？", ["終わりました！", "次は？"]),
        ("句点なし", ["句点なし"]),
        ("「はい。」と言う", ["「はい。」", "と言う"]),
        ("", []),
    ],
)
def test_phrases_end_at_marks(text: str, phrases: list[str]) -> None:
    assert split_phrases(text) == phrases


def test_short_phrases_join_the_next_one_and_a_short_last_one_the_one_before() -> None:
    assert split_phrases("はい、テストを実行します。次。", 8) == ["はい、テストを実行します。次。"]


@pytest.mark.parametrize("least", [1, 4, 8, 100])
def test_nothing_is_lost(least: int) -> None:
    text = "まず、設定を読み、次に、変更する。はい！\n終わり"
    assert "".join(split_phrases(text, least)) == text


def test_a_sentence_end_is_told_from_a_comma() -> None:
    assert ends_sentence("終わり。")
    assert ends_sentence("「終わり。」")
    assert not ends_sentence("まず、")
