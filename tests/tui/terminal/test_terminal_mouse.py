"""Looking back, selecting, copying and following links in the pane."""

from __future__ import annotations

import asyncio

import pytest
from textual import events
from textual.pilot import Pilot

from tests.support.terminal_host import RAW_CAT, Host, shown, start, until, until_shown
from tui.widgets.terminal import TerminalView

NUMBERED = "stty raw -echo; seq -f 'line %g' 100 | tr '\\n' '#' | sed 's/#/\\r\\n/g'; cat -vt"
TAKES_THE_MOUSE = f"printf '\\033[?1002h\\033[?1006h'; {RAW_CAT}"


class Desk(Host):
    """Notes what is copied and opened."""

    def copy_to_clipboard(self, text: str) -> None:
        self.noted.append(("copied", text))

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.noted.append(("opened", url))


@pytest.fixture(autouse=True)
def _a_desktop_without_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.clipboard_command", lambda env: None)
    monkeypatch.setenv("DISPLAY", ":99")


async def _draw(app: Desk, pilot: Pilot[None], text: str) -> None:
    app.view.feed(text.encode())
    await pilot.pause()


async def _drag(
    app: Desk, pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int], *, shift: bool = False
) -> None:
    await pilot.mouse_down(app.view, offset=start, shift=shift)
    app.view.post_message(_mouse(events.MouseMove, app.view, end, button=1, shift=shift))
    await pilot.pause()
    app.view.post_message(_mouse(events.MouseUp, app.view, end, button=1, shift=shift))
    await pilot.pause()


def _mouse(
    kind: type[events.MouseEvent], view: TerminalView, cell: tuple[int, int], *, button: int = 0, shift: bool = False
) -> events.MouseEvent:
    x, y = cell
    return kind(view, x, y, 0, 0, button, shift, False, False, screen_x=x, screen_y=y)


def _highlighted(app: Desk, row: int) -> str:
    own = app.view.rich_style.bgcolor
    return "".join(s.text for s in app.view.render_line(row) if s.style and s.style.bgcolor != own)


async def test_a_drag_selects_is_seen_and_copied_on_release() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, "first line   \r\n日本語の行\r\nlast\x1b[9;1H")
        await _drag(app, pilot, (6, 0), (3, 1))
        assert app.noted == [("copied", "line\n日本")]
        assert (_highlighted(app, 0).rstrip().removesuffix("Copied").rstrip(), _highlighted(app, 1)) == ("line", "日本")
        await pilot.click(app.view, offset=(0, 5))
        assert _highlighted(app, 1) == ""
        assert app.view.selected_text == ""


async def test_double_and_triple_click() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, "one two three\x1b[9;1H")
        await pilot.click(app.view, offset=(5, 0), times=3)
        assert app.noted == [("copied", "two"), ("copied", "one two three")]


async def test_a_program_that_takes_the_mouse_gets_it_but_with_shift() -> None:
    app = Desk()
    async with app.run_test(size=(100, 12)) as pilot:
        await start(app, pilot, TAKES_THE_MOUSE, "ready")
        await _drag(app, pilot, (0, 0), (4, 0))
        await until_shown(app, pilot, "^[[<0;1;1M^[[<32;5;1M^[[<0;5;1m")
        assert app.noted == []
        await _drag(app, pilot, (0, 0), (4, 0), shift=True)
        assert app.noted == [("copied", "ready")]


async def test_typing_lets_the_selection_go_and_a_key_copies_it_again() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, RAW_CAT, "ready")
        await _drag(app, pilot, (0, 0), (2, 0))
        await pilot.press("ctrl+shift+c")
        assert app.noted == [("copied", "rea")] * 2
        await pilot.press("x")
        await until_shown(app, pilot, "x")
        assert app.view.selected_text == ""


