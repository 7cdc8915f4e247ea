"""How Japanese is read: kana in Latin letters, and which part of a reading belongs to which characters."""

from __future__ import annotations

import pytest

from engine.text.kana import to_hiragana, to_romaji
from engine.text.reading_host import create
from engine.text.readings import above_kanji, read, read_words
from engine.text.ruby import Ruby


@pytest.mark.parametrize(
    ("kana", "letters"),
    [
        ("がっこう", "gakkou"),
        ("マッチ", "matchi"),
        ("しんよう", "shin'you"),
        ("しんねん", "shinnen"),
        ("ほんや", "hon'ya"),
        ("サーバー", "saabaa"),
        ("しゃりょう", "sharyou"),
        ("じゅんばん", "junban"),
        ("ファイル", "fairu"),
        ("ティッシュ", "tisshu"),
        ("ディレクトリ", "direkutori"),
        ("ヴァージョン", "vaajon"),
        ("ウェブ", "webu"),
        ("デュアル", "dyuaru"),
        ("チェック", "chekku"),
        ("クォート", "kwooto"),
        ("づ、ぢ", "zuji"),
        ("あっ", "a"),
    ],
)
def test_kana_in_latin_letters(kana: str, letters: str) -> None:
    assert to_romaji(kana) == letters


def test_only_katakana_becomes_hiragana() -> None:
    assert to_hiragana("テストを3回、runする。ヴ") == "てすとを3回、runする。ゔ"


@pytest.mark.parametrize(
    ("written", "reading", "rubies"),
    [
        ("設定", "せってい", [Ruby(0, 2, "せってい")]),
        ("取り込み", "とりこみ", [Ruby(0, 1, "と"), Ruby(2, 3, "こ")]),
        ("忙しい", "いそがしい", [Ruby(0, 1, "いそが")]),
        ("お知らせ", "おしらせ", [Ruby(1, 2, "し")]),
        ("日々", "ひび", [Ruby(0, 2, "ひび")]),
        ("消しゴム", "けしごむ", [Ruby(0, 1, "け")]),
        ("11月", "じゅういちがつ", [Ruby(0, 3, "じゅういちがつ")]),
        ("一ヶ月", "いっかげつ", [Ruby(0, 3, "いっかげつ")]),
        ("ファイル", "ふぁいる", []),
    ],
)
def test_readings_stand_over_what_is_no_kana(written: str, reading: str, rubies: list[Ruby]) -> None:
    assert above_kanji(written, reading) == rubies


def test_words_stand_where_the_text_has_them() -> None:
    text = "ｶﾞｲﾄﾞを読み、`git commit` を 12回 実行した。"
    words = read_words(text)
    assert "".join(word.text for word in words) == text
    assert [(word.start, word.end) for word in words] == sorted((word.start, word.end) for word in words)
    (run,) = [word for word in words if word.text == "実行"]
    assert (run.reading, run.part, run.base) == ("じっこう", "名詞", "実行")


def test_a_sentence_has_both_kinds_of_readings() -> None:
    text = "pytest は3件のテストを実行しました。"
    readings = read(text)
    assert [(text[r.start : r.end], r.text) for r in readings.furigana] == [("件", "けん"), ("実行", "じっこう")]
    assert [(text[r.start : r.end], r.text) for r in readings.romaji] == [
        ("は", "wa"),
        ("件", "ken"),
        ("の", "no"),
        ("テスト", "tesuto"),
        ("を", "o"),
        ("実行", "jikkou"),
        ("しました", "shimashita"),
    ]


@pytest.mark.parametrize("text", ["", " ", "x = 1", "😀 (^_^)", "\u200b\ufeff", "ー", "。、", "𠮷野家"])
def test_odd_texts_are_read_without_harm(text: str) -> None:
    readings = read(text)
    assert all(0 <= ruby.start < ruby.end <= len(text) for ruby in (*readings.furigana, *readings.romaji))


def test_the_worker_reads_texts_one_after_the_other() -> None:
    host = create()
    host.load(lambda _: None)
    texts = ["設定", "テスト"]
    assert [text for text, _ in host.read(texts)] == texts
    host.close()
