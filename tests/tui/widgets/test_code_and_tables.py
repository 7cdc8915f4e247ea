"""Code in colours, tables between lines, both folded when they are long."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.events import SentenceAdded
from engine.sentence import Kind, Sentence
from tests.tui.conftest import RunApp, Screen
from tui.contrast import contrast
from tui.themes import load_themes
from tui.widgets.block_layout import fit_line
from tui.widgets.highlight import MAX_LINE, MAX_LINES, highlight
from tui.widgets.row import Row
from tui.widgets.row_layout import row_lines
from tui.widgets.spans import Line, Span, line_width, plain
from tui.widgets.table_layout import table_rows

VIEW = {"layout": "bilingual"}
PYTHON = '''def greet(name: str) -> str:
    """Say hello."""
    return f"Hello, {name}" * 3  # loud'''


def code(lines: int, language: str = "python", number: int = 1) -> Sentence:
    text = "\n".join(f"value_{line} = {line}" for line in range(lines))
    return Sentence(number, Kind.CODE, "", markdown=f"```{language}\n{text}\n```", language=language, lines=lines)


def roles(lines: list[Line]) -> dict[str, str]:
    return {span.text.strip(): span.role for line in lines for span in line if span.text.strip()}


def text(lines: list[Line]) -> str:
    return "\n".join("".join(span.text for span in line) for line in lines)


# Colours


def test_words_have_the_role_of_what_they_are() -> None:
    lines = highlight(PYTHON.splitlines(), "python")
    found = roles(lines)
    assert text(lines) == PYTHON
    assert found["def"] == found["return"] == "code-keyword"
    assert found["greet"] == "code-name"
    assert found['"""Say hello."""'] == "code-string"
    assert found["3"] == "code-number"
    assert found["# loud"] == "code-comment"


def test_a_diff_has_what_comes_and_what_goes() -> None:
    found = roles(highlight([" same", "-old", "+new"], "diff"))
    assert (found["-old"], found["+new"]) == ("code-deleted", "code-inserted")


@pytest.mark.parametrize("language", ["", "no-such-language", "text"])
def test_what_nobody_knows_is_plain(language: str) -> None:
    lines = ["def f():", "", "    pass"]
    drawn = highlight(lines, language)
    assert text(drawn) == "\n".join(lines)
    assert set(roles(drawn).values()) == {"code"}


@pytest.mark.parametrize(
    "lines",
    [
        ["", "", "x = 1", "", ""],
        ["'''open", "never closed"],
        ["x = '" + "a" * (MAX_LINE * 2) + "'", "y = 2"],
        [f"x = {n}" for n in range(MAX_LINES + 1)],
        ["日本語 = '値'  # 注釈"],
    ],
)
@pytest.mark.parametrize("language", ["python", "json", "html"])
def test_no_character_is_lost(lines: list[str], language: str) -> None:
    assert text(highlight(lines, language)) == "\n".join(lines)


def test_code_can_be_read_on_every_ground_in_every_theme(tmp_path: Path) -> None:
    for name, theme in load_themes(tmp_path).by_name.items():
        syntax = {key: value for key, value in theme.variables().items() if key.startswith("st-syntax-")}
        grounds = (theme.ui.background, theme.text.selected_background, theme.text.lit_background)
        least = 7.0 if name == "high-contrast" else 4.5
        assert len(syntax) == 7
        faint = [f"{name} {key}" for key, c in syntax.items() if min(contrast(c, g) for g in grounds) < least]
        assert faint == []


def test_matches_of_a_search_can_be_read_in_every_theme(tmp_path: Path) -> None:
    for theme in load_themes(tmp_path).by_name.values():
        assert contrast(theme.ui.background, theme.text.dim) >= 4.5
        assert contrast(theme.ui.background, theme.ui.warning) >= 4.5


# Tables


def drawn(markdown: str, width: int = 60) -> list[str]:
    sentence = Sentence(1, Kind.TABLE, "", markdown=markdown, lines=markdown.count("\n") - 1)
    return plain(row_lines(Row.of(sentence), width))[1:]


def test_columns_are_aligned_as_their_author_wants() -> None:
    assert drawn("| left | 中 | right |\n|:--|:-:|--:|\n| a | 日本語 | 1 |\n| bb | x | 10 |") == [
        "   ▏ left │   中   │ right",
        "   ▏ ─────┼────────┼──────",
        "   ▏ a    │ 日本語 │     1",
        "   ▏ bb   │   x    │    10",
    ]


def test_a_wide_table_gives_every_column_room_and_loses_nothing() -> None:
    long = "a rather long explanation of what this option does and when it is of use"
    lines = drawn(
        f"| option | meaning |\n|---|---|\n| --fast | {long} |\n| --日本 | {'とても長い説明です。' * 4} |", 50
    )
    assert all(cell_len(line) <= 50 for line in lines)
    assert " ".join(" ".join(line.split("│")[1] for line in lines[2:] if "│" in line).split()).startswith(long)
    assert "".join(line.split("│")[1].strip() for line in lines if "説" in line or "で" in line).count("とても") >= 3


@pytest.mark.parametrize("width", [10, 17, 30])
@pytest.mark.parametrize(
    "markdown",
    [
        "| a | b | c |\n|---|---|---|\n| " + " | ".join(["word " * 9] * 3) + " |",
        "no table at all",
        "|",
        "| a |\n|---|",
        "|||",
    ],
)
def test_no_table_is_wider_than_the_view(markdown: str, width: int) -> None:
    assert all(cell_len(line) <= max(width, 20) for line in drawn(markdown, max(width, 20)))
    rows, _ = table_rows(markdown.splitlines(), width)
    assert rows


def test_a_cell_may_hold_a_bar_and_marks_of_markdown() -> None:
    assert drawn("| `a \\| b` | **c** |\n|---|---|\n| 1 | 2 \\| |")[0] == "   ▏ a | b │ c"


# Cutting


def test_a_line_of_spans_is_cut_where_it_is_too_wide() -> None:
    line = (Span("日本", "code-name"), Span("語です", "code-string"))
    assert fit_line(line, 10) == line
    assert plain([fit_line(line, 9)]) == ["日本語で…"]
    assert plain([fit_line(line, 8)]) == ["日本語…"]
    assert plain([fit_line(line, 4)]) == ["日…"]
    assert all(line_width(fit_line(line, width)) <= width for width in range(1, 12))


# Folding


def lines_of(screen: Screen) -> list[str]:
    return [line.rstrip() for line in screen.rows() if line.strip()]


async def test_z_unfolds_and_folds_the_last_long_block_or_the_selected_one(run_app: RunApp) -> None:
    async with run_app((100, 60), **VIEW) as screen:
        short = Sentence(3, Kind.CODE, "", markdown="```\nx\n```", lines=1)
        await screen.say(*[SentenceAdded(sentence) for sentence in (code(15), code(14, number=2), short)])
        assert [line for line in lines_of(screen) if "more line" in line] == [
            "   ▏ … 3 more lines (z)",
            "   ▏ … 2 more lines (z)",
        ]
        await screen.press("z")
        assert [line for line in lines_of(screen) if "more line" in line] == ["   ▏ … 3 more lines (z)"]
        assert any("value_13" in line for line in lines_of(screen))
        await screen.press("g", "z")
        assert not any("more line" in line for line in lines_of(screen))
        await screen.press("z")
        assert any("3 more lines" in line for line in lines_of(screen))


async def test_a_click_on_what_is_folded_unfolds_it(run_app: RunApp) -> None:
    async with run_app((100, 60), **VIEW) as screen:
        await screen.say(SentenceAdded(code(15)), SentenceAdded(code(2, number=2)))
        y = next(y for y, line in enumerate(screen.rows()) if "3 more lines" in line)
        for clicked in (y - 1, y):
            await screen.pilot.click(screen.view, offset=(10, clicked + screen.view.gutter.top))
            await screen.pilot.pause()
            assert screen.view.selected == 1
            assert any("value_14" in line for line in screen.rows()) is (clicked == y)


async def test_z_says_so_where_there_is_nothing_to_fold(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(SentenceAdded(code(3)))
        await screen.press("z")
        assert "no long block" in screen.status()


async def test_a_long_table_is_folded_too(run_app: RunApp) -> None:
    table = "| a | b |\n|---|---|\n" + "\n".join(f"| row {n} | {n} |" for n in range(15))
    async with run_app((100, 60), **VIEW) as screen:
        await screen.say(SentenceAdded(Sentence(1, Kind.TABLE, "", markdown=table, lines=15)))
        assert "   ▏ … 3 more rows (z)" in lines_of(screen)
        await screen.press("z")
        assert any("row 14" in line for line in lines_of(screen))
