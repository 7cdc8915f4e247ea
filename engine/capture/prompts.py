"""Prompts as a person knows them: Claude Code also writes messages in the user's name."""

from __future__ import annotations

import re

_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)
_TASK = "<task-notification>"
_NOT_TYPED = (
    "<command-",
    "<local-command-",
    "<system-reminder>",
    "<bash-",
    _TASK,
    "Caveat: The messages below",
    "This session is being continued from a previous conversation",
    "[Request interrupted",
)


def for_person(prompt: str) -> str:
    """The prompt; of the note that a background task has ended, its summary."""
    if prompt.lstrip().startswith(_TASK):
        summary = _SUMMARY.search(prompt)
        return summary[1].strip() if summary else ""
    return prompt


def is_typed(prompt: str) -> bool:
    """Whether a person wrote it."""
    return not prompt.lstrip().startswith(_NOT_TYPED)
