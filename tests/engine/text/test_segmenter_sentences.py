"""Developer-style texts and the sentences a reader expects, fed whole and character by character."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from engine.sentence import Kind
from engine.text.segmenter import Committed, SegmentEvent

Stream = Callable[[Sequence[str]], list[SegmentEvent]]
Settle = Callable[[Sequence[SegmentEvent]], list[Committed]]

PROSE: list[tuple[str, list[str]]] = [
    # plain boundaries
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("What?! Really?? Yes!!!", ["What?!", "Really??", "Yes!!!"]),
    ("A line\nthat wraps. And\nanother one.", ["A line that wraps.", "And another one."]),
    ("First paragraph\n\nSecond paragraph", ["First paragraph", "Second paragraph"]),
    ("npm is slow. npm install takes a minute.", ["npm is slow.", "npm install takes a minute."]),
    # closers
    ('He said "stop." Then it stopped.', ['He said "stop."', "Then it stopped."]),
    ('It prints "Done!" and exits.', ['It prints "Done!" and exits.']),
    ("It failed (see the log.) Then it passed.", ["It failed (see the log.)", "Then it passed."]),
    ("The (new!) parser is fast. Use it.", ["The (new!) parser is fast.", "Use it."]),
    ("**All tests pass.** The rest is *easy.* Go.", ["All tests pass.", "The rest is easy.", "Go."]),
    ("**One. Two.** Three.", ["One.", "Two.", "Three."]),
    ("See **this one. And that** end.", ["See this one.", "And that end."]),
    ("~~Old. Gone.~~ New.", ["Old.", "Gone.", "New."]),
    ("It works.[^1] See below.[2] End.", ["It works.[^1]", "See below.[2]", "End."]),
    ("“Quoted.” Next one. ‘Single.’ Last.", ["“Quoted.”", "Next one.", "‘Single.’", "Last."]),
    # paths, files, versions, URLs, numbers
    ("Edit tests/test_app.py. Then run it.", ["Edit tests/test_app.py.", "Then run it."]),
    ("Copy .env to .env.local. Done.", ["Copy .env to .env.local.", "Done."]),
    ("See config.yml and app.config.js for it.", ["See config.yml and app.config.js for it."]),
    ("Run cd .. and then ./run.sh first. OK.", ["Run cd .. and then ./run.sh first.", "OK."]),
    ("Needs Python 3.11.7. Node 20.1 works.", ["Needs Python 3.11.7.", "Node 20.1 works."]),
    ("Pi is 3.14159 and v2.0.0-rc.1 is out.", ["Pi is 3.14159 and v2.0.0-rc.1 is out."]),
    ("Open https://example.com/a.b?c=1.2&d=e. Log in.", ["Open https://example.com/a.b?c=1.2&d=e.", "Log in."]),
    ("Open <https://example.com/x.y>. Log in.", ["Open https://example.com/x.y.", "Log in."]),
    ("It took 1.5 s, i.e. 20% less. Good.", ["It took 1.5 s, i.e. 20% less.", "Good."]),
    ("It went from 3. Then to 4.", ["It went from 3.", "Then to 4."]),
    # abbreviations, initials, ellipses
    ("Use a linter, e.g. ruff. It is fast.", ["Use a linter, e.g. ruff.", "It is fast."]),
    ("Dr. Smith vs. Mr. Jones. Round two.", ["Dr. Smith vs. Mr. Jones.", "Round two."]),
    ("Logs, caches, etc. are kept. Fine.", ["Logs, caches, etc. are kept.", "Fine."]),
    ("It keeps logs, caches, etc. The rest goes.", ["It keeps logs, caches, etc.", "The rest goes."]),
    ("(tests, docs, etc.) were moved. Good.", ["(tests, docs, etc.) were moved.", "Good."]),
    ("See No. 5 for more. No. That is wrong.", ["See No. 5 for more.", "No.", "That is wrong."]),
    ("See Fig. 3 and Sec. 2.1 there. End.", ["See Fig. 3 and Sec. 2.1 there.", "End."]),
    ('She said "No." and left. OK.', ['She said "No." and left.', "OK."]),
    ("It is in U.S. English, **i.e.** American. OK.", ["It is in U.S. English, i.e. American.", "OK."]),
    ("Donald E. Knuth wrote it. We read it.", ["Donald E. Knuth wrote it.", "We read it."]),
    ("That was Plan B. Now for Plan C.", ["That was Plan B.", "Now for Plan C."]),
    ("It was you and I. Nobody else.", ["It was you and I.", "Nobody else."]),
    ("It runs at 5 a.m. every day. OK.", ["It runs at 5 a.m. every day.", "OK."]),
    ("Wait... what is this? Hm… Right.", ["Wait... what is this?", "Hm…", "Right."]),
    ("Loading ... please wait. Done.", ["Loading ... please wait.", "Done."]),
    # code spans, links
    ('Run `git commit -m "x. y"` now. Done.', ['Run git commit -m "x. y" now.', "Done."]),
    ("Use ``a `b. C` d`` here. OK.", ["Use a `b. C` d here.", "OK."]),
    ("Call `foo()`. Then `bar!`. End.", ["Call foo().", "Then bar!.", "End."]),
    ("`foo.bar` is set. `x` too.", ["foo.bar is set.", "x too."]),
    ("A lone ` is odd. It stays. Yes.", ["A lone ` is odd.", "It stays.", "Yes."]),
    ("An escaped \\` mark. Next one.", ["An escaped ` mark.", "Next one."]),
    ("See [the docs. All](https://a.b/c.d) first. Go.", ["See the docs. All first.", "Go."]),
    ("[Read this.](https://a.b) Then go.", ["Read this.", "Then go."]),
    ("[Link](https://a.b/x_(y).z) works. Yes.", ["Link works.", "Yes."]),
    ("![A chart. Big](c.png) shows it. OK.", ["A chart. Big shows it.", "OK."]),
    ("The range [0, 1) is open. Yes.", ["The range [0, 1) is open.", "Yes."]),
    ("Press <kbd>Ctrl</kbd>+<kbd>C</kbd>. Bye.", ["Press Ctrl+C.", "Bye."]),
    ("Put <your-name> in Vec<String>. OK.", ["Put <your-name> in Vec<String>.", "OK."]),
    ("A &amp; B &lt; C. Next.", ["A & B < C.", "Next."]),
    ("Pass *args and **kwargs on. OK.", ["Pass *args and **kwargs on.", "OK."]),
    ("Set snake_case_name and __init__.py now. OK.", ["Set snake_case_name and __init__.py now.", "OK."]),
    ("2 * 3 is 6. 2 ** 3 is 8.", ["2 * 3 is 6.", "2 ** 3 is 8."]),
    ("Text <!-- a. B --> goes on. End.", ["Text goes on.", "End."]),
    # colons, hard breaks
    ("Here is the plan:\nwe go. Note: not now.", ["Here is the plan:", "we go.", "Note: not now."]),
    ("**Steps:**\nGo on.", ["Steps:", "Go on."]),
    ("Name: Ann  \nAge: 30\\\nCity: Rome", ["Name: Ann", "Age: 30", "City: Rome"]),
    ("Done! 🎉 Next up. Go.", ["Done!", "🎉 Next up.", "Go."]),
    # Japanese
    ("最初です。次です！最後ですか？はい", ["最初です。", "次です！", "最後ですか？", "はい"]),
    ("「はい。」と言った。終わり。", ["「はい。」と言った。", "終わり。"]),
    ("日本語は\n改行しても続く。", ["日本語は改行しても続く。"]),
    # nothing to show
    ("", []),
    (" \n\n\t\n", []),
    ("<br>\n\n<!-- only a comment -->", []),
    ("42.", ["42."]),
]

BLOCKS: list[tuple[str, list[tuple[Kind, str]]]] = [
    ("# Title\nText.", [(Kind.HEADING, "Title"), (Kind.PROSE, "Text.")]),
    ("## 1. Set up ##\n### Step 2. Run it", [(Kind.HEADING, "1. Set up"), (Kind.HEADING, "Step 2. Run it")]),
    ("# What? Why!", [(Kind.HEADING, "What?"), (Kind.HEADING, "Why!")]),
    ("#hashtag is text. Yes.", [(Kind.PROSE, "#hashtag is text."), (Kind.PROSE, "Yes.")]),
    ("####### seven", [(Kind.PROSE, "####### seven")]),
    ("Title\n=====\nText.", [(Kind.HEADING, "Title"), (Kind.PROSE, "Text.")]),
    ("Title\n---\nText.", [(Kind.HEADING, "Title"), (Kind.PROSE, "Text.")]),
    ("A sentence.\n---\nText.", [(Kind.PROSE, "A sentence."), (Kind.RULE, ""), (Kind.PROSE, "Text.")]),
    ("A.\n\n---\n\n* * *\n\nB.", [(Kind.PROSE, "A."), (Kind.RULE, ""), (Kind.RULE, ""), (Kind.PROSE, "B.")]),
    ("***Bold*** start. **Bee.** *i*", [(Kind.PROSE, "Bold start."), (Kind.PROSE, "Bee."), (Kind.PROSE, "i")]),
    ("-5 is low. - is a dash.", [(Kind.PROSE, "-5 is low."), (Kind.PROSE, "- is a dash.")]),
    ("Steps:\n- One\n- Two. More.", [(Kind.PROSE, "Steps:"), *((Kind.LIST, t) for t in ("One", "Two.", "More."))]),
    ("- One\n  goes on. Next\n- Two", [*((Kind.LIST, t) for t in ("One goes on.", "Next", "Two"))]),
    ("- One\n\n  More of it.\n\nOut.", [(Kind.LIST, "One"), (Kind.LIST, "More of it."), (Kind.PROSE, "Out.")]),
    ("- [ ] Open task\n- [x] Done task", [(Kind.LIST, "Open task"), (Kind.LIST, "Done task")]),
    ("It was in\n1986. A good year.", [(Kind.PROSE, "It was in 1986."), (Kind.PROSE, "A good year.")]),
    ("> Quoted. Twice\n> over.\n\nOut.", [(Kind.QUOTE, "Quoted."), (Kind.QUOTE, "Twice over."), (Kind.PROSE, "Out.")]),
    ("> [!WARNING]\n> Take care.", [(Kind.QUOTE, "Warning"), (Kind.QUOTE, "Take care.")]),
    ("> # Title\n> - item\n> > deep", [(Kind.HEADING, "Title"), (Kind.LIST, "item"), (Kind.QUOTE, "deep")]),
    (
        "Text.\n\n    x = 1\n\n    y. z\n\nEnd.",
        [(Kind.PROSE, "Text."), (Kind.CODE, "x = 1\n\ny. z"), (Kind.PROSE, "End.")],
    ),
    ("a line\n    goes on. Yes.", [(Kind.PROSE, "a line goes on."), (Kind.PROSE, "Yes.")]),
    ("```\nx. y\n\n# z\n```\nEnd.", [(Kind.CODE, "x. y\n\n# z"), (Kind.PROSE, "End.")]),
    ("~~~sh\n```\na\n```\n~~~\nEnd.", [(Kind.CODE, "```\na\n```"), (Kind.PROSE, "End.")]),
    ("````\n```py\nx\n```\n````\nEnd.", [(Kind.CODE, "```py\nx\n```"), (Kind.PROSE, "End.")]),
    ("```md\n```py\nx\n```\n```\nEnd.", [(Kind.CODE, "```py\nx\n```"), (Kind.PROSE, "End.")]),
    ("```py\nnever closed", [(Kind.CODE, "never closed")]),
    ("```py", [(Kind.CODE, "")]),
    ("```inline. code``` is text. Yes.", [(Kind.PROSE, "inline. code is text."), (Kind.PROSE, "Yes.")]),
    (
        "1. Run:\n   ```sh\n   ls\n     -a\n   ```\n2. Go.",
        [(Kind.LIST, "Run:"), (Kind.CODE, "ls\n  -a"), (Kind.LIST, "Go.")],
    ),
    ("> ```\n> x. y\n> ```\n> Out.", [(Kind.CODE, "x. y"), (Kind.QUOTE, "Out.")]),
    ("> ```\n> x\nOut.", [(Kind.CODE, "x"), (Kind.PROSE, "Out.")]),
    ("| A | B |\n|---|:-:|\n| `x|y` | **b**. C |\nEnd.", [(Kind.TABLE, "A | B\nx|y | b. C"), (Kind.PROSE, "End.")]),
    ("Intro\n| A |\n|---|\n\nEnd.", [(Kind.PROSE, "Intro"), (Kind.TABLE, "A"), (Kind.PROSE, "End.")]),
    ("A | B\n--|--\n1 | 2", [(Kind.TABLE, "A | B\n1 | 2")]),
    ("|x| is the size. Yes.", [(Kind.PROSE, "|x| is the size."), (Kind.PROSE, "Yes.")]),
    ("- | a | b |\n  |---|---|\n  | 1 | 2 |", [(Kind.TABLE, "a | b\n1 | 2")]),
    (
        "---\ntitle: x\ntags:\n  - a\n---\nText.",
        [(Kind.RULE, ""), (Kind.CODE, "title: x\ntags:\n  - a"), (Kind.PROSE, "Text.")],
    ),
    ("---\nNote: go on. Yes.\n\nEnd.", [(Kind.RULE, ""), *((Kind.PROSE, t) for t in ("Note: go on.", "Yes.", "End."))]),
    (
        "<details>\n<summary>More. Here</summary>\nIn.\n</details>",
        [*((Kind.PROSE, t) for t in ("More.", "Here", "In."))],
    ),
    ("<!-- a.\n\nb. --> After.\nEnd.", [(Kind.PROSE, "After."), (Kind.PROSE, "End.")]),
    ("<pre>\na. b\n</pre>\nEnd.", [(Kind.CODE, "<pre>\na. b\n</pre>"), (Kind.PROSE, "End.")]),
    ("One.\r\nTwo.\r\n\r\n- Three\r", [(Kind.PROSE, "One."), (Kind.PROSE, "Two."), (Kind.LIST, "Three")]),
]


@pytest.mark.parametrize(("text", "expected"), PROSE)
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "characters"])
def test_prose(stream: Stream, settle: Settle, text: str, expected: list[str], is_whole: bool) -> None:
    sentences = settle(stream([text] if is_whole else list(text)))
    assert [sentence.en for sentence in sentences] == expected


@pytest.mark.parametrize(("text", "expected"), BLOCKS)
@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "characters"])
def test_blocks(stream: Stream, settle: Settle, text: str, expected: list[tuple[Kind, str]], is_whole: bool) -> None:
    sentences = settle(stream([text] if is_whole else list(text)))
    assert [(sentence.kind, sentence.en) for sentence in sentences] == expected


def test_list_levels_and_ordinals(stream: Stream, settle: Settle) -> None:
    text = "1. One. More.\n   - Deep\n     1) Deeper\n2. Two\n\n   Rest.\n\n10. Ten\n- Other"
    sentences = settle(stream([text]))
    assert [(s.en, s.level, s.ordinal) for s in sentences] == [
        ("One.", 1, "1."),
        ("More.", 1, ""),
        ("Deep", 2, ""),
        ("Deeper", 3, "1)"),
        ("Two", 1, "2."),
        ("Rest.", 1, ""),
        ("Ten", 1, "10."),
        ("Other", 1, ""),
    ]


def test_heading_levels(stream: Stream, settle: Settle) -> None:
    sentences = settle(stream(["# A\n### B\n###### C\nD\n===\nE\n---"]))
    assert [(s.en, s.level) for s in sentences] == [("A", 1), ("B", 3), ("C", 6), ("D", 1), ("E", 2)]


@pytest.mark.parametrize(
    ("text", "language", "lines"),
    [
        ("```python\na\n\nb\n```", "python", 3),
        ("~~~ {.rust .numbered}\na\n~~~", "rust", 1),
        ("```c++ title=x\n```", "c++", 0),
        ("```\na\n```", "", 1),
        ("    a\n\n    b\n\n", "", 3),
        ("| A |\n|---|\n| 1 |\n| 2 |", "", 2),
        ("| A |\n|---|", "", 0),
    ],
)
def test_language_and_lines(stream: Stream, settle: Settle, text: str, language: str, lines: int) -> None:
    [block] = settle(stream([text]))
    assert (block.language, block.lines) == (language, lines)


def test_markdown_is_the_source(stream: Stream, settle: Settle) -> None:
    text = "## Use *it*\n\n1. Run `a`. **Now.**\n   - Deep\n\n> Quote\n\n```py\nx\n```\n\n| A |\n|---|\n\n***\n"
    assert [s.markdown for s in settle(stream([text]))] == [
        "## Use *it*",
        "1. Run `a`.",
        "**Now.**",
        "   - Deep",
        "> Quote",
        "```py\nx\n```",
        "| A |\n|---|",
        "***",
    ]


def test_control_characters_are_replaced(stream: Stream, settle: Settle) -> None:
    sentences = settle(stream(["A\x1b[31m\x00 b\x9b.\n\n```\n\tx\x07\n```\n\n&#x202e;c"]))
    assert [s.en for s in sentences] == ["A\ufffd[31m\ufffd b\ufffd.", "\tx\ufffd", "\ufffdc"]
    assert not any(character in s.markdown for s in sentences for character in "\x1b\x00\x9b\x07")


def test_long_sentence_is_cut_at_a_clause(stream: Stream, settle: Settle) -> None:
    clause = "this clause goes on and on without any stop at all"
    text = ", ".join([clause] * 6) + "."
    sentences = settle(stream([text]))
    assert len(sentences) > 1
    assert all(len(s.en) <= 200 for s in sentences)
    assert all(s.en.endswith(("all,", "all.")) for s in sentences)
    assert " ".join(s.en for s in sentences) == text


def test_long_sentence_without_clause_is_cut_between_words(stream: Stream, settle: Settle) -> None:
    text = " ".join(f"word{number}" for number in range(200))
    sentences = settle(stream([text]))
    assert all(len(s.en) <= 400 for s in sentences)
    assert " ".join(s.en for s in sentences) == text


def test_text_without_any_space_is_cut(stream: Stream, settle: Settle) -> None:
    sentences = settle(stream(["x" * 2500]))
    assert [len(s.en) for s in sentences] == [1000, 1000, 500]


def test_sentence_of_just_the_limit_is_whole(stream: Stream, settle: Settle) -> None:
    text = "x" * 100 + ", " + "y" * 97 + "."
    assert [s.en for s in settle(stream(list(text)))] == [text]
    assert [s.en for s in settle(stream(["z" + text]))] == ["z" + "x" * 100 + ",", "y" * 97 + "."]
