"""The system's clipboard, by the program that the system has for it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress

OUTER_LIMIT = 1 << 20
"""Bytes that are offered to the terminal around us (OSC 52); more would only be thrown away there."""
DEADLINE_S = 5.0


def clipboard_command(env: Mapping[str, str], platform: str = sys.platform) -> list[str] | None:
    """Return the command that takes the text on its standard input; None where there is none."""
    candidates: list[list[str]] = []
    if platform == "darwin":
        candidates.append(["pbcopy"])
    if env.get("WAYLAND_DISPLAY"):
        candidates.append(["wl-copy", "--type", "text/plain;charset=utf-8"])
    if env.get("DISPLAY"):
        candidates += [["xclip", "-selection", "clipboard", "-in"], ["xsel", "--clipboard", "--input"]]
    if env.get("TMUX"):
        # By default tmux keeps OSC 52 of the programs in it from the terminal around it.
        candidates.append(["tmux", "load-buffer", "-w", "-"])
    for name, *arguments in candidates:
        path = shutil.which(name, path=env.get("PATH", os.defpath))
        if path is not None:
            return [path, *arguments]
    return None


class SystemClipboard:
    """Puts text there without ever waiting for it; the last text wins. Use it on the event loop."""

    def __init__(self, env: Mapping[str, str] | None = None) -> None:
        self._env = dict(os.environ if env is None else env)
        self._command = clipboard_command(self._env)
        self._copying: asyncio.Task[None] | None = None

    def copy(self, text: str) -> None:
        """Begin to copy `text`. A program that fails or hangs costs nothing but the copy."""
        if self._command is None:
            return
        if self._copying is not None:
            self._copying.cancel()
        self._copying = asyncio.get_running_loop().create_task(self._run(self._command, text))

    async def finish(self) -> None:
        """Wait until what was begun is done."""
        if self._copying is not None:
            await asyncio.wait([self._copying])

    async def _run(self, command: list[str], text: str) -> None:
        try:
            # Not its output: it may leave a child behind that serves the text and keeps it open.
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=self._env,
                start_new_session=True,
            )
        except OSError:
            return
        try:
            async with asyncio.timeout(DEADLINE_S):
                await process.communicate(text.encode("utf-8", "replace"))
        except (TimeoutError, OSError):
            pass
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
