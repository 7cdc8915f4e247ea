from __future__ import annotations

import pytest

from engine.glossary import Glossary
from engine.translate.protect import Protected, protect

WORDS = Glossary(keep=("Foo Bar",), translate={"pull request": "プルリクエスト"})


def _restore(protected: Protected, translation: str) -> str:
    restorer = protected.restorer()
    return restorer.feed(translation) + restorer.end()


def _restore_by_character(protected: Protected, translation: str) -> str:
    restorer = protected.restorer()
    return "".join(restorer.feed(character) for character in translation) + restorer.end()


@pytest.mark.parametrize(
    ("english", "for_the_model"),
    [
        ("Run `npm install` in src/app.py.", "Run X1 in X2."),
        ("See https://a.example/b?c=1 (or use --dry-run).", "See X1 (or use X2)."),
        ("The max_size of `max_size` is max_size.", "The X1 of X2 is X1."),
        ("It needs Python 3.12 and v2.1.0-rc1, 16 GB and 200ms.", "It needs Python X1 and X2, X3 and X4."),
        ("3 files have 12 errors on line 7.", "3 files have 12 errors on line 7."),
        ("About 30% of users.", "About X1 of users."),
        ("Foo bar has a pull request.", "X1 has a X2."),
        ("Nothing special here.", "Nothing special here."),
        ("The X axis and Z1 of a_b.", "The X axis and Z1 of Q1."),
        ("``a`b`` and `c` differ.", "X1 and X2 differ."),
    ],
)
def test_names_become_short_codes(english: str, for_the_model: str) -> None:
    assert protect(english, WORDS).text == for_the_model


@pytest.mark.parametrize(
    "english",
    [
        "Run `npm  install -g` in ./src/app.py, then open https://a.example/b?c=1&d=%20#e.",
        "Call useState() with -v, --dry-run=1, C:3.12 and ~/.ssh/config at 10.0.0.1 in 1,024.5 KiB.",
        "All of `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h`, `i`, `j`, `k` and max_size.",
    ],
)
def test_names_come_back_character_for_character(english: str) -> None:
    protected = protect(english)
    assert len(protected.names) >= 3
    assert _restore(protected, protected.text) == english
    assert _restore_by_character(protected, protected.text) == english


@pytest.mark.parametrize("written", ["X1", "Ｘ１", "X 1", "x1", "X　１"])
def test_other_widths_and_spaces_count(written: str) -> None:
    protected = protect("Open `main.py`.")
    translation = f"{written}を開きます。"
    assert _restore(protected, translation) == "`main.py`を開きます。"
    assert _restore_by_character(protected, translation) == "`main.py`を開きます。"


def test_a_glossary_term_comes_back_translated() -> None:
    protected = protect("Open a Pull Request.", WORDS)
    assert _restore(protected, "X1を開きます。") == "プルリクエストを開きます。"


def test_what_is_no_placeholder_stays() -> None:
    protected = protect("Open a_b.")
    assert _restore_by_character(protected, "X1はMAX1とX7とXである。X") == "a_bはMAX1とX7とXである。X"


def test_placeholders_that_touch_are_told_apart() -> None:
    protected = protect("`a` `b`")
    assert _restore_by_character(protected, "X1X2") == "`a``b`"


def test_text_is_held_back_only_while_a_placeholder_may_grow() -> None:
    restorer = protect("Open `main.py` now.").restorer()
    assert restorer.feed("今") == "今"
    assert restorer.feed("X") == ""
    assert restorer.feed("1") == ""
    assert restorer.feed("を") == "`main.py`を"
    assert restorer.end() == ""


def test_without_names_nothing_is_held_back() -> None:
    restorer = protect("Plain words.").restorer()
    assert restorer.feed("X") == "X"


def test_two_restorers_share_nothing() -> None:
    protected = protect("Open `a`.")
    first, second = protected.restorer(), protected.restorer()
    first.feed("X")
    assert second.feed("1") == "1"
