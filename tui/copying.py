"""Text to the clipboards there are: the window's, through the terminal around us (OSC 52), and the system's."""

from __future__ import annotations

from typing import Any

from textual.app import App

from tui.terminal.clipboard import OUTER_LIMIT, SystemClipboard


class Copier:
    """Copies text, and waits for nobody. Use it on the app's loop."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._system = SystemClipboard()

    def copy(self, text: str) -> None:
        """Copy `text`; what is very long goes to the system's clipboard alone."""
        if len(text.encode("utf-8", "replace")) <= OUTER_LIMIT:
            self._app.copy_to_clipboard(text)
        self._system.copy(text)

    async def finish(self) -> None:
        """Wait until what was begun is done."""
        await self._system.finish()
