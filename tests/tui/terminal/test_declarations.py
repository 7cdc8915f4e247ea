"""Declarations of the native library are parsed once, kept, and never a reason not to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.terminal.declarations import declarations

MORE = "typedef struct { point_t from; point_t to; } line_t;"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.py"
    path.write_text('CDEF = "typedef struct { int x; int y; } point_t;"\n')
    path.chmod(0o664)  # as where a group installs packages
    return path


def test_what_is_kept_declares_the_same(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "kept"
    first, again = (declarations(source, MORE, folder) for _ in range(2))
    assert len(list(folder.glob("*.py"))) == 1
    for ffi in (first, again):
        assert ffi.sizeof("line_t") == 2 * ffi.sizeof("point_t") == 4 * ffi.sizeof("int")


def test_other_declarations_are_kept_apart(source: Path, tmp_path: Path) -> None:
    declarations(source, MORE, tmp_path)
    source.write_text('CDEF = "typedef struct { int x; int y; int z; } point_t;"\n')
    ffi = declarations(source, MORE, tmp_path)
    assert ffi.sizeof("point_t") == 3 * ffi.sizeof("int")


@pytest.mark.parametrize("damage", ["ffi = (", "", "raise SystemError"])
def test_a_damaged_file_is_made_anew(source: Path, tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "kept"
    declarations(source, MORE, folder)
    (kept,) = folder.glob("*.py")
    good = kept.read_text()
    kept.write_text(damage)
    assert declarations(source, MORE, folder).sizeof("point_t") == 8
    assert kept.read_text() == good


def test_a_file_that_others_can_write_is_not_run(source: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    declarations(source, MORE, folder)
    (kept,) = folder.glob("*.py")
    ran = tmp_path / "ran"
    kept.write_text(f"open({str(ran)!r}, 'w')\n" + kept.read_text())
    kept.chmod(0o666)
    assert declarations(source, MORE, folder).sizeof("point_t") == 8
    assert not ran.exists()


def test_without_a_folder_they_are_parsed(source: Path, tmp_path: Path) -> None:
    no_folder = tmp_path / "file"
    no_folder.touch()
    assert declarations(source, MORE, no_folder / "below").sizeof("line_t") == 16
