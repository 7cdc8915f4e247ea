"""Code in colours: lines of spans whose roles follow the theme. Pygments is imported with the first code block."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from tui.widgets.spans import Line, Span

PLAIN = "code"
MAX_LINES = 2000
"""A longer block is shown without colours: nobody reads it here, and the screen must not wait for it."""
MAX_LINE = 400
"""Characters of a line that get colours: lines are cut to the window anyway, and some lexers are slow on long ones."""

# The parent's role counts for every kind of token below it, so the narrow ones stand beside the wide ones.
_ROLES: Mapping[str, str] = {
    "Token.Keyword": "code-keyword",
    "Token.Operator.Word": "code-keyword",
    "Token.Comment.Preproc": "code-keyword",
    "Token.Name.Function": "code-name",
    "Token.Name.Class": "code-name",
    "Token.Name.Namespace": "code-name",
    "Token.Name.Decorator": "code-name",
    "Token.Name.Tag": "code-name",
    "Token.Generic.Heading": "code-name",
    "Token.Generic.Subheading": "code-name",
    "Token.Name.Builtin": "code-builtin",
    "Token.Name.Attribute": "code-builtin",
    "Token.Name.Exception": "code-builtin",
    "Token.Name.Variable": "code-builtin",
    "Token.Literal.String": "code-string",
    "Token.Literal.Number": "code-number",
    "Token.Keyword.Constant": "code-number",
    "Token.Comment": "code-comment",
    "Token.Generic.Prompt": "code-comment",
    "Token.Generic.Inserted": "code-inserted",
    "Token.Generic.Deleted": "code-deleted",
}


@cache
def prepare() -> None:
    """Import what colours need on a thread of its own, so that the screen does not wait for it with the first block."""
    threading.Thread(target=lambda: _lexer("python"), name="highlight", daemon=True).start()


def highlight(lines: Sequence[str], language: str) -> list[Line]:
    """Clean lines of code as spans, one line each; without colours where nobody knows the language."""
    if not language or len(lines) > MAX_LINES:
        return [(Span(line, PLAIN),) for line in lines]
    return list(_highlighted(tuple(lines), language.casefold()))


@lru_cache(maxsize=256)
def _highlighted(lines: tuple[str, ...], language: str) -> tuple[Line, ...]:
    lexer = _lexer(language)
    if lexer is None:
        return tuple((Span(line, PLAIN),) for line in lines)
    # Some lexers know a line by its end, the last one too.
    coloured = _split(lexer.get_tokens("".join(f"{line[:MAX_LINE]}\n" for line in lines)))
    return tuple(
        (*found, Span(line[MAX_LINE:], PLAIN)) if len(line) > MAX_LINE else found
        for line, found in zip(lines, _padded(coloured, len(lines)), strict=True)
    )


def _split(tokens: Iterable[tuple[Any, str]]) -> list[Line]:
    """Tokens as lines of spans; neighbours of one role are one span."""
    lines: list[list[Span]] = [[]]
    for kind, text in tokens:
        role = _role(kind)
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if not part:
                continue
            line = lines[-1]
            if line and line[-1].role == role:
                line[-1] = Span(line[-1].text + part, role)
            else:
                line.append(Span(part, role))
    return [tuple(line) for line in lines]


def _padded(lines: list[Line], count: int) -> list[Line]:
    # A lexer may leave out empty lines at the end; after the last line's end it begins another.
    return [*lines, *[()] * count][:count]


@cache
def _role(kind: Any) -> str:
    while kind is not None:
        if role := _ROLES.get(str(kind)):
            return role
        kind = kind.parent
    return PLAIN


@cache
def _names() -> Mapping[str, str]:
    """The lexers that come with Pygments, by every name that a code fence may give them.

    Asking Pygments for an unknown name would look through all installed distributions for plugins.
    """
    from pygments.lexers import get_all_lexers

    return {alias: name for name, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    from pygments.lexers import find_lexer_class

    name = _names().get(language)
    found = find_lexer_class(name) if name else None
    return found(stripnl=False, ensurenl=False) if found else None
