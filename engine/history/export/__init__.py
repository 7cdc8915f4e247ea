"""A session in other shapes: to read, to study, to watch, to process. Each yields text, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.history.export import html, markdown, study, subtitles, tables
from engine.history.export.material import Material


@dataclass(frozen=True, slots=True)
class Format:
    """One shape."""

    name: str
    suffix: str
    """what a file of it ends in; the first of the same suffix is meant by it"""
    help: str
    write: Callable[[Material], Iterator[str]]


FORMATS = (
    Format("markdown", ".md", "each sentence in English, then in Japanese", markdown.interleaved),
    Format("columns", ".md", "English and Japanese side by side, as a Markdown table", markdown.columns),
    Format("jsonl", ".jsonl", "one JSON object a sentence, with everything that is known of it", tables.jsonl),
    Format("csv", ".csv", "one line a sentence, for spreadsheets", tables.csv),
    Format("srt", ".srt", "subtitles in both languages, timed to the sound", subtitles.srt),
    Format("vtt", ".vtt", "subtitles in both languages for web pages, timed to the sound", subtitles.vtt),
    Format("html", ".html", "a page; with --audio it plays, and a click on a sentence goes there", html.page),
    Format("study", ".tsv", "Japanese words with their readings, for flash cards", study.words),
)


def find_format(name: str) -> Format | None:
    """The format with this name, or that a file of this name has; None when there is none."""
    return next((f for f in FORMATS if f.name == name or name.endswith(f.suffix)), None)
