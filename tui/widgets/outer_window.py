"""The window around the app, as the program in the terminal pane may use it: title, bell, clipboard, links."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from textual.app import App

from tui.copying import Copier
from tui.terminal.links import has_browser, openable
from tui.terminal.outward import Said
from tui.terminal.window_title import WindowTitle


class OuterWindow:
    """What the program and the mouse do to the world outside the pane."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._title = WindowTitle(self._write)
        self._copier = Copier(app)

    def pass_on(self, said: Said) -> None:
        """Show the program's latest title behind ours, ring its bell, and copy its text."""
        if said.titles:
            self._title.show(said.titles[-1])
        if said.bell:
            self._app.bell()
        if said.copied is not None:
            self.copy(said.copied)

    def copy(self, text: str) -> None:
        """Copy `text` to the clipboard of the window (OSC 52) and to the system's; waits for neither."""
        self._copier.copy(text)

    def open_link(self, uri: str) -> str:
        """Open a link in the user's browser. Returns what to tell the user; empty when it was opened."""
        url = openable(uri)
        if url is None:
            return "Not a web page or a file here"
        if not has_browser(os.environ):
            self.copy(url)
            return "No browser here: link copied"
        # Starting a browser may take a while.
        self._app.run_worker(partial(self._app.open_url, url), thread=True, exit_on_error=False)
        return ""

    async def close(self) -> None:
        """Leave the window as it was."""
        self._title.restore()
        await self._copier.finish()

    def _write(self, text: str) -> None:
        driver = self._app._driver
        if driver is not None and not self._app.is_headless:
            driver.write(text)
