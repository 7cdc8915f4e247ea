from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tui.terminal.clipboard import SystemClipboard, clipboard_command


def _program(folder: Path, name: str, script: str = "") -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("env", "platform", "name"),
    [
        ({}, "darwin", "pbcopy"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0", "TMUX": "x"}, "linux", "xclip"),
        ({"TMUX": "x"}, "linux", "tmux"),
    ],
)
def test_the_program_of_the_system(tmp_path: Path, env: dict[str, str], platform: str, name: str) -> None:
    for program in ("pbcopy", "wl-copy", "xclip", "tmux"):
        _program(tmp_path, program)
    command = clipboard_command({**env, "PATH": str(tmp_path)}, platform)
    assert command is not None
    assert command[0] == str(tmp_path / name)


def test_where_there_is_none(tmp_path: Path) -> None:
    assert clipboard_command({"DISPLAY": ":0", "PATH": str(tmp_path)}, "linux") is None
    _program(tmp_path, "pbcopy")
    _program(tmp_path, "xclip")
    assert clipboard_command({"PATH": str(tmp_path)}, "linux") is None


def _clipboard(tmp_path: Path, script: str) -> SystemClipboard:
    _program(tmp_path, "xclip", script)
    return SystemClipboard({"DISPLAY": ":0", "PATH": f"{tmp_path}:/usr/bin:/bin"})


async def test_text_arrives_whole(tmp_path: Path) -> None:
    text = "日本語 'quoted' $(x)\n" * 20_000
    clipboard = _clipboard(tmp_path, f"exec cat > {tmp_path}/copied")
    clipboard.copy(text)
    await clipboard.finish()
    assert (tmp_path / "copied").read_text(encoding="utf-8") == text


async def test_the_last_text_wins(tmp_path: Path) -> None:
    clipboard = _clipboard(tmp_path, f"cat > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/copied")
    for number in range(5):
        clipboard.copy(f"text {number}")
        await asyncio.sleep(0)
    await clipboard.finish()
    assert (tmp_path / "copied").read_text(encoding="utf-8") == "text 4"


async def test_a_program_that_fails_or_does_not_read_is_no_trouble(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.DEADLINE_S", 0.1)
    for script in ("exit 3", "sleep 60"):
        clipboard = _clipboard(tmp_path, script)
        clipboard.copy("x" * 1_000_000)
        await clipboard.finish()
    (tmp_path / "xclip").unlink()
    clipboard.copy("x")
    await clipboard.finish()


async def test_without_a_program_nothing_happens() -> None:
    clipboard = SystemClipboard({"PATH": "/nowhere"})
    clipboard.copy("x")
    await clipboard.finish()
