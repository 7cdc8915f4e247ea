from __future__ import annotations

import re
import tomllib
from importlib.resources import files

import pytest

from engine.speech.katakana import spell
from engine.speech.reading import Reader


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("READMEを読む。", "リードミーを読む。"),
        ("JSON APIのURL", "ジェイソン エーピーアイのユーアールエル"),
        ("GitHubにpushします。", "ギットハブにプッシュします。"),
        ("APIsとPRs", "エーピーアイとプルリクエスト"),
        ("IT部門とitem", "アイティー部門とアイテム"),
        ("npmとsshとcfg", "エヌピーエムとエスエスエイチとシーエフジー"),
        ("HTMLParserとcamelCase", "エイチティーエムエル パーサーとキャメル ケース"),
        ("snake_case", "スネーク ケース"),
        ("__init__", "イニット"),
        ("`tests/test_app.py`を実行", "テスト スラッシュ テスト アップ ドット パイを実行"),
        ("/usr/lib/python/foo/bar.py", "フー スラッシュ バー ドット パイ"),
        ("src/main.py:42 を見る", "ソース スラッシュ メイン ドット パイの42行目を見る"),
        ("get_user()を呼ぶ", "ゲット ユーザーを呼ぶ"),
        ("C++とC#とNode.js", "シープラスプラスとシーシャープとノードジェイエス"),
        ("--fastと-vを付ける", "ハイフン ファストとハイフン ブイを付ける"),
        ("Ctrl+Cを押す", "コントロール シーを押す"),
        ("ＡＰＩと１２３", "エーピーアイと123"),
        ("Don't", "ドント"),
        ("café", "カフェ"),
    ],
)
def test_latin_words_are_said_in_katakana(reader: Reader, text: str, said: str) -> None:
    assert reader.read(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("3.11.7です", "3テン11テン7です"),
        ("v2.1を使う", "バージョン2テン1を使う"),
        ("Python 3.11", "パイソン3テン11"),
        ("値は3.14です", "値は3.14です"),
        ("12,345個", "12,345個"),
        ("100msと1.5GB", "100ミリ秒と1.5ギガバイト"),
        ("2026-01-05の10:30", "2026年1月5日の10時30分"),
        ("10-20個", "10から20個"),
        ("-5度", "マイナス5度"),
        ("#123を閉じた", "123番を閉じた"),
        ("50%です", "50パーセントです"),
        ("x == 1 && y != 2", "エックス イコール1アンド ワイ ノットイコール2"),
    ],
)
def test_numbers_and_signs_are_said_as_people_say_them(reader: Reader, text: str, said: str) -> None:
    assert reader.read(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("**重要**：`https://a.example/b`を見る", "重要、ユーアールエルを見る"),
        ("「はい」「いいえ」", "はい、いいえ"),
        ("テスト（単体）です。", "テスト、単体、です。"),
        ("戻り値(None)。", "戻り値、ナン。"),
        ("…。", "。"),
        ("", ""),
    ],
)
def test_markdown_and_brackets_become_pauses_or_nothing(reader: Reader, text: str, said: str) -> None:
    assert reader.read(text) == said


def test_japanese_stays_as_it_is(reader: Reader) -> None:
    text = "ファイルを読み、テストを実行して、結果を報告します。"
    assert reader.read(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "docker compose up -d --build を std::vector<int> と {a: [1, 2]} で $HOME から",
        "<div class=\"a\">&amp;</div> \\n ~/x/../y ^ | ; @scope/pkg",
        "ENOENT: no such file or directory, open '/tmp/x'",
        "supercalifragilisticexpialidocious" * 2,
    ],
)  # fmt: skip
def test_no_latin_letter_and_no_ascii_sign_is_left(reader: Reader, text: str) -> None:
    assert not re.search(r"[A-Za-z!-/:-@\[-`{-~]", reader.read(text).replace(".", ""))


def test_a_word_is_worked_out_once() -> None:
    asked: list[str] = []

    def convert(word: str) -> str:
        asked.append(word)
        return "ワード"

    reader = Reader(convert=convert)
    assert reader.read("wordles、wordles") == "ワード、ワード"
    assert reader.read("wordlesの中") == "ワードの中"
    assert asked == ["wordles"]


@pytest.mark.parametrize("answer", ["", "ンプ", "ッド"])
def test_a_word_that_the_model_cannot_read_is_spelled(answer: str) -> None:
    assert Reader(convert=lambda _: answer).read("oqe") == spell("oqe") == "オーキューイー"


def test_every_entry_of_the_dictionary_can_be_said() -> None:
    sections = tomllib.loads((files("engine.speech") / "words.toml").read_text(encoding="utf-8"))
    assert len(sections["words"]) > 150
    for section in sections.values():
        for said in section.values():
            assert re.fullmatch(r"[ァ-ヶーぁ-ん一-龥]+", said), said
    assert all(word == word.lower() for word in sections["words"])
