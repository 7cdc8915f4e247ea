"""Sixty prompts and what Claude answers to each: every kind of markdown, tools, narration, retries, Esc, subagents."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.support.answers import Answer, Drop, Narration, Part, Pause, Reasoning, Refuse, Text, ToolUse
from tests.support.loopback_api import DEFAULT_ANSWER, Request

PACE_S = 0.015
"""Between two pieces of an answer."""
UNTIL_ESC_S = 60.0
_PROMPT = re.compile(r"\b(Q\d\d\w?) please")
READ = ToolUse("Read", {"file_path": "README.txt"})
LIST = ToolUse("Bash", {"command": "ls -a", "description": "list the files"})
NO_FILE = ToolUse("Read", {"file_path": "missing.txt"})
TASK_NAME = "Q54s"
TASK = {
    "description": "short task",
    "prompt": f"{TASK_NAME} please do the sub task",
    "subagent_type": "general-purpose",
    "run_in_background": False,
}


@dataclass(frozen=True)
class Exchange:
    """One prompt and the answers it gets, one for each request."""

    name: str
    """Unique, and part of the prompt."""
    answers: Sequence[Answer]
    esc_when: str = ""
    """Press Esc when the screen shows this."""
    queue_when: str = ""
    """Type the next prompt when the screen shows this, while Claude still answers."""

    @property
    def prompt(self) -> str:
        """What is typed."""
        return f"{self.name} please answer"


@dataclass(frozen=True)
class Block:
    """A block of prose that a reader must get."""

    text: str
    is_narration: bool
    is_cut: bool
    """It was stopped before its end."""


class Sixty:
    """The script of the server: the answers in order, and what was said of them."""

    def __init__(self, exchanges: Sequence[Exchange], others: Mapping[str, Sequence[Answer]]) -> None:
        self._left = {exchange.name: list(exchange.answers) for exchange in exchanges}
        self._left |= {name: list(answers) for name, answers in others.items()}
        self._subagents = set(others)
        self._given: dict[str, list[tuple[int, Answer]]] = {}
        self._count = 0
        self.unexpected: list[str] = []
        """Prompts that asked more often than there are answers."""

    def __call__(self, request: Request) -> Answer:
        """The answer to one request: the next one of the prompt that came last."""
        name = self._name(request)
        if not self._left.get(name):
            self.unexpected.append(name)
            return DEFAULT_ANSWER
        answer = self._left[name].pop(0)
        if isinstance(answer, Refuse):
            return answer
        self._given.setdefault(name, []).append((self._count, answer))
        self._count += 1
        return [_paced(part) for part in answer]

    def blocks(self, name: str) -> list[Block]:
        """What was said in one exchange."""
        return [
            Block(part.text, isinstance(part, Narration), _is_cut(answer))
            for _, answer in self._kept(name)
            for part in answer
            if isinstance(part, Text)
        ]

    @property
    def said(self) -> set[int]:
        """The answers of Claude's own that count, as the server numbers them."""
        return {number for name in self._given if name not in self._subagents for number, _ in self._kept(name)}

    def _kept(self, name: str) -> list[tuple[int, Sequence[Part]]]:
        """The answers but for those that broke off and were asked for again; Claude Code does not always do that."""
        given = self._given.get(name, [])
        last = len(given) - 1
        return [
            (number, answer)
            for index, (number, answer) in enumerate(given)
            if not isinstance(answer, Refuse) and (index == last or not _breaks(answer))
        ]

    def _name(self, request: Request) -> str:
        """The latest prompt; a subagent has one only, which stands among Claude's own words too."""
        names: list[str] = _PROMPT.findall(json.dumps(request.body["messages"]))
        own = [name for name in names if name not in self._subagents]
        return (own or names or [""])[-1]


def _breaks(answer: Sequence[Part]) -> bool:
    return any(isinstance(part, Drop) for part in answer)


def _is_cut(answer: Sequence[Part]) -> bool:
    return _breaks(answer) or any(isinstance(part, Pause) and part.seconds == UNTIL_ESC_S for part in answer)


def _paced(part: Part) -> Part:
    is_usual = isinstance(part, Text) and part.delay_s == Text.delay_s
    return replace(part, delay_s=PACE_S) if isinstance(part, Text) and is_usual else part


