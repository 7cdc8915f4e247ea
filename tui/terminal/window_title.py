"""The title of the window around us."""

from __future__ import annotations

from collections.abc import Callable

OWN_NAME = "streamtts"
_LONGEST = 200
_SAVE, _RESTORE = "\x1b[22;2t", "\x1b[23;2t"


class WindowTitle:
    """Shows the program's title behind ours, and gives the window its own back."""

    def __init__(self, write: Callable[[str], None]) -> None:
        """`write` sends text to the terminal around us."""
        self._write = write
        self._shown: str | None = None

    def show(self, title: str) -> None:
        """Show `title`, made safe: its control characters are left out."""
        safe = "".join(character for character in title if character.isprintable())[:_LONGEST].strip()
        whole = f"{OWN_NAME} · {safe}" if safe else OWN_NAME
        if whole != self._shown:
            save = _SAVE if self._shown is None else ""
            self._shown = whole
            self._write(f"{save}\x1b]2;{whole}\x1b\\")

    def restore(self) -> None:
        """Give the window the title that it had; an empty one where the terminal does not remember."""
        if self._shown is not None:
            self._shown = None
            self._write(f"\x1b]2;\x1b\\{_RESTORE}")
