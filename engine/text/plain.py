"""A finished sentence without its markdown, and a cheap guess at it for a sentence still being written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.text.clean import without_controls
from engine.text.words import words

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LONGEST_PARSED = 4000
"""Longer pieces (one giant table cell) are only stripped roughly: the parser is not linear on hostile input."""
_TAGS = words(
    "a abbr address article aside b bdi bdo blockquote body br button caption center cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i img input ins "
    "kbd label li main mark nav ol option p picture pre q rp rt ruby s samp script section select small span strike "
    "strong style sub summary sup svg table tbody td textarea tfoot th thead tr tt u ul var video wbr"
)
_TAG_NAME = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)")
_LONE_OPENING = re.compile(r"(?<![\w*~])(?:\*{1,3}|~~)(?!\w*args\b)(?=\w)")
_LONE_CLOSING = re.compile(r"(?<=[^\s*~])(?:\*{1,3}|~~)(?![\w*~])")
_LONE_MARKS = re.compile(r"^(?:\*{1,3}|~~)(?=\s|$)|(?<=\s)\*\*(?=$)")
_TASK = re.compile(r"^\[[ xX]\]\s+")
_ALERT = re.compile(r"^\[!([A-Z]+)\](?=\s|$)")
_HASHES = re.compile(r"(?:^|\s+)#+\s*$")
_SPACES = re.compile(r"\s+")
_JAPANESE = r"[\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]"
_BETWEEN_JAPANESE = re.compile(rf"(?<={_JAPANESE})\n(?={_JAPANESE})")
_HARD_BREAK = re.compile(r"(?<!\\)\\\Z")
_NAME = re.compile(r"[a-z]\w*")
_DRAFT_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)?")
_DRAFT_MARKS = re.compile(r"`+|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|~~|<!--.*?(?:-->|$)|</?[a-zA-Z][^<>]*>", re.DOTALL)


def plain(markdown: str) -> str:
    """Strip a finished sentence: links and images become their text, code spans their code, tags and emphasis go."""
    if len(markdown) > _LONGEST_PARSED:
        return draft(markdown)
    text = _HARD_BREAK.sub("", _BETWEEN_JAPANESE.sub("", markdown.strip()))
    tokens = _parser().parseInline(text)[0].children or []
    parts = [_dunder(tokens, index) or _text_of(token) for index, token in enumerate(tokens)]
    return without_controls(_one_line("".join(parts)))


def plain_item(markdown: str) -> str:
    """The same for the start of a list item: the task box goes too."""
    return plain(_TASK.sub("", markdown))


def plain_quote(markdown: str) -> str:
    """The same for a quote: the mark of a note (`[!WARNING]`) becomes a word."""
    return plain(_ALERT.sub(lambda match: match[1].capitalize(), markdown))


def plain_heading(markdown: str) -> str:
    """The same for a heading: closing hashes go too."""
    return plain(_HASHES.sub("", markdown))


def draft(markdown: str) -> str:
    """A sentence still being written: quick, and right but for rare constructs."""
    return _one_line(_DRAFT_MARKS.sub("", _DRAFT_LINK.sub(r"\1", markdown)))


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _dunder(tokens: Sequence[Token], index: int) -> str:
    """The marks of `__init__`: strong emphasis to markdown, a name to everyone who reads about code."""
    if tokens[index].markup != "__":
        return ""
    name = tokens[index + 1 : index + 3] if tokens[index].type == "strong_open" else tokens[max(index - 2, 0) : index]
    is_name = len(name) == 2 and any(_NAME.fullmatch(token.content) for token in name)
    return "__" if is_name and {token.markup for token in name} == {"", "__"} else ""


def _text_of(token: Token) -> str:
    match token.type:
        case "text":
            return _without_lone_marks(token.content)
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline":
            return _tag_text(token.content)
        case _:
            return token.content


def _without_lone_marks(text: str) -> str:
    """Emphasis that began in one sentence and ends in another leaves its marks behind in both."""
    return _LONE_MARKS.sub("", _LONE_CLOSING.sub("", _LONE_OPENING.sub("", text)))


def _tag_text(tag: str) -> str:
    """Known tags vanish; `<name>` is a placeholder that the reader needs."""
    name = _TAG_NAME.match(tag)
    if name is None:
        return ""
    if name[1].lower() not in _TAGS:
        return tag
    return " " if name[1].lower() in ("br", "p", "div", "li", "td", "th", "tr") else ""


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Without text_join an escaped star stays a token of its own, so that it is not taken for a lone mark.
    return MarkdownIt("commonmark").enable("strikethrough").disable("text_join")
