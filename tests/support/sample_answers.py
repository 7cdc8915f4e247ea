"""Answers that tests of several sources give."""

from __future__ import annotations

from tests.support.answers import ToolUse

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
