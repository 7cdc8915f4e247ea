from __future__ import annotations

import pytest

from engine.sentence import Kind
from engine.text.policy import Handling, handle

NO_WORDS = "no words"


@pytest.mark.parametrize("kind", [Kind.PROSE, Kind.HEADING, Kind.LIST, Kind.QUOTE])
def test_english_is_translated_and_spoken(kind: Kind) -> None:
    assert handle(kind, "The tests pass.") == Handling(translate=True, ja=None, speak=True, reason=None)


@pytest.mark.parametrize(
    "en",
    [
        "Yes.",
        "Edit src/app.py first.",
        "See https://example.com for more.",
        "I/O",
        "TCP/IP and/or UDP",
        "The label says 保存 here.",
        "Set the title 「テスト」 in the configuration file of the project.",
        "Python 3.11",
        "Overview",
        "decade",
        "run --force",
    ],
)
def test_words_among_names_are_translated(en: str) -> None:
    assert handle(Kind.PROSE, en).translate


@pytest.mark.parametrize(
    ("language", "lines", "ja"),
    [
        ("", 12, "コードブロック、12行"),
        ("text", 3, "コードブロック、3行"),
        ("python", 12, "Pythonのコード、12行"),
        ("PY", 1, "Pythonのコード、1行"),
        ("bash", 2, "シェルのコード、2行"),
        ("Nim", 2, "Nimのコード、2行"),
        ("diff", 5, "差分、5行"),
        ("src/app.py:12", 5, "コードブロック、5行"),
        ("", 0, "空のコードブロック"),
        ("js", 0, "空のJavaScriptのコード"),
    ],
)
def test_code_is_named(language: str, lines: int, ja: str) -> None:
    assert handle(Kind.CODE, "x = 1", language=language, lines=lines) == Handling(False, ja, True, None)


def test_table_is_named() -> None:
    assert handle(Kind.TABLE, "a | b", lines=3) == Handling(False, "表、3行", True, None)


def test_code_and_tables_can_be_skipped_and_keep_their_name_for_the_screen() -> None:
    assert handle(Kind.CODE, "x", lines=2, code="skip") == Handling(False, "コードブロック、2行", False, "code")
    assert handle(Kind.TABLE, "x", lines=2, code="skip") == Handling(False, "表、2行", False, "table")


def test_rule_is_skipped() -> None:
    assert handle(Kind.RULE, "") == Handling(False, None, False, "rule")


@pytest.mark.parametrize(
    "en",
    [
        "🎉",
        "→ ✓",
        "---",
        "…",
        "src/app.py",
        "README.md",
        "./run.sh",
        "../lib/",
        "~/.config/app.toml",
        "/usr/local/bin",
        "C:\\Users\\me",
        ".env",
        "main.py:42",
        "(tests/test_app.py, .gitignore)",
        "engine/text/segmenter",
        "https://example.com/a?b=c.",
        "<https://example.com>",
        "www.example.com",
        "someone@example.com",
        "4f2a9bc",
        "d41d8cd98f00b204e9800998ecf8427e",
        "sha256:9f86d081884c7d659a2feaa0c55ad015",
        "123e4567-e89b-12d3-a456-426614174000",
        "ghp_" + "a1B2" * 9,
        "Zm9v" + "YmFyQ1" * 6 + "==",
    ],
)
def test_what_has_no_words_is_shown_but_not_spoken(en: str) -> None:
    assert handle(Kind.LIST, en) == Handling(False, en, False, NO_WORDS)


@pytest.mark.parametrize(
    "en",
    [
        "設定ファイルを読みます。",
        "`pytest -q` を実行してください。",
        "概要",
        "42.",
        "3.11.7",
        "2026-01-31",
        "parse_config()",
        "time.monotonic",
        "--force",
        "maxRetries",
        "GitHub",
        "Node.js",
        "v1.2.3",
        "__init__",
    ],
)
def test_japanese_numbers_and_lone_names_are_spoken_as_they_are(en: str) -> None:
    assert handle(Kind.PROSE, en) == Handling(False, en, True, None)
