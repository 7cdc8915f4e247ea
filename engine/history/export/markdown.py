"""Markdown: to read, and to keep in a repository."""

from __future__ import annotations

from collections.abc import Iterator

from engine.history.export.material import Material
from engine.history.records import SentenceRecord
from engine.sentence import Kind


def interleaved(material: Material) -> Iterator[str]:
    """Each sentence in English, then in Japanese as a quote."""
    yield _head(material)
    for turn, sentence in material.by_turn():
        if turn:
            yield f"\n---\n\n**❯ {_line(turn.prompt)}**\n"
        yield f"\n{_english(sentence)}\n"
        if _has_japanese(sentence):
            yield f"\n> {_line(sentence.ja)}\n"


def columns(material: Material) -> Iterator[str]:
    """A table with English on the left and Japanese on the right; code stands between two tables."""
    yield _head(material)
    is_in_table = False
    for turn, sentence in material.by_turn():
        if turn:
            yield f"\n---\n\n**❯ {_line(turn.prompt)}**\n"
            is_in_table = False
        if sentence.kind in (Kind.CODE, Kind.TABLE, Kind.RULE):
            yield f"\n{_english(sentence)}\n"
            is_in_table = False
            continue
        if not is_in_table:
            yield "\n| English | 日本語 |\n|---|---|\n"
            is_in_table = True
        yield f"| {_cell(sentence.en)} | {_cell(sentence.ja if _has_japanese(sentence) else '')} |\n"


def _head(material: Material) -> str:
    return f"# {_line(material.title)}\n\n{material.date}, {material.session.folder or 'no folder'}\n"


def _english(sentence: SentenceRecord) -> str:
    if sentence.kind == Kind.CODE:
        fence = "```" if "```" not in sentence.en else "````"
        return f"{fence}{sentence.code_language}\n{sentence.en}\n{fence}"
    return sentence.markdown.strip() or sentence.en


def _has_japanese(sentence: SentenceRecord) -> bool:
    is_prose = sentence.kind not in (Kind.CODE, Kind.TABLE, Kind.RULE)
    return is_prose and bool(sentence.ja) and sentence.guard != "english" and sentence.ja != sentence.en


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("\\", "\\\\").replace("|", "\\|")
