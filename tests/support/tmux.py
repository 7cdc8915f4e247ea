"""A program in a real terminal: a private tmux server, keys in, the screen out."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

TMUX = shutil.which("tmux")
needs_tmux = [pytest.mark.tmux, pytest.mark.skipif(TMUX is None, reason="tmux is not installed")]
"""for `pytestmark`"""


class TmuxTerminal:
    """One window of a private tmux server. The program's exit status is kept when it ends."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._status = socket.with_suffix(".status")

    def start(self, argv: Sequence[str], *, env: Mapping[str, str], cwd: Path, cols: int, rows: int) -> None:
        """Run a program with exactly this environment, in a window of this size."""
        script = self._socket.with_suffix(".sh")
        variables = " ".join(_quote(f"{name}={value}") for name, value in env.items() if name != "TERM")
        command = " ".join(_quote(word) for word in argv)
        # tmux sets TERM for what runs inside it; the status file tells the test how the program ended.
        script.write_text(f'env -i TERM="$TERM" {variables} {command}\necho $? > {self._status}\nexec sleep 600\n')
        # No status line from the start: turned off later, it would change the window's size under the program.
        config = self._socket.with_suffix(".conf")
        config.write_text("set-option -g status off\n", encoding="utf-8")
        self._tmux(
            "-f", str(config), "new-session", "-d", "-x", str(cols), "-y", str(rows), "-c", str(cwd), f"sh {script}"
        )

    def send(self, *keys: str) -> None:
        """Press keys by tmux's names: `Enter`, `F2`, `C-]`, `Space` …"""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._tmux("send-keys", "-l", text)

    def resize(self, cols: int, rows: int) -> None:
        """Change the window's size."""
        self._tmux("resize-window", "-x", str(cols), "-y", str(rows))

    def screen(self, *, escapes: bool = False) -> str:
        """Return the rows as a person sees them, with colours when `escapes`."""
        return self._tmux("capture-pane", "-p", *(["-e"] if escapes else []))

    def tell(self, what: str) -> str:
        """Return what tmux knows of the window by this format, e.g. `#{pane_title}`."""
        return self._tmux("display-message", "-p", what).rstrip("\n")

    def option(self, name: str, value: str) -> None:
        """Set an option of the server."""
        self._tmux("set-option", "-g", name, value)

    def copied(self) -> str:
        """Return what was copied last (OSC 52, with the option `set-clipboard` on)."""
        return self._tmux("show-buffer")

    def wait_for(self, what: str | Callable[[str], object], timeout_s: float = 60.0) -> str:
        """Return the screen once it holds a text or fulfils a condition; raises AssertionError with the screen."""
        deadline = time.monotonic() + timeout_s
        while True:
            screen = self.screen()
            if what in screen if isinstance(what, str) else what(screen):
                return screen
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout_s} s for {what!r}; the screen was:\n{screen}")
            time.sleep(0.1)

    def wait_for_exit(self, timeout_s: float = 30.0) -> int:
        """Return the program's exit status."""
        deadline = time.monotonic() + timeout_s
        while not (self._status.exists() and self._status.read_text().strip()):
            if time.monotonic() > deadline:
                raise AssertionError(f"still running after {timeout_s} s; the screen was:\n{self.screen()}")
            time.sleep(0.1)
        return int(self._status.read_text())

    def close(self) -> None:
        """End the server and what runs in it."""
        subprocess.run([str(TMUX), "-S", str(self._socket), "kill-server"], capture_output=True, check=False)

    def _tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            [str(TMUX), "-S", str(self._socket), *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise AssertionError(f"tmux {arguments[0]}: {done.stderr}")
        return done.stdout


@contextmanager
def tmux_terminal() -> Iterator[TmuxTerminal]:
    """A private tmux server for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="tmux-") as folder:
        terminal = TmuxTerminal(Path(folder) / "tmux.sock")
        try:
            yield terminal
        finally:
            terminal.close()


def _quote(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
