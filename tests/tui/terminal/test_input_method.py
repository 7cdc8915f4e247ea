"""Text that an input method commits comes as one burst of wide characters."""

from __future__ import annotations

import pytest
from textual import events
from textual.geometry import Offset

from tests.support.terminal_host import Host, start, until

COMMITTED = (
    "日本語の入力を、確定しました。「はい」　全角空白\u00a0と👨\u200d👩\u200d👧と葛\U000e0100と" + "か\u3099" * 3
)


async def _received(app: Host, messages: list[events.Event], expected: bytes, *, prepare: str = "") -> bytes:
    """What the program got of messages that were all in the app's queue before the first was handled."""
    received = bytearray()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, f"stty raw -echo; printf '{prepare}ready'; cat", "ready")
        app.view.on_output = lambda data, at: received.extend(data)
        for message in messages:
            app.post_message(message)
        await until(pilot, lambda: len(received) >= len(expected))
    return bytes(received)


def _keys(text: str) -> list[events.Event]:
    return [events.Key(character, character) for character in text]


@pytest.mark.parametrize("prepare", ["", r"\033[>1u", r"\033[>5u", r"\033[?1h\033[?2004h"])
async def test_a_long_burst_arrives_whole_and_in_order(prepare: str) -> None:
    expected = (COMMITTED * 50).encode()
    assert await _received(Host(), _keys(COMMITTED * 50), expected, prepare=prepare) == expected


async def test_other_keys_and_pastes_keep_their_place_in_it() -> None:
    messages: list[events.Event] = []
    expected = b""
    for _ in range(20):
        messages += [*_keys("変換"), events.Key("left", None), *_keys("確定"), events.Paste("貼り付け\n")]
        messages += [events.Key("ctrl+a", "\x01"), *_keys("a。"), events.Key("enter", "\r")]
        expected += "変換".encode() + b"\x1b[D" + "確定貼り付け\r".encode() + b"\x01" + "a。\r".encode()
    assert await _received(Host(), messages, expected) == expected


async def test_the_outer_cursor_goes_with_the_programs_while_it_echoes() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "stty raw -echo; printf '\\033[6;11Hready'; cat", "ready")
        for count, character in enumerate("入力", start=1):
            app.post_message(events.Key(character, character))
            await until(pilot, lambda count=count: app.cursor_position == Offset(15 + 2 * count, 5))  # type: ignore[misc]


async def test_the_outer_cursor_comes_back_with_the_keyboard_and_not_while_looking_back() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "stty raw -echo; seq 100; printf '\\033[6;11Hready'; cat", "ready")
        await until(pilot, lambda: app.cursor_position == Offset(15, 5))
        await pilot.press("shift+pageup")
        assert app.cursor_position == Offset(15, 5)
        app.query_one("Input").focus()
        await pilot.pause()
        app.cursor_position = Offset(50, 1)
        await pilot.press("shift+tab")
        app.view.focus()
        await pilot.press("x")
        await until(pilot, lambda: app.cursor_position == Offset(16, 5))
