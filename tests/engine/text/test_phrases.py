from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.text.phrases import PhraseSplitter, count_morae

CASES = [
    (
        "まず、設定ファイルを読み込みます。次に、起動してください！",
        ["まず、設定ファイルを読み込みます。", "次に、起動してください！"],
    ),
    ("設定ファイルを読み込み、サーバーを起動します", ["設定ファイルを読み込み、", "サーバーを起動します"]),
    ("はい。終わりました。", ["はい。", "終わりました。"]),
    ("本当！？そうです。", ["本当！？", "そうです。"]),
    ("「はい、そうです。」と言った、とのことです。", ["「はい、そうです。」と言った、", "とのことです。"]),
    ("関数（引数は長い名前、型、既定値）を呼びます、はい", ["関数（引数は長い名前、型、既定値）を呼びます、", "はい"]),
    ("時刻は午後の12：30で、値は1,000です。", ["時刻は午後の12：30で、", "値は1,000です。"]),
    ("次の手順で進めます：まず読みます", ["次の手順で進めます：", "まず読みます"]),
    ("Is it ok? はい。", ["Is it ok? ", "はい。"]),
    ("a!=bとfoo?x=1のURLです", ["a!=bとfoo?x=1のURLです"]),
    ("Yahoo!ニュースを見ます", ["Yahoo!ニュースを見ます"]),
    ("設定ファイルの読み込みは正しく動作します。", ["設定ファイルの読み込みは", "正しく動作します。"]),
    ("このサーバーの名前はAPIです。", ["このサーバーの名前は", "APIです。"]),
    ("失敗したのはテストではありません。", ["失敗したのは", "テストではありません。"]),
    ("失敗したテストではありません。", ["失敗したテストではありません。"]),
    ("これは良いです。", ["これは良いです。"]),
    ("設定を読み込んでから、その内容の確認は済みました。", ["設定を読み込んでから、", "その内容の確認は済みました。"]),
    ("「この設定ファイルは古い」と出ます。", ["「この設定ファイルは古い」と出ます。"]),
    ("バージョン3．5です。", ["バージョン3．5です。"]),
    ("", []),
    ("  ", []),
]


@pytest.mark.parametrize(("text", "phrases"), CASES)
@pytest.mark.parametrize("step", [1, 2, 5, 100])
def test_phrases(text: str, phrases: list[str], step: int) -> None:
    splitter = PhraseSplitter()
    found = [p for start in range(0, len(text), step) for p in splitter.feed(text[start : start + step])]
    assert found + splitter.end() == phrases


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("失敗したテストを読むと、次に進みます。", ["失敗したテストを", "読むと、次に進みます。"]),
        ("最初に失敗したテストを読みます。", ["最初に", "失敗したテストを読みます。"]),
        ("設定ファイルから値を読み、返します。", ["設定ファイルから", "値を読み、返します。"]),
        ("サーバーはアップロードを受け入れます。", ["サーバーは", "アップロードを受け入れます。"]),
        ("ワーカーは、送信されない、と思います。", ["ワーカーは、", "送信されない、", "と思います。"]),
        ("値を読みます。", ["値を読みます。"]),
        ("「失敗したテストを読む」と出ます。", ["「失敗したテストを読む」と", "出ます。"]),
        ("失敗したテストをもう一度読みます。", ["失敗したテストをもう一度読みます。"]),
    ],
)
def test_a_voice_that_waits_gets_its_first_phrase_at_any_particle(text: str, phrases: list[str]) -> None:
    splitter = PhraseSplitter(is_urgent=lambda: True)
    assert [*splitter.feed(text), *splitter.end()] == phrases


def test_comma_needs_no_look_ahead() -> None:
    assert PhraseSplitter().feed("設定ファイルを読み込み、") == ["設定ファイルを読み込み、"]


def test_minimum_is_a_setting() -> None:
    assert PhraseSplitter(minimum_morae=2).feed("まず、次に、") == ["まず、", "次に、"]
    assert PhraseSplitter(minimum_morae=100).feed("設定ファイルを読み込み、") == []


def test_bracket_that_never_closes_does_not_hold_everything() -> None:
    text = "「" + "とても長い文がここに続きます、" * 10
    assert len(PhraseSplitter().feed(text)) > 2


def test_begins_anew_after_end() -> None:
    splitter = PhraseSplitter()
    splitter.feed("「開いたまま")
    assert splitter.end() == ["「開いたまま"]
    assert splitter.feed("設定ファイルを読み込み、") == ["設定ファイルを読み込み、"]


@settings(deadline=None, derandomize=True)
@given(text=st.text("あはをア漢、。！？：「」()aB1,. !?", max_size=80), step=st.integers(1, 9), is_urgent=st.booleans())
def test_joined_phrases_are_the_text(text: str, step: int, is_urgent: bool) -> None:
    whole = PhraseSplitter(is_urgent=lambda: is_urgent)
    expected = whole.feed(text) + whole.end()
    splitter = PhraseSplitter(is_urgent=lambda: is_urgent)
    found = [p for start in range(0, len(text), step) for p in splitter.feed(text[start : start + step])]
    found += splitter.end()
    assert found == expected
    assert "".join(found).strip() == text.strip()


@pytest.mark.parametrize(
    ("text", "morae"), [("きょう", 2), ("コード", 3), ("っと", 2), ("設定", 4), ("12", 4), ("、。", 0)]
)
def test_morae(text: str, morae: int) -> None:
    assert count_morae(text) == morae
