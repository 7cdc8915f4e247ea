from __future__ import annotations

import pytest

from tui.terminal.emulator import Emulator
from tui.terminal.pointer import CLICK_CHAIN_S, Pointer
from tui.terminal.selection import Selection


@pytest.fixture
def pointer() -> Pointer:
    emulator = Emulator(20, 4)
    emulator.feed(b"one two three\r\nfour")
    emulator.take_dirty()
    return Pointer(Selection(emulator))


def _click(pointer: Pointer, at_s: float, x: int = 5) -> str:
    pointer.press(x, 0, at_s)
    return pointer.release()


def test_clicks_that_follow_take_a_word_then_the_line_then_nothing(pointer: Pointer) -> None:
    assert [_click(pointer, at_s / 10) for at_s in range(4)] == ["", "two", "one two three", ""]


def test_a_late_click_and_a_click_elsewhere_begin_anew(pointer: Pointer) -> None:
    assert [_click(pointer, 0.0), _click(pointer, CLICK_CHAIN_S + 0.01)] == ["", ""]
    assert _click(pointer, CLICK_CHAIN_S + 0.02, x=9) == ""


def test_a_drag_selects_and_a_still_hand_does_not(pointer: Pointer) -> None:
    pointer.press(0, 0, 0.0)
    pointer.move(0, 0)
    assert pointer.release() == ""
    pointer.press(0, 0, 9.0)
    pointer.move(6, 0)
    assert pointer.is_pressed
    assert pointer.release() == "one two"
    assert not pointer.is_pressed


def test_a_drag_back_to_its_first_cell_leaves_that_cell(pointer: Pointer) -> None:
    pointer.press(0, 0, 0.0)
    pointer.move(6, 0)
    pointer.move(0, 0)
    assert pointer.release() == "o"


def test_moves_and_releases_without_a_press_do_nothing(pointer: Pointer) -> None:
    pointer.move(6, 0)
    assert pointer.release() == ""
