from __future__ import annotations

import pytest

from tui.terminal.emulator import Emulator
from tui.terminal.mouse import MouseAction, MouseButton, MouseEncoder

PRESS, RELEASE, MOTION = MouseAction.PRESS, MouseAction.RELEASE, MouseAction.MOTION
LEFT, NONE = MouseButton.LEFT, MouseButton.NONE


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(20, 5)


@pytest.fixture
def mouse(emulator: Emulator) -> MouseEncoder:
    return MouseEncoder(emulator)


def test_nothing_for_a_program_that_did_not_ask(mouse: MouseEncoder) -> None:
    assert mouse.encode(PRESS, LEFT, 1, 1) == b""


@pytest.mark.parametrize(
    ("mode", "drag", "move"),
    [(b"1000", b"", b""), (b"1002", b"\x1b[<32;5;3M", b""), (b"1003", b"\x1b[<32;5;3M", b"\x1b[<35;7;4M")],
)
def test_each_mode_reports_what_it_should(
    emulator: Emulator, mouse: MouseEncoder, mode: bytes, drag: bytes, move: bytes
) -> None:
    emulator.feed(b"\x1b[?%sh\x1b[?1006h" % mode)
    assert mouse.encode(PRESS, LEFT, 3, 2) == b"\x1b[<0;4;3M"
    assert mouse.encode(MOTION, LEFT, 4, 2) == drag
    assert mouse.encode(RELEASE, LEFT, 4, 2) == b"\x1b[<0;5;3m"
    assert mouse.encode(MOTION, NONE, 6, 3) == move


@pytest.mark.parametrize(
    ("button", "code"),
    [
        (MouseButton.MIDDLE, 1),
        (MouseButton.RIGHT, 2),
        (MouseButton.WHEEL_UP, 64),
        (MouseButton.WHEEL_DOWN, 65),
        (MouseButton.WHEEL_LEFT, 66),
        (MouseButton.WHEEL_RIGHT, 67),
    ],
)
def test_buttons(emulator: Emulator, mouse: MouseEncoder, button: MouseButton, code: int) -> None:
    emulator.feed(b"\x1b[?1000h\x1b[?1006h")
    assert mouse.encode(PRESS, button, 0, 0) == b"\x1b[<%d;1;1M" % code


def test_modifiers(emulator: Emulator, mouse: MouseEncoder) -> None:
    emulator.feed(b"\x1b[?1000h\x1b[?1006h")
    assert mouse.encode(PRESS, LEFT, 0, 0, ctrl=True, alt=True, shift=True) == b"\x1b[<28;1;1M"


def test_a_release_outside_is_kept_inside(emulator: Emulator, mouse: MouseEncoder) -> None:
    emulator.feed(b"\x1b[?1002h\x1b[?1006h")
    assert mouse.encode(RELEASE, LEFT, 99, -3) == b"\x1b[<0;20;1m"


def test_the_old_form_for_a_program_that_asked_for_no_other(emulator: Emulator, mouse: MouseEncoder) -> None:
    emulator.feed(b"\x1b[?1000h")
    assert mouse.encode(PRESS, LEFT, 3, 2) == b"\x1b[M $#"
