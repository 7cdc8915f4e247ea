"""The user's own settings stay whole when our hooks join them."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from engine.capture.hook_settings import HookSettingsError, hook_entry, with_settings

OURS = hook_entry("http://127.0.0.1:1/secret", ["Stop", "MessageDisplay"])
THEIRS: dict[str, Any] = {
    "model": "opus",
    "permissions": {"allow": ["Read"]},
    "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say done"}]}], "PreToolUse": []},
}


def merged(arguments: list[str], folder: Path) -> tuple[list[str], dict[str, Any]]:
    """The arguments after ours, and what our file holds."""
    target = folder / "ours.json"
    flag, path, *rest = with_settings(arguments, OURS, target, folder)
    assert (flag, path) == ("--settings", str(target))
    return rest, json.loads(target.read_text(encoding="utf-8"))


def test_without_settings_of_the_user_there_are_only_our_hooks(tmp_path: Path) -> None:
    assert merged(["--model", "opus"], tmp_path) == (["--model", "opus"], OURS)


@pytest.mark.parametrize("form", ["file", "relative", "json", "equals"])
def test_the_users_settings_are_merged_not_replaced(tmp_path: Path, form: str) -> None:
    (tmp_path / "own.json").write_text(json.dumps(THEIRS), encoding="utf-8")
    given = {
        "file": ["--settings", str(tmp_path / "own.json")],
        "relative": ["--settings", "own.json"],
        "json": ["--settings", json.dumps(THEIRS)],
        "equals": [f"--settings={tmp_path / 'own.json'}"],
    }[form]
    rest, settings = merged(["-c", *given, "hello"], tmp_path)
    assert rest == ["-c", "hello"]
    assert settings["model"] == "opus"
    assert settings["permissions"] == {"allow": ["Read"]}
    assert settings["hooks"]["PreToolUse"] == []
    assert settings["hooks"]["Stop"] == [*THEIRS["hooks"]["Stop"], *OURS["hooks"]["Stop"]]
    assert settings["hooks"]["MessageDisplay"] == OURS["hooks"]["MessageDisplay"]
    assert json.loads((tmp_path / "own.json").read_text(encoding="utf-8")) == THEIRS


def test_of_several_the_last_counts_as_it_does_for_claude(tmp_path: Path) -> None:
    _, settings = merged(["--settings", '{"model":"a"}', "--settings", '{"model":"b"}'], tmp_path)
    assert settings["model"] == "b"


def test_what_follows_two_dashes_is_a_prompt(tmp_path: Path) -> None:
    rest, _ = merged(["--", "--settings", "x"], tmp_path)
    assert rest == ["--", "--settings", "x"]


@pytest.mark.parametrize("given", ["no-such-file.json", "{broken", "{", "list.json"])
def test_settings_that_cannot_be_read_are_left_to_claude(tmp_path: Path, given: str) -> None:
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    with pytest.raises(HookSettingsError, match="--settings"):
        merged(["--settings", given], tmp_path)
    assert not (tmp_path / "ours.json").exists()


def test_only_the_user_can_read_the_secret(tmp_path: Path) -> None:
    merged([], tmp_path)
    assert stat.S_IMODE((tmp_path / "ours.json").stat().st_mode) == 0o600
