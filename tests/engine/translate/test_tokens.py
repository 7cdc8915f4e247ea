from __future__ import annotations

import pytest

from engine.translate import letters, tokens


@pytest.mark.parametrize(
    ("english", "names"),
    [
        ("Run `npm install` in src/app.py first.", ["npm install", "src/app.py"]),
        ("Use and/or, e.g. input/output.", []),
        ("Open ~/.ssh/config and ./run.sh, then /etc/hosts.", ["~/.ssh/config", "./run.sh", "/etc/hosts"]),
        ("Set max_size and useState() in App.tsx.", ["max_size", "useState", "App.tsx"]),
        ("It raised a ValueError on GitHub.", ["ValueError"]),
        ("See (https://a.example/b).", ["https://a.example/b"]),
        ("Pass --dry-run or -v.", ["--dry-run", "-v"]),
        ("Commit a3f9c21 of 2024 has 12345 lines.", ["a3f9c21"]),
        ("This is plain, really.", []),
    ],
)
def test_names_in_code_are_found(english: str, names: list[str]) -> None:
    assert sorted(tokens.names(english)) == sorted(names)


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("3 files", "三つのファイル"),
        ("3 files", "３つのファイル"),
        ("1,024 bytes", "1024バイト"),
        ("1024 bytes", "1,024バイト"),
        ("20000 users", "2万人"),
        ("5 million users", "500万人"),
        ("5k users", "5千人"),
        ("12 tests", "十二件のテスト"),
        ("version 3.11.7", "バージョン3.11.7"),
        ("about 50,000 rows", "約50,000行"),
    ],
)
def test_a_number_may_be_written_the_japanese_way(english: str, japanese: str) -> None:
    assert tokens.missing(english, japanese) is None


@pytest.mark.parametrize(
    ("english", "japanese", "lost"),
    [
        ("3 files", "ファイル", "3"),
        ("3 files", "13個のファイル", "3"),
        ("version 3.11", "バージョン3.1", "3.11"),
        ("line 17 of 20", "17行目", "20"),
        ("a_b and c_d", "a_bと", "c_d"),
    ],
)
def test_what_is_lost_is_named(english: str, japanese: str, lost: str) -> None:
    assert tokens.missing(english, japanese) == lost


_KANJI = {0: "〇", 1: "一", 10: "十", 21: "二十一", 100: "百", 1000: "千", 2024: "二千二十四"}
_MYRIADS = {10_000: "一万", 15_000_000: "千五百万", 100_000_000: "一億"}


@pytest.mark.parametrize(("value", "kanji"), (_KANJI | _MYRIADS).items())
def test_numbers_as_kanji(value: int, kanji: str) -> None:
    assert tokens.to_kanji(value).replace("一千", "千") == kanji


def test_the_kanji_of_the_standard() -> None:
    kanji = letters.jis_kanji()
    assert {"移", "亜", "熙", "働"} <= kanji
    assert not {"迁", "这", "设", "あ", "A"} & kanji
    assert 6355 <= len(kanji) <= 6360


def test_letters_of_other_scripts_are_seen() -> None:
    assert letters.foreign_letters("設定をfile αに、迁移") == "迁"
    assert letters.foreign_letters("한글 кир") == "한글кир"
