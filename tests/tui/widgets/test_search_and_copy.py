"""Searching the rows, and copying out of them, by keys."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from engine.events import Event, SentenceAdded, TranslationChanged, TurnChanged
from engine.sentence import Guard, Kind, Sentence, State
from tests.tui.conftest import RunApp, Screen
from tui.widgets.rows import MOST_HELD
from tui.widgets.search_prompt import SearchPrompt

VIEW = {"layout": "bilingual"}
TEXTS = {
    1: ("The configuration file is read.", "設定ファイルを読み込みます。"),
    2: ("The tests pass.", "テストに合格します。"),
    3: ("A file is written.", "ファイルを書き込みます。"),
    4: ("Done.", "完了です。"),
}


def story() -> list[Event]:
    events: list[Event] = [TurnChanged(1, True, "Read the file")]
    for number, (english, japanese) in TEXTS.items():
        events += [
            SentenceAdded(Sentence(number, Kind.PROSE, english)),
            TranslationChanged(number, japanese, True, guard=Guard.OK),
        ]
    return events


async def press(screen: Screen, *keys: str) -> None:
    """Press keys, and wait until what is typed has gone from the line to the search, the view and the screen."""
    await screen.press(*keys)
    for _ in range(3):
        await screen.pilot.pause()


def marked(screen: Screen, role: str = "found") -> list[str]:
    """What is marked, from the top."""
    rows = screen.view.rows
    lines = [rows.line(y)[0] for y in range(rows.height)]
    return [span.text for line in lines for span in line if span.role.startswith(role)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("file", ["file", "file"]),
        ("FILE", ["file", "file"]),
        ("ふぁいる", ["ファイル", "ファイル"]),
        ("ﾌｧｲﾙ", ["ファイル", "ファイル"]),
        ("合格", ["合格"]),
    ],
)
async def test_case_width_and_kana_make_no_difference(run_app: RunApp, typed: str, found: list[str]) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "slash", *typed, "enter")
        assert marked(screen) == found


async def test_it_looks_as_one_types_and_says_where_it_stands(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "slash", *"fi")
        assert marked(screen) == ["fi", "fi", "fi"]
        assert screen.view.selected == 3
        assert marked(screen, "found-here") == ["fi"]
        await press(screen, "backspace", "backspace", *"te")
        assert screen.view.selected == 3
        assert screen.app.main.query_one(SearchPrompt).count == "2 of 2"
        await press(screen, "s", "t")
        assert screen.view.selected == 2
        assert screen.app.main.query_one(SearchPrompt).count == "1 of 1"
        await press(screen, "x")
        assert screen.app.main.query_one(SearchPrompt).count == "not found"


async def test_n_and_shift_n_go_round_after_enter(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "slash", *"file", "enter")
        assert screen.app.main.focused is screen.view
        assert screen.view.selected == 3
        for key, expected in (("n", 1), ("n", 3), ("N", 1), ("N", 3)):
            await press(screen, key)
            assert screen.view.selected == expected
        assert "2 of 2" in screen.status()


async def test_escape_ends_it_and_keeps_the_place(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "slash", *"tests", "escape")
        assert marked(screen) == []
        assert screen.view.selected == 2
        assert screen.app.main.focused is screen.view
        # And after Enter, when the matches are still marked.
        await press(screen, "slash", *"done", "enter")
        assert marked(screen) == ["Done"]
        await press(screen, "escape")
        assert marked(screen) == []


async def test_it_leaves_the_view_following_where_nothing_was_typed(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "slash", "escape")
        assert screen.view.is_following
        assert screen.view.selected is None


async def test_the_last_line_of_the_view_is_not_hidden(run_app: RunApp) -> None:
    async with run_app((100, 30), **VIEW) as screen:
        await screen.say(*[SentenceAdded(Sentence(number, Kind.PROSE, f"Sentence {number}.")) for number in range(90)])
        height = screen.view.size.height
        await press(screen, "slash", *"sentence 8")
        assert screen.view.size.height == height - 1
        assert screen.view.selected == 89
        assert any("Sentence 89." in line for line in screen.rows())
        await press(screen, "escape")
        assert screen.view.size.height == height


async def test_what_comes_later_is_marked_and_counted(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "slash", *"file", "enter")
        await screen.say(SentenceAdded(Sentence(5, Kind.PROSE, "Another file.")))
        assert marked(screen) == ["file", "file", "file"]
        assert "2 of 3" in screen.status()


async def test_a_match_in_a_folded_block_unfolds_it(run_app: RunApp) -> None:
    code = "```python\n" + "\n".join(f"line_{number} = {number}" for number in range(30)) + "\n```"
    async with run_app(**VIEW) as screen:
        await screen.say(SentenceAdded(Sentence(1, Kind.CODE, "", markdown=code, language="python", lines=30)))
        await press(screen, "slash", *"line_27", "enter")
        assert marked(screen) == ["line_27"]
        assert "(z)" not in "\n".join(screen.rows())


class Shelf:
    """An archive of sentences."""

    is_recording = True

    def session_of(self, number: int) -> int | None:
        return 1

    def sentences(self, first: int, last: int) -> list[Sentence]:
        return [long_ago(number) for number in range(first, last + 1)]


def long_ago(number: int) -> Sentence:
    return Sentence(number, Kind.PROSE, f"Sentence {number}.", ja=f"{number}番の文。", state=State.SPOKEN)


async def until(screen: Screen, condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, screen.rows()
        await screen.pilot.pause(0.01)


async def test_what_has_gone_from_memory_is_found_too(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        screen.view.keep_in(Shelf())
        await screen.say(*[SentenceAdded(long_ago(number)) for number in range(1, 2 * MOST_HELD)])
        await screen.say()
        assert screen.view.rows.row(7) is None
        await press(screen, "slash", *"sentence 7.", "enter")
        await until(screen, lambda: screen.view.selected == 7)
        await until(screen, lambda: marked(screen, "found-here") == ["Sentence 7."])
        assert "1 of 1" in screen.status()
        await press(screen, "slash", *"7番", "enter")
        await until(screen, lambda: "of 205" in screen.status())


async def test_from_claudes_pane_by_the_leader(run_app: RunApp) -> None:
    async with run_app() as screen:
        await screen.say(*story())
        await press(screen, "ctrl+right_square_bracket", "slash", *"done", "enter")
        assert screen.view.selected == 4
        assert screen.app.main.focused is screen.view


async def test_the_prompt_takes_its_keys_also_when_no_program_is_left(run_app: RunApp) -> None:
    """Plain keys are ours everywhere then; but what one types is for the prompt."""
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        screen.app.main.show_end("Claude has ended")
        await press(screen, "slash", *"qile", "home", "delete", "f", "up", "down", "enter")
        assert screen.view.selected == 3
        assert marked(screen) == ["file", "file"]
        assert screen.app.main.focused is screen.view
        assert screen.engine.calls[-1] != ("replay", 3)


async def test_the_view_comes_up_where_it_was_hidden(run_app: RunApp) -> None:
    async with run_app(layout="claude") as screen:
        await screen.say(*story())
        await press(screen, "ctrl+right_square_bracket", "slash", *"done")
        assert screen.view.selected == 4
        assert any("Done." in line for line in screen.rows())


async def test_a_sentence_is_copied_in_both_languages_or_in_japanese(run_app: RunApp) -> None:
    async with run_app(**VIEW) as screen:
        await screen.say(*story())
        await press(screen, "y")
        assert "Select a sentence first" in screen.status()
        await press(screen, "k", "k", "y")
        assert screen.app.clipboard == "A file is written.\nファイルを書き込みます。"
        assert "Copied" in screen.status()
        await press(screen, "Y")
        assert screen.app.clipboard == "ファイルを書き込みます。"


async def test_of_a_block_its_source_is_copied(run_app: RunApp) -> None:
    code = "```python\ndef f():\n\treturn 1\n```"
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    async with run_app(**VIEW) as screen:
        await screen.say(
            SentenceAdded(Sentence(1, Kind.CODE, "", markdown=code, language="python", lines=2, ja="コード")),
            SentenceAdded(Sentence(2, Kind.TABLE, "", markdown=table, lines=1, ja="表")),
            SentenceAdded(Sentence(3, Kind.PROSE, "Not yet.")),
        )
        await press(screen, "k", "k", "k", "y")
        assert screen.app.clipboard == "def f():\n\treturn 1"
        await press(screen, "j", "y")
        assert screen.app.clipboard == table
        await press(screen, "j", "Y")
        assert "no Japanese yet" in screen.status()
        assert screen.app.clipboard == table
