"""Claude first: the program starts before Textual is imported, so that the screen does not make it wait."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from tui.control import Launch
from tui.layouts import DEFAULT_SHARES, Layout, terminal_size
from tui.session import CaptureSession
from tui.terminal.pty import PtyError, PtyProcess

FALLBACK_SIZE = (80, 24)
"""Columns and rows while the pane is hidden."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A program that can run, and mostly does."""

    argv: list[str]
    """with the capture sources' arguments"""
    capture_problem: str | None = None
    """why it has none"""
    process: PtyProcess | None = None
    """None where it is still to be started"""


async def prepare(launch: Launch, capture: CaptureSession | None) -> Prepared:
    """Start to listen, and complete the program's arguments."""
    if capture is None:
        return Prepared(list(launch.argv))
    arguments, problem = await capture.start()
    return Prepared([*launch.argv[: launch.program_words], *arguments], problem)


async def start_early(
    launch: Launch, capture: CaptureSession | None, layout: str, shares: Mapping[Layout, float] = DEFAULT_SHARES
) -> Prepared:
    """Start to listen, and the program at the size that its pane will have. Its words wait until they are read.

    Where it cannot be started, the screen will try again and say why.
    """
    prepared = await prepare(launch, capture)
    cols, rows = terminal_size(Layout(layout), *_window_size(), shares) or FALLBACK_SIZE
    try:
        process = PtyProcess(prepared.argv, env=launch.env, cwd=launch.cwd or os.getcwd(), cols=cols, rows=rows)
    except PtyError:
        return prepared
    if capture is not None:
        capture.started(process.pid)
    return Prepared(prepared.argv, prepared.capture_problem, process)


def _window_size() -> tuple[int, int]:
    try:
        return os.get_terminal_size(sys.stdin.fileno())
    except (OSError, ValueError):
        return FALLBACK_SIZE
