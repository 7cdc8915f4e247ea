from __future__ import annotations

import pytest

from engine.speech.clean import clean, is_speakable


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("**重要**です", "重要です"),
        ("`pytest`を実行", "pytestを実行"),
        ("## 見出し", "見出し"),
        ("- [x] 項目\n- 項目二", "項目 項目二"),
        ("> 引用", "引用"),
        ("[説明](https://example.com/a)を読む", "説明を読む"),
        ("_強調_です", "強調です"),
        ("https://example.com/a?b=c#d、を見る", "URL、を見る"),
        ("(https://example.com/a).", "(URL)."),
        ("コミットa1b2c3d4e5を戻す", "コミットハッシュを戻す"),
        ("123e4567-e89b-12d3-a456-426614174000です", "UUIDです"),
        ("me@example.comへ", "メールアドレスへ"),
        ("✅ 完了 🎉", "完了"),
        ("A → B", "A、B"),
        ("a\x1b[31mb\x00", "a [31mb"),
    ],
)
def test_what_nobody_says_is_taken_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("text", ["snake_case_name", "__init__.py", "1234567", "decade", "3 - 1", "これはテストです。"])
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert clean(text) == text


def test_a_long_random_string_is_not_read_out() -> None:
    assert clean("鍵は " + "Ab3" * 10 + " です") == "鍵は 秘密の文字列 です"


@pytest.mark.parametrize(("text", "expected"), [("。、", False), ("…", False), ("", False), ("あ", True), ("1", True)])
def test_marks_alone_are_not_speakable(text: str, expected: bool) -> None:
    assert is_speakable(text) is expected


def test_a_key_is_never_spoken() -> None:
    assert clean("鍵は sk-ant-" + "a1" * 12 + " です") == "鍵は 秘密の文字列 です"
    assert clean("DB_PASSWORD=hunter22 を設定します") == "DB_PASSWORD=秘密の文字列 を設定します"
