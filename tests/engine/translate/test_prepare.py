from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.translate.prepare import prepare

TRANSLATED = [
    "The tests pass.",
    "OK.",
    "Summary",
    "Docker Compose",
    "Set debug = true in the file.",
    "Use `a => b` here.",
    "It prints {name}.",
    "set x to 3",
    "Run npm install; then restart.",
    "I see 「設定」 in the menu of the window.",
    "更改后必须重新启动服务器",
    "Тесты не прошли.",
    "npm install",
    "This is why (see below):",
]
VERBATIM = [
    "",
    "   ",
    "a",
    "I",
    "?",
    "...",
    "42",
    "3.5%",
    "README.md",
    "`npm install`",
    "`npm install` `make`",
    "src/main.py:12",
    "x = foo(bar) + 1",
    "const x = require('fs');",
    "for (const item of list) {",
    "}",
    "git log --oneline | head -5",
    "✅",
    "🎉 🚀",
    "👍🏽",
    "1️⃣",
    "テストが通りました。",
    "設定",
    "Reactの`useEffect`とTypeScriptを使います。",
]


@pytest.mark.parametrize("english", TRANSLATED)
def test_what_has_words_is_translated(english: str) -> None:
    prepared = prepare(english, "ja")
    assert prepared.verbatim is None
    assert prepared.english == english


@pytest.mark.parametrize("english", VERBATIM)
def test_what_has_nothing_to_translate_stays_as_it_is(english: str) -> None:
    assert prepare(english, "ja").verbatim == english.strip()


@pytest.mark.parametrize(
    ("to", "text", "is_there"),
    [
        ("ko", "테스트가 통과했습니다.", True),
        ("ko", "The tests pass.", False),
        ("ru", "Тесты React прошли.", True),
        ("zh", "测试通过了。", True),
        ("fr", "テストが通りました。", False),
        ("fr", "Les tests passent.", False),
        ("ja", "Los tests pasan.", False),
        ("xx", "Тесты", False),
    ],
)
def test_text_that_is_already_in_the_language_stays(to: str, text: str, is_there: bool) -> None:
    assert (prepare(text, to).verbatim is not None) == is_there


@pytest.mark.parametrize(
    ("raw", "english"),
    [
        ("✅ All tests pass 🎉", "All tests pass"),
        ("⚠️ Careful: it’s “live”.", "Careful: it’s “live”."),
        ("Two\x00words\x1b[31m here.\r\n", "Two words [31m here."),
        ("A half \ud83d of a pair.", "A half of a pair."),
        ("Zero\u200bwidth and \u202ehidden\u202c text\ufffd.", "Zerowidth and hidden text."),
        ("It costs 5 € → 20 °C ± 1 × 2 ≥ 3.", "It costs 5 € → 20 °C ± 1 × 2 ≥ 3."),
        ("© 2024 Foo^2 `x`", "© 2024 Foo^2 `x`"),
    ],
)
def test_a_model_gets_clean_text(raw: str, english: str) -> None:
    assert prepare(raw, "ja").english == english


@pytest.mark.parametrize(
    ("markdown", "shown", "english"),
    [
        ("Run `npm install` **now**.", "Run npm install now.", "Run `npm install` now."),
        ("`parse` the `parse` result", "parse the parse result", "`parse` the `parse` result"),
        ("Use ``a`b`` and `c`.", "Use a`b and c.", "Use a`b and `c`."),
        ("A [link](x) and `its\ncode`.", "A link and its code.", "A link and `its code`."),
        ("One ` alone.", "One ` alone.", "One ` alone."),
        ("Other `text`.", "Something else.", "Something else."),
        ("", "Run npm install now.", "Run npm install now."),
    ],
)
def test_what_was_written_as_code_is_marked_as_code(markdown: str, shown: str, english: str) -> None:
    assert prepare(shown, "ja", markdown).english == english


def test_nothing_but_code_stays_as_it_is() -> None:
    prepared = prepare("npm install", "ja", "`npm install`")
    assert prepared.verbatim == "npm install"


def test_the_reader_keeps_the_pictures_of_what_is_not_translated() -> None:
    assert prepare("✅ README.md", "ja").verbatim == "✅ README.md"
    assert prepare("❌\ud83d", "ja").verbatim == "❌"


@given(st.text(alphabet=st.characters(), max_size=60), st.sampled_from(["ja", "ko", "fr", "xx"]))
def test_whatever_comes_can_be_sent_and_is_one_line(text: str, to: str) -> None:
    prepared = prepare(text, to)
    for out in (prepared.english, prepared.verbatim or ""):
        out.encode("utf-8")
        assert not any(ord(character) < 32 for character in out)
    assert prepare(prepared.english, to).english == prepared.english


def test_a_long_text_is_quick_and_stays_whole() -> None:
    text = "word and " * 2000
    assert prepare(text, "ja").english == text.strip()
