"""Questions and plans as markdown."""

from __future__ import annotations

from typing import Any

import pytest

from engine.capture.shown_tools import MOST_CHARACTERS, prose_of


def ask(*questions: Any) -> list[dict[str, Any]]:
    return [{"name": "AskUserQuestion", "input": {"questions": list(questions)}}]


def test_a_question_and_its_options_are_a_list() -> None:
    options = [{"label": "Red", "description": "A warm\ncolour"}, {"label": "Blue"}, {"description": "Neither"}]
    assert list(prose_of(ask({"question": "Which colour?", "options": options}))) == [
        "Which colour?\n\n- **Red**: A warm colour\n- Blue\n- Neither\n"
    ]


def test_each_question_stands_alone() -> None:
    assert list(prose_of(ask({"question": "First?"}, {"question": "Second?"}))) == ["First?\n", "Second?\n"]


def test_a_plan_is_its_markdown() -> None:
    plan = "# The plan\n\n1. Do it."
    assert list(prose_of([{"name": "ExitPlanMode", "input": {"plan": plan, "planFilePath": "/p.md"}}])) == [plan]


def test_a_plan_without_end_is_cut() -> None:
    (plan,) = prose_of([{"name": "ExitPlanMode", "input": {"plan": "x" * (MOST_CHARACTERS + 5)}}])
    assert len(plan) == MOST_CHARACTERS


@pytest.mark.parametrize(
    "shown",
    [
        None,
        3,
        {},
        [None, 1, "x", []],
        [{"name": "Bash", "input": {"plan": "no"}}],
        [{"name": "ExitPlanMode"}, {"name": "ExitPlanMode", "input": {"plan": 1}}],
        ask(None, 1, {}, {"question": 1, "options": {"label": "no"}}, {"options": [None, 2, {"label": 3}]}),
        [{"name": "AskUserQuestion", "input": {"questions": "no"}}],
    ],
)
def test_anything_else_is_nothing(shown: object) -> None:
    assert list(prose_of(shown)) == []