_LONG = "\n\n".join(
    f"Paragraph {n} says where the time goes. Its second sentence is long enough to be broken into two rows of the "
    f"screen, and it names `step_{n}` too."
    for n in range(12)
)
_MARKDOWN: Sequence[str] = [
    "One sentence alone.",
    "The first of two. The second of two.",
    "A first paragraph.\n\nA second paragraph. It has two sentences.",
    "# A heading\n\nProse follows the heading.",
    "# One\n\nText one.\n\n## Two\n\nText two.\n\n### Three\n\nText three.\n\n#### Four\n\nText four.",
    "Three things:\n\n- Apples are red.\n- Pears are green.\n- Plums are blue.",
    "Do this:\n\n1. Read the file.\n2. Change the line.\n3. Run the tests.",
    "Nested items:\n\n- The outer item.\n  - The inner item.\n  - Another inner item.\n- The last item.",
    "- [x] Write the code.\n- [ ] Write the tests.\n- [ ] Ship it.",
    "He wrote this:\n\n> Simple is better than complex. Flat is better than nested.\n\nI agree with him.",
    "The options:\n\n| Option | Meaning |\n| --- | --- |\n| fast | Be quick |\n| slow | Take time |\n\nChoose one.",
    'The function:\n\n```python\ndef greet(name: str) -> str:\n    return f"Hello, {name}!"\n```\n\nIt greets you.',
    "Run this:\n\n```sh\nmake test\nmake install\n```\n\nThen look at the output.",
    "Above the line.\n\n---\n\nBelow the line.",
    "This is **very important** and *somewhat subtle*. It ends with **bold text.** Then it goes on.",
    "Open `config.yml` and set `retry.times` to 3. Then call `load()` again.",
    "See [the manual](https://example.com/docs) for more. Also read [the guide](https://example.com/guide).",
    "This one sentence is so long that the screen has to break it into several rows, because it goes on and on, with "
    "one clause after another, until at last there is nothing left to say. A short one follows.",
    "Dr. Smith met Mr. Jones at 3 p.m. in the lab. They used e.g. a laser, i.e. light.",
    "Version 2.1.328 came out today. It needs Python 3.11 or newer. See https://example.com/a.b for details.",
    'She said "it works." Nobody believed her (at first). Then they saw it.',
    "It works 🎉. The rocket 🚀 has left. Now we wait ⏳.",
    "The word 日本語 means Japanese. It is written 「日本語」 here.",
    "Are you sure? Yes, I am! Then let us begin.",
    "Well... it depends. Wait… let me think. Fine.",
    "The ~~old~~ new way is better. Use it.",
    "If a < b and b > c then stop. Use &amp; in HTML. That is all.",
    "- The first item. It has two sentences.\n- The second item is short.\n\nThat was the list.",
    "We continue:\n\n3. The third step.\n4. The fourth step.",
    "The output:\n\n```\nplain text in a block\nand a second line\n```\n\nNothing else was printed.",
    "Steps:\n\n1. Install it:\n\n   ```sh\n   pip install thing\n   ```\n\n2. Run it.",
    "**A bold line alone**\n\nText below the bold line.",
    "| File | Lines |\n| --- | ---: |\n| `a.py` | 10 |\n| `b.py` | 20 |\n\nBoth files are small.",
    "This sentence is broken\nby a line end in its source. This one is not.",
    "A hard break comes here.  \nThis is on the next line.",
    "Look at ![the picture](https://example.com/p.png) once more. It shows the graph.",
    "Twelve items:\n\n" + "\n".join(f"- Item number {n} of the list." for n in range(12)),
    _LONG,
    "One sentence alone.",
    "Again. Again. Something else. Again.",
    r"The path is C:\Users\me and the name is my_long_name. Both matter.",
    "The cost is $5 and 20% of x^2 + y_1. So be it.",
    "The change:\n\n```diff\n- old = 1\n+ new = 2\n```\n\nIt is small.",
    "Tildes work too:\n\n~~~js\nconst a = 1;\n~~~\n\nSo they do.",
    "> A quote with a list:\n>\n> - One thing.\n> - Another thing.\n\nThe quote is over.",
]
_LEFT_OVER = "I began to answer. This much was said.\n\nThe next paragraph is stopped. It has no"


def _answers() -> list[Sequence[Answer]]:
    """What is more than one block of text."""
    return [
        [[Text("I will read the file first.\n"), READ], [Text("It has one line.")]],
        [[Text("I look at two things at once.\n"), READ, LIST], [Text("Both are fine.\n"), LIST], [Text("Good.")]],
        [[LIST], [Text("The folder holds one file. Nothing else is there.")]],
        [
            [Reasoning(), Narration("I must look at the file. It may be long."), READ],
            [Reasoning(), Narration("It is short."), LIST],
            [Text("The narration is over.")],
        ],
        [[Reasoning(), Text("I thought about it. The answer is yes.")]],
        [Refuse(), [Text("The server was busy. Now it is not.")]],
        [
            [Drop()],
            [Text("The connection broke before the first word. It is told once.")],
        ],
        [
            [Text("The first paragraph is whole. It has two sentences.\n\n"), Drop()],
            [Text("The first paragraph is whole. It has two sentences.\n\nAnd then it went on.\n"), READ],
            [Text("The step after the retry.")],
        ],
    ]


def sixty() -> tuple[list[Exchange], Sixty]:
    """The exchanges in their order, and a script for one session."""
    answers: list[Sequence[Answer]] = [[[Text(markdown)]] for markdown in _MARKDOWN] + _answers()
    exchanges = [Exchange(f"Q{number:02}", given) for number, given in enumerate(answers)]

    def add(*given: Answer, **more: Any) -> None:
        exchanges.append(Exchange(f"Q{len(exchanges):02}", given, **more))

    add([Text(_LEFT_OVER), Pause(UNTIL_ESC_S)], esc_when="This much was said.")
    assert exchanges[-1].name == "Q53"
    add([Text("I will delegate this.\n"), ToolUse("Agent", TASK)], [Text("The sub task is done.")])
    moment = "It takes a moment."
    add([Text(f"The first prompt is being answered.\n\n{moment}"), Pause(1.5)], queue_when=moment)
    add([Text("The queued prompt has its own turn.")])
    add([Text("A tool fails here.\n"), NO_FILE], [Text("The file is missing. I go on without it.")])
    add([Text("A slow answer comes word by word. It is not over yet.", delay_s=0.2, sizes=(4, 9))])
    add([Text("# The end\n\nAll is said. Thank you!")])
    others = {TASK_NAME: [[Text("The subagent's own words.")]]}
    return exchanges, Sixty(exchanges, others)
