"""Lines have exact widths, obey kinsoku and break Japanese by phrase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.widgets.wrap import NO_LINE_END, NO_LINE_START, clean, fit, pad, wrap

JAPANESE = st.text(alphabet="あのタスク停止要求送出される。、「」（）！？ーっ次a b", min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("a  b", 10, ["a  b"]),
        ("https://example.com/long/path end", 12, ["https://exam", "ple.com/long", "/path end"]),
        ("タスクは次の行で停止します。", 16, ["タスクは次の行で", "停止します。"]),
        ("今日は天気です。", 14, ["今日は", "天気です。"]),
        ("次の await で CancelledError が送出されます。", 18, ["次の await で", "CancelledError が", "送出されます。"]),
    ],
)
def test_known_lines(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


KINSOKU = [
    # (text, width): the plain cut at the width would break the rule.
    ("ああああああああああ。", 20),
    ("ああああああああああ、い", 20),
    ("あああああああああ「い」", 20),
    ("ああああああああああ」", 20),
    ("ああああああああああ）い", 20),
    ("あああああああああ（い）", 20),
    ("ああああああああああ！？", 20),
    ("あああああああああキャッシュ", 20),
    ("あああああああああーーい", 20),
    ("ああああああああああ々い", 20),
]


@pytest.mark.parametrize(("text", "width"), KINSOKU)
def test_kinsoku(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert len(lines) > 1
    assert "".join(lines) == text
    for line in lines:
        assert cell_len(line) <= width
    for line in lines[1:]:
        assert line[0] not in NO_LINE_START
    for line in lines[:-1]:
        assert line[-1] not in NO_LINE_END


def test_where_only_forbidden_characters_stand_the_width_still_holds() -> None:
    assert wrap("。。。。。", 4) == ["。。", "。。", "。"]


def test_phrases_stay_whole_where_they_fit() -> None:
    lines = wrap("データベースの接続が失敗したので再試行します。", 16)
    assert "".join(lines) == "データベースの接続が失敗したので再試行します。"
    assert lines[0] == "データベースの"


def test_latin_words_in_japanese_stay_whole_where_they_fit() -> None:
    for width in range(16, 40):
        assert any("CancelledError" in line for line in wrap("ここでCancelledErrorが送出されます。", width))


@given(JAPANESE, st.integers(min_value=2, max_value=40))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.text(max_size=80), st.integers(min_value=2, max_value=40))
def test_any_text_at_all_can_be_drawn(text: str, width: int) -> None:
    lines = wrap(clean(text), width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace("\u3000", " ").isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("bell\x07 null\x00 del\x7f c1\x9b", "bell� null� del� c1�"),
        ("abc\u202etxt.exe", "abc�txt.exe"),
        ("smuggled\U000e0041", "smuggled�"),
        ("zero\u200bwidth\u200djoin\ufe0f", "zerowidthjoin"),
        ("two\nlines\u2028three", "two lines three"),
        ("a\tb", "a    b"),
        ("[bold]not markup[/bold]", "[bold]not markup[/bold]"),
        ("日本語 “quotes” é", "日本語 “quotes” é"),
    ],
)
def test_untrusted_text_is_made_safe(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [("日本語", 6, "日本語"), ("日本語", 5, "日本…"), ("日本語", 4, "日…"), ("abc", 2, "a…"), ("abc", 0, "")],
)
def test_fit(text: str, width: int, cut: str) -> None:
    assert fit(text, width) == cut
    assert cell_len(fit(text, width)) <= width


def test_pad_counts_cells() -> None:
    assert pad("日本", 6) == "日本  "
