"""Tools whose arguments are prose for the user: a question with its options, and a plan. As markdown."""

from __future__ import annotations

from collections.abc import Iterator

from engine.capture.records import mapping

QUESTION_TOOL = "AskUserQuestion"
PLAN_TOOL = "ExitPlanMode"
MOST_CHARACTERS = 200_000


def prose_of(shown: object) -> Iterator[str]:
    """The markdown of each tool of a step that has any; `shown` is a list of `{name, input}`, or anything."""
    for tool in shown if isinstance(shown, list) else []:
        name, arguments = mapping(tool).get("name"), mapping(mapping(tool).get("input"))
        if name == QUESTION_TOOL:
            yield from _questions(arguments.get("questions"))
        elif name == PLAN_TOOL and (plan := _text(arguments.get("plan"))):
            yield plan


def prose_of_tools(content: object) -> Iterator[tuple[int, str]]:
    """The same of a message's content as records hold it: index and markdown."""
    for index, block in enumerate(content if isinstance(content, list) else []):
        if mapping(block).get("type") == "tool_use":
            for prose in prose_of([block]):
                yield index, prose


def _questions(questions: object) -> Iterator[str]:
    for question in questions if isinstance(questions, list) else []:
        asked = mapping(question)
        options = asked.get("options")
        lines = [line for option in (options if isinstance(options, list) else []) if (line := _option(option))]
        text = "\n".join([_text(asked.get("question")), "", *lines]).strip()
        if text:
            yield text + "\n"


def _option(option: object) -> str:
    label, description = _line(mapping(option).get("label")), _line(mapping(option).get("description"))
    return f"- **{label}**: {description}" if label and description else f"- {label or description}".rstrip("- ")


def _line(value: object) -> str:
    """One line: a line break inside a list item would end it."""
    return " ".join(_text(value).split())


def _text(value: object) -> str:
    return value[:MOST_CHARACTERS].strip() if isinstance(value, str) else ""
