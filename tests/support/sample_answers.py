"""Answers that tests of several sources give."""

from __future__ import annotations

import json
import re

from tests.support.answers import Answer, Text, ToolUse
from tests.support.loopback_api import Request, Script

MARKDOWN = """# A plan

It has **bold** text, `inline code` and a [link](https://example.com/docs). Next comes a list — “quoted” 日本語 🚀.

1. Read it.
2. Run it.

```python
def greet(name: str) -> str:
    return f"Hello, {name}!"
```

| Option | Meaning |
| --- | --- |
| `--fast` | Faster |

Shall I go on?
"""
READ = ToolUse("Read", {"file_path": "README.txt"})
TOUCH = ToolUse("Bash", {"command": "touch made.txt", "description": "make a file"})
QUESTION = {
    "question": "Which colour?",
    "header": "Colour",
    "multiSelect": False,
    "options": [{"label": "Red", "description": "A warm one"}, {"label": "Blue", "description": "A cold one"}],
}
ASK = ToolUse("AskUserQuestion", {"questions": [QUESTION]})
QUESTION_TEXT = "Which colour?\n\n- **Red**: A warm one\n- **Blue**: A cold one\n"
PARAGRAPHS = "\n\n".join(
    " ".join(f"Sentence {n} of paragraph {p} tells a little more about how the whole thing works." for n in range(3))
    for p in range(8)
)


def planning(plan: str) -> Script:
    """Writes a plan into the file that Claude Code names, and asks to begin."""

    def answer(request: Request) -> Answer:
        path = re.search(r'/[^ "\\]+/plans/[^ "\\]+?\.md', json.dumps(request.body))
        if request.tool_results == 0 and path:
            return [Text("I write it down.\n"), ToolUse("Write", {"file_path": path[0], "content": plan})]
        if request.tool_results == 1:
            return [Text("It is ready.\n"), ToolUse("ExitPlanMode", {})]
        return [Text("I begin.")]

    return answer