async def test_a_drag_out_of_the_pane_scrolls_and_selects_what_comes() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, NUMBERED, "line 100")
        await pilot.mouse_down(app.view, offset=(0, 3))
        app.view.capture_mouse()
        app.view.post_message(_mouse(events.MouseMove, app.view, (0, -2), button=1))
        await until_shown(app, pilot, "line 80")
        app.view.post_message(_mouse(events.MouseUp, app.view, (0, -2), button=1))
        await pilot.pause()
        (copied,) = app.noted
        assert isinstance(copied, tuple)
        assert "line 80\nline 81" in copied[1]
        back = app.view.emulator.lines_below
        await asyncio.sleep(0.15)
        assert app.view.emulator.lines_below == back


async def test_keys_look_back_with_a_mark_that_says_so() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, NUMBERED, "line 100")
        assert "lines below" not in shown(app)[0]
        await pilot.press("shift+pageup", "shift+pageup")
        await until(pilot, lambda: "22 lines below" in shown(app)[0])
        app.view.feed(b"new\r\n")
        await until(pilot, lambda: "23 lines below" in shown(app)[0])
        assert "line 68" in shown(app)[0]
        await pilot.press("shift+pagedown")
        await until(pilot, lambda: "12 lines below" in shown(app)[0])
        await pilot.press("shift+pagedown", "shift+pagedown")
        await until(pilot, lambda: not any("lines below" in row for row in shown(app)))


async def test_keys_that_look_back_are_the_programs_on_the_other_screen() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(app, pilot, f"printf '\\033[?1049h'; {RAW_CAT}", "ready")
        await pilot.press("shift+pageup")
        await until_shown(app, pilot, "^[[5;2~")


async def test_scrollback_keeps_ten_thousand_lines() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, "".join(f"{number}\r\n" for number in range(9_000)))
        app.view.scroll_lines(-20_000)
        assert shown(app)[0].split()[0] == "0"


async def test_links_are_underlined_and_opened_by_a_click() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, "see \x1b]8;;https://example.com/a\x1b\\the docs\x1b]8;;\x1b\\ now\x1b[9;1H")
        underlined = [s.text for s in app.view.render_line(0) if s.style and s.style.underline]
        assert underlined == ["the docs"]
        await pilot.click(app.view, offset=(0, 0))
        await pilot.click(app.view, offset=(13, 0))
        assert app.noted == []
        await pilot.click(app.view, offset=(6, 0))
        await until(pilot, lambda: app.noted == [("opened", "https://example.com/a")])


async def test_ctrl_click_opens_a_link_though_the_program_takes_the_mouse() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await start(
            app, pilot, f"printf '\\033]8;;file:///etc/hosts\\033\\\\L\\033]8;;\\033\\\\'; {TAKES_THE_MOUSE}", "ready"
        )
        await pilot.click(app.view, offset=(0, 0), control=True)
        await until(pilot, lambda: app.noted == [("opened", "file:///etc/hosts")])
        await pilot.click(app.view, offset=(0, 0))
        await until_shown(app, pilot, "^[[<0;1;1M^[[<0;1;1m")
        assert len(app.noted) == 1


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "ssh://host", "file://elsewhere.example/x", "/bin/sh"])
async def test_other_links_are_not_opened(uri: str) -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, f"\x1b]8;;{uri}\x1b\\link\x1b]8;;\x1b\\\x1b[9;1H")
        await pilot.click(app.view, offset=(1, 0))
        assert "Not a web page" in shown(app)[0]
        assert app.noted == []


async def test_without_a_browser_a_link_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("tui.widgets.outer_window.has_browser", lambda env: bool(env.get("DISPLAY")))
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, "\x1b]8;;https://example.com/\x1b\\link\x1b]8;;\x1b\\\x1b[9;1H")
        await pilot.click(app.view, offset=(1, 0))
        assert app.noted == [("copied", "https://example.com/")]
        assert "link copied" in shown(app)[0]


async def test_what_the_program_copies_is_copied() -> None:
    app = Desk()
    async with app.run_test(size=(60, 12)) as pilot:
        await _draw(app, pilot, "\x1b]52;c;5pel5pys\x07")
        assert app.noted == [("copied", "日本")]
