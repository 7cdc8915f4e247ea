from __future__ import annotations

from tui.terminal.outward import BELL_INTERVAL_S, Outward, Said
from tui.terminal.window_title import WindowTitle


def test_a_flood_becomes_the_first_and_the_latest_of_it() -> None:
    outward = Outward()
    for number in range(10_000):
        outward.title(f"title {number}")
        outward.bell()
        outward.copied(f"text {number}")
    assert outward.take(0.0) == Said(("title 0", "title 9999"), True, "text 9999")
    assert outward.take(1.0) == Said()


def test_one_title_is_said_once() -> None:
    outward = Outward()
    outward.title("only")
    assert outward.take(0.0).titles == ("only",)


def test_bells_come_one_at_a_time() -> None:
    outward = Outward()
    rings = []
    for now_s in (0.0, BELL_INTERVAL_S / 2, BELL_INTERVAL_S + 0.01):
        outward.bell()
        rings.append(outward.take(now_s).bell)
    assert rings == [True, False, True]


def test_the_windows_title_is_saved_set_and_given_back() -> None:
    written: list[str] = []
    title = WindowTitle(written.append)
    title.restore()
    for text in ("Claude Code", "Claude Code", "題名", ""):
        title.show(text)
    title.restore()
    assert written == [
        "\x1b[22;2t\x1b]2;streamtts · Claude Code\x1b\\",
        "\x1b]2;streamtts · 題名\x1b\\",
        "\x1b]2;streamtts\x1b\\",
        "\x1b]2;\x1b\\\x1b[23;2t",
    ]


def test_a_title_can_say_nothing_to_the_window_but_its_text() -> None:
    written: list[str] = []
    WindowTitle(written.append).show("a\x1b]0;b\x07\x9cc\n" + "x" * 500)
    text = written[0].removeprefix("\x1b[22;2t\x1b]2;").removesuffix("\x1b\\")
    assert text.isprintable()
    assert text.startswith("streamtts · a]0;bcx")
    assert len(text) < 250
