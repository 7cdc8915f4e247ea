"""Programs that flood, hang, die or will not stop, and windows that change all the time: the pane goes on working."""

from __future__ import annotations

import random

import pytest
from textual import events
from textual.geometry import Size

from tests.support.terminal_host import RAW_CAT, Host, shown, start, until, until_shown
from tui.terminal.pty import WRITE_LIMIT

FLOODS = {
    "lines": "y",
    "colours": r"\033[31mred \033[44mon blue\033[m",
    "queries": r"\033[6n\033[c\033]11;?\007",
    "titles": r"\033]0;a title\007",
    "bells": r"\007",
    "clipboard": r"\033]52;c;QUJDRA==\007",
    "unfinished": r"\033]0;\033Pq\033_G\033[1;2",
    "screens": r"\033[?1049h\033[?1049l\0337\033[?1004h",
    "held": r"\033[?2026hx",
    "repeats": r"x\033[65535b",
    "crowded": "a" + "\u0301" * 50,
    "not-utf-8": r"\377\360\237\355\240\200",
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_leaves_keys_working_and_a_terminal_behind(name: str) -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.start(["sh", "-c", f"exec yes \"$(printf '{FLOODS[name]}')\""], {"PATH": "/usr/bin:/bin"}, "/")
        seen = 0

        def count(data: bytes, at: float) -> None:
            nonlocal seen
            seen += len(data)

        app.view.on_output = count
        await until(pilot, lambda: seen > 50_000)
        await pilot.press("ctrl+c")
        await until(pilot, lambda: ("exited", 130) in app.noted)
        app.view.feed(b"\x1b\\\x1bcgood as new")
        await until_shown(app, pilot, "good as new")


async def test_a_program_that_asks_and_never_listens_is_not_waited_for() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        script = "stty raw -echo; i=0; while [ $i -lt 40 ]; do head -c 65536 /dev/zero | tr '\\0' '\\005'; "
        await start(app, pilot, f"{script} i=$((i+1)); done; printf 'all asked'; sleep 1000", "all asked")
        await pilot.press("x")
        assert app.view.process is not None
        assert app.view.process.waiting <= WRITE_LIMIT
        assert app.view.is_running


async def test_a_program_that_stopped_reading_gets_the_rest_when_it_reads() -> None:
    app = Host()
    async with app.run_test(size=(100, 12)) as pilot:
        await start(app, pilot, "stty raw -echo; printf ready; sleep 0.5; cat -vt", "ready")
        await pilot.press(*"日本語abc", "enter")
        await until_shown(app, pilot, "abc^M")


async def test_resizes_in_a_storm_end_at_the_last_size() -> None:
    app = Host()
    choice = random.Random(1)
    async with app.run_test(size=(60, 12)) as pilot:
        script = "trap 'stty size' WINCH; seq 1000; echo ready; while :; do sleep 0.02; done"
        await start(app, pilot, script, "ready")
        for _ in range(200):
            size = Size(choice.randint(1, 160), choice.randint(1, 50))
            app.post_message(events.Resize(size, size))
            await pilot.pause(0.01)
        await pilot.resize_terminal(91, 21)
        await until_shown(app, pilot, "21 71")
        assert (app.view.emulator.cols, app.view.emulator.rows) == (71, 21)
        assert all(len(row) <= 71 for row in shown(app))


@pytest.mark.parametrize("signal", ["KILL", "SEGV", "TERM", "HUP"])
async def test_a_program_that_dies_in_the_middle_of_a_sequence(signal: str) -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.start(["sh", "-c", f"printf '\\033[?1003h\\033[?2026h\\033]0;half'; kill -{signal} $$"], {}, "/")
        await until(pilot, lambda: any(isinstance(note, tuple) and note[0] == "exited" for note in app.noted))
        await pilot.press("x", "ctrl+c")
        await pilot.click(app.view, offset=(2, 2))
        await start(app, pilot, f"printf '\\033\\\\\\033c'; {RAW_CAT}", "ready")
        await pilot.press("y")
        await until(pilot, lambda: shown(app)[:2] == ["ready", "y"])


async def test_a_million_characters_in_one_line() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "head -c 1000000 /dev/zero | tr '\\0' x; printf ' the end'", "the end")
        app.view.scroll_lines(-5)
        assert shown(app)[0].startswith("xxx")
