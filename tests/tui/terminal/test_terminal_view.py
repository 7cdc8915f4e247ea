from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from tests.support.terminal_host import ENV, RAW_CAT, Host, shown, start, until, until_shown
from tui.terminal.pty import PtyError, PtyProcess
from tui.widgets.terminal import TerminalView


async def test_typed_text_is_echoed_and_ctrl_c_reaches_the_program() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(
            app, pilot, "trap 'echo interrupted; exit 3' INT; echo ready; while :; do sleep 0.05; done", "ready"
        )
        await pilot.press("h", "i", "space", "日")
        await until_shown(app, pilot, "hi 日")
        await pilot.press("ctrl+c")
        await until_shown(app, pilot, "interrupted")
        await until(pilot, lambda: ("exited", 3) in app.noted)
        assert not app.view.is_running


async def test_every_key_goes_to_the_program_but_those_of_the_app() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, RAW_CAT, "ready")
        await pilot.press("tab", "shift+tab", "ctrl+q", "ctrl+p", "ctrl+t", "escape", "up", "ctrl+c", "x", "f9")
        await until_shown(app, pilot, "^I^[[Z^Q^P^T^[^[[A^Cx")
        await until(pilot, lambda: bool(app.noted))
        assert app.noted == ["f9"]
        assert app.focused is app.view


async def test_paste_is_bracketed_when_the_program_asked() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, f"printf '\\033[?2004h'; {RAW_CAT}", "ready")
        app.post_message(events.Paste("two words \x1b[201~!"))
        await until_shown(app, pilot, "^[[200~two words  [201~!^[[201~")


async def test_the_program_learns_the_size_at_the_start_and_when_it_changes() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done", "12 40")
        await pilot.resize_terminal(90, 20)
        await until_shown(app, pilot, "20 70")


async def test_mouse_and_focus_for_a_program_that_asked() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, f"printf '\\033[?1000h\\033[?1006h\\033[?1004h'; {RAW_CAT}", "ready")
        await pilot.click(app.view, offset=(4, 2))
        await until_shown(app, pilot, "^[[<0;5;3M^[[<0;5;3m")
        app.query_one(Input).focus()
        await until_shown(app, pilot, "^[[O")
        app.view.focus()
        await until_shown(app, pilot, "^[[I")


async def test_replies_go_back_to_the_program() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, f"printf '\\033[6n\\033]11;?\\007'; {RAW_CAT}", "ready")
        await until_shown(app, pilot, "R^[]11;rgb:")


async def test_title_and_output_are_passed_on() -> None:
    app = Host()
    seen: list[tuple[bytes, float]] = []
    app.view.on_output = lambda data, at: seen.append((data, at))
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "printf '\\033]0;a title\\007'; echo ready", "ready")
        await until(pilot, lambda: ("exited", 0) in app.noted)
        assert ("title", "a title") in app.noted
        assert b"".join(data for data, _ in seen) == b"\x1b]0;a title\x07ready\r\n"
        assert [at for _, at in seen] == sorted(at for _, at in seen)


async def test_bytes_without_a_program_and_a_pinned_size() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.pin_size(30, 20)
        app.view.feed(b"\x1b[20;1Hlast row\x1b[9;1Hrow nine\x1b[1;1Hfirst [b]row[/b]")
        await pilot.pause()
        rows = shown(app)
        assert (rows[-1], rows[0]) == ("last row", "row nine")
        app.view.pin_size(30, 5)
        await pilot.pause()
        assert len(shown(app)) == 12
        await pilot.press("ctrl+t", "tab")
        assert app.noted == ["ctrl+t"]
        assert app.focused is not app.view


async def test_text_of_the_program_is_not_markup() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.feed(b"[red]x[/red] [link=1]")
        await pilot.pause()
        assert shown(app)[0] == "[red]x[/red] [link=1]"


async def test_the_outer_cursor_follows_for_input_methods() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.feed("\x1b[3;5H日本\x1b[?25l".encode())
        await until(pilot, lambda: app.cursor_position == (8, 2))


async def test_the_wheel_looks_back_and_a_key_returns() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(
            app, pilot, "stty raw -echo; seq -f 'line %g' 100 | tr '\\n' '#' | sed 's/#/\\r\\n/g'; cat", "line 100"
        )
        app.view.post_message(_wheel_up(app.view))
        await until_shown(app, pilot, "line 87")
        await pilot.press("x")
        await until_shown(app, pilot, "line 100")


def _wheel_up(view: TerminalView) -> events.MouseScrollUp:
    return events.MouseScrollUp(view, 1, 1, 0, 0, 0, False, False, False)


async def test_the_programs_colours_follow_the_palette_and_the_theme() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.view.set_palette(["#010203", "#aabbcc"])
        app.view.feed(b"\x1b[31mred\x1b[m own")
        await pilot.pause(0.05)
        red, own = list(app.view.render_line(0))[:2]
        assert red.style is not None
        assert own.style is not None
        assert red.style.color is not None
        assert red.style.color.triplet == (0xAA, 0xBB, 0xCC)
        before = own.style
        app.theme = "textual-light"
        await pilot.pause()
        after = list(app.view.render_line(0))[1].style
        assert after is not None
        assert after.bgcolor != before.bgcolor


async def test_a_program_asks_for_the_themes_background() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        app.theme = "textual-light"
        await pilot.pause()
        await start(app, pilot, f"printf '\\033[?996n'; {RAW_CAT}", "ready")
        await until_shown(app, pilot, "^[[?997;2n")


async def test_what_cannot_be_started_is_said(tmp_path: Path) -> None:
    app = Host()
    async with app.run_test(size=(60, 12)):
        with pytest.raises(PtyError, match="no-such-program"):
            app.view.start(["no-such-program"], ENV, str(tmp_path))
        assert not app.view.is_running


async def test_leaving_ends_the_program() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "echo ready; sleep 1000", "ready")
        process = app.view.process
    assert process is not None
    assert process.status == 129


async def test_a_flood_of_output_leaves_the_app_alive() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, "trap 'exit 3' INT; while :; do echo yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy; done", "yyyy")
        await pilot.press("ctrl+c")
        await until(pilot, lambda: ("exited", 3) in app.noted)


async def test_an_update_that_is_never_ended_is_shown_all_the_same() -> None:
    app = Host()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, f"printf '\\033[?2026hheld back\\r\\n'; {RAW_CAT}", "ready")
        assert app.view.emulator.is_held
        await pilot.press("x")
        await until_shown(app, pilot, "x")


async def test_a_program_taken_over_before_the_first_layout_keeps_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(PtyProcess, "resize", lambda _, cols, rows: told.append((cols, rows)))
    process = PtyProcess(["sh", "-c", "sleep 60"], env=ENV, cwd="/", cols=40, rows=12)
    app = Host()
    app.view.adopt(process)
    assert (app.view.emulator.cols, app.view.emulator.rows) == (40, 12)
    async with app.run_test(size=(60, 12)):
        # The other widget takes 20 columns: the pane gets just what the program has.
        assert told == []
