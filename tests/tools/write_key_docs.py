"""Writes what docs/keys.md and README.md say of keys from the code: `python -m tests.tools.write_key_docs`.

Only what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->` is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tui.actions import ACTIONS, Action, Group
from tui.claude_keys import CLAUDE_KEYS
from tui.key_names import key_sign
from tui.keymap import Keymap, Scope

ROOT = Path(__file__).parents[2]
KEYMAP = Keymap()


def written(text: str) -> str:
    """The page with its parts as they are now."""
    for name, part in PARTS.items():
        between = re.compile(rf"(<!-- {name}: begin -->\n).*?(<!-- {name}: end -->)", re.DOTALL)
        text = between.sub(lambda found, part=part: f"{found[1]}\n{part()}\n{found[2]}", text)  # type: ignore[misc]
    return text


def _every_action() -> str:
    return (
        "\n".join(
            "\n".join([f"### {group}\n", *_rows("| what it does | name in the config |", group)]) + "\n"
            for group in Group
        ).rstrip("\n")
        + "\n"
    )


def _rows(first: str, group: Group) -> Iterator[str]:
    yield f"{first} everywhere | after {key_sign(KEYMAP.leader)} | in the view |\n|---|---|---|---|---|"
    for action in ACTIONS:
        if action.group is group:
            yield f"| {action.help} | `{action.id}` | {_cells(action)} |"


def _most_used() -> str:
    shown = [action for action in ACTIONS if action.function_key or action.is_in_bar]
    shown.sort(key=lambda action: int(action.function_key[1:] or 99))
    rows = [f"| {action.help} | {_cells(action)} |" for action in shown]
    head = f"| | everywhere | after {key_sign(KEYMAP.leader)} | in the view |\n|---|---|---|---|"
    return "\n".join([head, *rows]) + "\n"


def _cells(action: Action) -> str:
    return " | ".join(_signs(KEYMAP.keys(action).of(scope)) for scope in Scope)


def _claudes() -> str:
    rows = [f"| {_signs(row.keys)} | {row.use} | {_ours(row.keys)} |" for row in CLAUDE_KEYS]
    head = "| Claude Code's keys | what they do there | ours, while the view has the keyboard |\n|---|---|---|"
    return "\n".join([head, *rows]) + "\n"


def _ours(keys: Iterable[str]) -> str:
    table = KEYMAP.table(Scope.VIEW)
    return ", ".join(f"{_sign(key)} {table[key].label}" for key in keys if key in table)


def _signs(keys: Iterable[str]) -> str:
    return " ".join(map(_sign, keys))


def _sign(key: str) -> str:
    return f"`{key_sign(key)}`".replace("|", "\\|")


PARTS: Mapping[str, Callable[[], str]] = {"actions": _every_action, "most used": _most_used, "claude": _claudes}
PAGES = (ROOT / "docs/keys.md", ROOT / "README.md")


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(written(page.read_text(encoding="utf-8")), encoding="utf-8")
