"""The keys that Claude Code uses, so that none of ours takes one away.

From its own table of default keys (2.1.328 and 2.1.197) and from pressing every key in its prompt: docs/keys.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaudeKeys:
    """Keys, by Textual's names, and what they do there."""

    keys: tuple[str, ...]
    use: str


CLAUDE_KEYS: tuple[ClaudeKeys, ...] = (
    ClaudeKeys(("ctrl+c",), "interrupts; twice, leaves"),
    ClaudeKeys(("ctrl+d",), "leaves; half a page down where it scrolls"),
    ClaudeKeys(("ctrl+z",), "suspends"),
    ClaudeKeys(("ctrl+backslash",), "the terminal's signal to quit"),
    ClaudeKeys(("escape",), "interrupts, closes, clears the prompt"),
    ClaudeKeys(("enter",), "sends, chooses"),
    ClaudeKeys(("ctrl+enter",), "sends now"),
    ClaudeKeys(("shift+enter", "alt+enter", "ctrl+j"), "a new line"),
    ClaudeKeys(("tab",), "completes, next field"),
    ClaudeKeys(("shift+tab", "alt+m"), "next permission mode, field before"),
    ClaudeKeys(("up", "down", "ctrl+p", "ctrl+n"), "prompts of before, lists"),
    ClaudeKeys(("left", "right", "ctrl+b", "ctrl+f"), "a character; Ctrl+B sends a task to the background"),
    ClaudeKeys(("ctrl+left", "ctrl+right", "alt+left", "alt+right", "alt+b", "alt+f"), "a word to the left or right"),
    ClaudeKeys(("home", "end", "ctrl+a", "ctrl+e"), "begin and end of the line"),
    ClaudeKeys(("backspace", "delete"), "a character away"),
    ClaudeKeys(("alt+backspace", "ctrl+backspace", "ctrl+w", "alt+d", "alt+delete", "ctrl+delete"), "a word away"),
    ClaudeKeys(("ctrl+k", "ctrl+u"), "the rest, or the begin, of the line away"),
    ClaudeKeys(("ctrl+y", "alt+y"), "pastes what was taken away; goes on to the newer model"),
    ClaudeKeys(("ctrl+underscore", "ctrl+minus", "ctrl+shift+minus", "ctrl+shift+underscore"), "undoes"),
    ClaudeKeys(("ctrl+g",), "the prompt in an editor"),
    ClaudeKeys(("ctrl+l",), "clears the prompt, draws anew"),
    ClaudeKeys(("ctrl+o",), "everything that was said"),
    ClaudeKeys(("ctrl+r",), "searches prompts"),
    ClaudeKeys(("ctrl+s",), "puts the prompt aside"),
    ClaudeKeys(("ctrl+t",), "list of tasks"),
    ClaudeKeys(("ctrl+v", "alt+v"), "pastes a picture"),
    ClaudeKeys(("ctrl+x",), "begins keys of two: Ctrl+X Ctrl+E (editor), Ctrl+X Ctrl+K (ends agents) and more"),
    ClaudeKeys(("ctrl+right_square_bracket",), "opens the artifact that it has made, where there is one"),
    ClaudeKeys(("ctrl+shift+b",), "short or long view"),
    ClaudeKeys(("ctrl+shift+c",), "copies what is selected"),
    ClaudeKeys(("alt+p",), "chooses the model"),
    ClaudeKeys(("alt+o",), "fast mode"),
    ClaudeKeys(("alt+t",), "thinking on or off"),
    ClaudeKeys(("alt+w",), "workflows on or off"),
    ClaudeKeys(("shift+up", "shift+down"), "more or less effort; selects"),
    ClaudeKeys(("shift+left", "shift+right", "shift+home", "shift+end"), "selects"),
    ClaudeKeys(("ctrl+up", "ctrl+down", "alt+up", "alt+down"), "files of a diff, groups of agents"),
    ClaudeKeys(("pageup", "pagedown", "ctrl+home", "ctrl+end"), "scrolls"),
    ClaudeKeys(("space", "shift+space"), "a blank; held, speaks to Claude where that is on"),
)


def claude_use(key: str) -> str | None:
    """What Claude Code does with `key`, Textual's name; None where it does nothing."""
    for row in CLAUDE_KEYS:
        if key in row.keys:
            return row.use
    *modifiers, name = key.split("+")
    is_function_key = name[0] == "f" and name[1:].isdecimal()
    is_typed = not modifiers and not is_function_key and name != "insert"
    return "it is typed" if is_typed else None
