"""One private copy of the mod per session."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from pathlib import Path

import pytest

from engine.capture.mod_files import LONGEST_SOCKET_PATH, ModFiles, ModFilesError


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_is_closed_to_others_and_the_path_is_short(mod_files: ModFiles) -> None:
    assert mode(mod_files.root) == 0o700
    assert len(os.fsencode(mod_files.socket_path)) <= LONGEST_SOCKET_PATH


def test_the_copy_is_complete_and_knows_its_socket(mod_files: ModFiles) -> None:
    names = {str(path.relative_to(mod_files.plugin_dir)) for path in mod_files.plugin_dir.rglob("*") if path.is_file()}
    assert names == {".claude-plugin/plugin.json", "hooks/hooks.json", "hooks/register.ts"}
    code = (mod_files.plugin_dir / "hooks/register.ts").read_text(encoding="utf-8")
    assert f"socketPath: {json.dumps(str(mod_files.socket_path))}," in code


def test_both_mods_hold_the_link_themselves(mod_files: ModFiles) -> None:
    """Older versions of Claude Code follow its interface only within one file."""
    first, second = (
        (folder / "hooks" / "register.ts").read_text(encoding="utf-8")
        for folder in (mod_files.plugin_dir, mod_files.session_plugin_dir)
    )
    for code in (first, second):
        assert code.count("function emit(") == 1
        assert "link'" not in code.replace("\"import './link'\"", "")
    assert first != second


def test_the_users_runtime_folder_is_preferred(tmp_path_factory: pytest.TempPathFactory) -> None:
    runtime = Path(tempfile.mkdtemp(prefix='q"uote'))
    files = ModFiles.create({"XDG_RUNTIME_DIR": str(runtime)})
    try:
        assert files.root.parent == runtime
        code = (files.plugin_dir / "hooks/register.ts").read_text(encoding="utf-8")
        assert '/q\\"uote' in code
    finally:
        files.remove()
        runtime.rmdir()


def test_a_runtime_folder_that_others_can_enter_is_not_used() -> None:
    runtime = Path(tempfile.mkdtemp())
    runtime.chmod(0o755)
    files = ModFiles.create({"XDG_RUNTIME_DIR": str(runtime)})
    try:
        assert files.root.parent != runtime
    finally:
        files.remove()
        runtime.rmdir()


def test_no_folder_at_all_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    with pytest.raises(ModFilesError, match="Set TMPDIR"):
        ModFiles.create({})


def test_each_session_has_its_own(mod_files: ModFiles) -> None:
    other = ModFiles.create({})
    other.remove()
    other.remove()
    assert not other.root.exists()
    assert other.root != mod_files.root
    assert mod_files.root.exists()
