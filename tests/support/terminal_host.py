"""An app with a terminal pane in it, and short words for what tests do to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from tui.terminal.pty import child_environment
from tui.widgets.terminal import TerminalView

ENV = child_environment({"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PS1": "$ "})
RAW_CAT = "stty raw -echo; printf 'ready\\r\\n'; cat -vt"
"""Shows what it gets as it gets it."""


class Host(App[None]):
    """An app with a terminal, another widget, and keys of its own."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "Input { width: 20; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+t", "note('ctrl+t')")]

    def __init__(self, script: str | None = None) -> None:
        """`script` is run in the terminal from the start; its end is the app's."""
        super().__init__()
        self._script = script
        self.view = TerminalView(id="terminal", offer_key=self.take)
        self.noted: list[object] = []
        self._bindings.key_to_bindings.pop("ctrl+q", None)

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self.view
            yield Input()

    def on_mount(self) -> None:
        self.view.focus()
        if self._script is not None:
            env = child_environment(os.environ)
            self.call_after_refresh(self.view.start, ["sh", "-c", self._script], env, os.getcwd())

    def take(self, event: Key) -> bool:
        if event.key == "f9" and self.view.is_running:
            self.noted.append(event.key)
        return event.key == "f9"

    def action_note(self, name: str) -> None:
        self.noted.append(name)

    def on_terminal_view_exited(self, message: TerminalView.Exited) -> None:
        self.noted.append(("exited", message.status))
        if self._script is not None:
            self.exit()

    def on_terminal_view_title_changed(self, message: TerminalView.TitleChanged) -> None:
        self.noted.append(("title", message.title))


def shown(app: Host) -> list[str]:
    """What the pane draws."""
    return [app.view.render_line(y).text.rstrip() for y in range(app.view.size.height)]


async def until(pilot: Pilot[None], is_there: Callable[[], bool]) -> None:
    while not is_there():
        await pilot.pause(0.01)


async def until_shown(app: Host, pilot: Pilot[None], text: str) -> None:
    await until(pilot, lambda: any(text in row for row in shown(app)))


async def start(app: Host, pilot: Pilot[None], script: str, ready: str) -> None:
    app.view.start(["sh", "-c", script], ENV, "/")
    await until_shown(app, pilot, ready)


if __name__ == "__main__":
    Host(sys.argv[1]).run()
