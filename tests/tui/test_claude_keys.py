"""None of our keys takes one away from Claude Code; the pages say what the code does."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

import pytest

from tests.support.claude import ClaudeHome, ClaudeTerminal
from tests.support.loopback_api import LoopbackApi, in_order
from tests.tools.write_key_docs import PAGES, PARTS, written
from tui.actions import ACTIONS
from tui.claude_keys import CLAUDE_KEYS, claude_use
from tui.key_names import KeyNameError, key_sign, parse_key
from tui.key_settings import read_keymap
from tui.keymap import DEFAULT_LEADER, Keymap, Keys, Scope

FUNCTION_KEYS = ("OP", "OQ", "OR", "OS", "[15~", "[17~", "[18~", "[19~", "[20~", "[21~", "[23~", "[24~")
LEAST_BINDINGS = 60
"""Fewer in the program, and it was not its table that was found."""


def test_no_key_that_works_everywhere_is_claudes() -> None:
    table = Keymap().table(Scope.EVERYWHERE)
    assert table
    assert [key for key in table if claude_use(key)] == []


def test_the_keys_of_the_registry_obey_the_rules_for_keys_of_ones_own() -> None:
    def spelled(keys: Keys) -> list[str]:
        return [f"{scope} {key_sign(key)}" for scope in Scope for key in keys.of(scope)]

    keymap, problems = read_keymap(DEFAULT_LEADER, {a.id: spelled(Keys.default(a)) for a in ACTIONS})
    assert problems == []
    assert all(keymap.keys(action) == Keys.default(action) for action in ACTIONS)


def test_every_key_of_the_table_is_one_and_stands_there_once() -> None:
    keys = [key for row in CLAUDE_KEYS for key in row.keys]
    assert len(keys) == len(set(keys))
    for key in keys:
        assert "shift+" in key or parse_key(key_sign(key)) in (key, "enter")


@pytest.mark.parametrize(("key", "is_claudes"), [("a", True), ("あ", True), ("f13", False), ("alt+f1", False)])
def test_what_is_typed_is_claudes(key: str, is_claudes: bool) -> None:
    assert (claude_use(key) is not None) is is_claudes


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_are_as_the_code_is(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert any(f"<!-- {name}: begin -->" in text for name in PARTS)
    assert text == written(text), "run: python -m tests.tools.write_key_docs"


@pytest.mark.claude
def test_every_default_key_of_the_installed_claude_is_known(claude_binary: Path) -> None:
    bindings = _default_keys(claude_binary)
    assert len(bindings) >= LEAST_BINDINGS, "Claude Code's table of keys was not found in the program"
    assert sorted(key for key in bindings if claude_use(key) is None) == []


@pytest.mark.claude
def test_function_keys_mean_nothing_to_the_real_claude(claude_binary: Path, claude_home: ClaudeHome) -> None:
    with LoopbackApi(in_order()) as api, ClaudeTerminal(claude_binary, claude_home, api.url) as claude:
        claude.wait_until_ready(timeout_s=120)
        claude.press("before ")
        claude.wait_until(lambda: claude.is_typed("before"), "what was typed")
        for sequence in FUNCTION_KEYS:
            claude.press(f"\x1b{sequence}")
        claude.press("after")
        claude.wait_until(lambda: claude.is_typed("before after"), "what was typed before and after", timeout_s=120)


def _default_keys(program: Path) -> set[str]:
    """The keys of the table of defaults inside the program, by Textual's names; of a sequence, the first."""
    with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as memory:
        start = memory.find(b'[{context:"Global",bindings:{')
        table = memory[start : memory.find(b"];", start)].decode(errors="replace") if start >= 0 else ""
    pairs = re.findall(r'(?:"([^"]+)"|\b(\w+)):"[a-zA-Z]+:[a-zA-Z0-9]+"', table)
    return {key for quoted, bare in pairs if (key := _named((quoted or bare).split()[0]))}


def _named(spelled: str) -> str | None:
    """None for what no terminal sends, and for the wheel."""
    if spelled.startswith(("cmd+", "wheel")):
        return None
    try:
        return parse_key(spelled)
    except KeyNameError:  # Shift with a character, as new terminals send it.
        return f"{spelled[:-1]}{parse_key(spelled[-1])}"
