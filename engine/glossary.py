"""The user's own words: names to keep, translations to use, and how a voice reads a name.

A file `glossary.toml` says them:

    keep = ["Foo Bar"]

    [translate]
    "pull request" = "プルリクエスト"

    [read]
    "kubectl" = "クーベコントロール"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine import settings

FILE_NAME = "glossary.toml"


class GlossaryError(Exception):
    """A glossary cannot be used. The message names the file, and the line or the key, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term of the glossary in a text: `text[start:end]`, and what has to stand in its place."""

    start: int
    end: int
    replacement: str


@dataclass(frozen=True)
class Glossary:
    """The words of one glossary. Terms match without regard to case, as whole words, the longest first."""

    keep: tuple[str, ...] = ()
    """terms that stay as the English writes them"""
    translate: Mapping[str, str] = field(default_factory=dict)
    """English term to what it must become"""
    read: Mapping[str, str] = field(default_factory=dict)
    """written form to what a voice says"""

    def __bool__(self) -> bool:
        return bool(self.keep or self.translate or self.read)

    def find(self, english: str) -> list[Match]:
        """The terms to keep or translate in `english`, in order, none inside another."""
        return [
            Match(found.start(), found.end(), self._meanings.get(found[0].casefold(), found[0]))
            for found in _find(self._written, english)
        ]

    def spoken(self, text: str) -> str:
        """`text` with each written form of `read` replaced by what a voice says."""
        readings = {term.casefold(): reading for term, reading in self.read.items()}
        return self._read_pattern.sub(lambda found: readings[found[0].casefold()], text) if self.read else text

    @cached_property
    def _meanings(self) -> dict[str, str]:
        return {term.casefold(): meaning for term, meaning in self.translate.items()}

    @cached_property
    def _written(self) -> re.Pattern[str] | None:
        terms = (*self.keep, *self.translate)
        return _pattern(terms) if terms else None

    @cached_property
    def _read_pattern(self) -> re.Pattern[str]:
        return _pattern(self.read)


NO_GLOSSARY = Glossary()


def locate(setting: str) -> Path:
    """Where the glossary is: the path in the setting `translate.glossary`, else beside the config file."""
    return Path(setting).expanduser() if setting else settings.config_path().parent / FILE_NAME


def load_for(setting: str) -> Glossary:
    """The glossary that the setting `translate.glossary` names; empty when none is named and none is there.

    Raises GlossaryError.
    """
    path = locate(setting)
    return load(path) if setting or path.is_file() else NO_GLOSSARY


def load_or_tell(setting: str, tell: Callable[[str], object]) -> Glossary:
    """As `load_for`, for who goes on without one: `tell` gets a line for a person, and the glossary is empty."""
    try:
        return load_for(setting)
    except GlossaryError as error:
        tell(f"The glossary is not used: {error}")
        return NO_GLOSSARY


def load_if_good(setting: str) -> Glossary:
    """As `load_for`, but empty when the file cannot be read: for parts of an engine, which tells it for all of them."""
    return load_or_tell(setting, lambda problem: None)


def load(path: Path) -> Glossary:
    """Read a glossary file. Raises GlossaryError."""
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise GlossaryError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise GlossaryError(f"{path}: not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise GlossaryError(f"{path}: {error}") from error  # tells line and column
    unknown = sorted(raw.keys() - {"keep", "translate", "read"})
    if unknown:
        raise GlossaryError(f'{path}: unknown key "{unknown[0]}"; there are keep, translate and read')
    return Glossary(_terms(raw, path), _table(raw, "translate", path), _table(raw, "read", path))


def _terms(raw: dict[str, Any], path: Path) -> tuple[str, ...]:
    terms = raw.get("keep", [])
    if not isinstance(terms, list):
        raise GlossaryError(f"{path}: keep must be a list of strings")
    for number, term in enumerate(terms, start=1):
        if not isinstance(term, str) or not term.strip():
            raise GlossaryError(f"{path}: keep, entry {number}: must be a string with at least one character")
    return tuple(term.strip() for term in terms)


def _table(raw: dict[str, Any], key: str, path: Path) -> Mapping[str, str]:
    table = raw.get(key, {})
    if not isinstance(table, dict):
        raise GlossaryError(f'{path}: {key} must be a table: [{key}] and lines of "English" = "…"')
    for term, value in table.items():
        if not term.strip():
            raise GlossaryError(f"{path}: [{key}] has an empty key")
        if not isinstance(value, str) or not value.strip():
            raise GlossaryError(f'{path}: [{key}] "{term}": must be a string with at least one character')
    return MappingProxyType({term.strip(): value.strip() for term, value in table.items()})


def _find(pattern: re.Pattern[str] | None, text: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(text) if pattern else iter(())


def _pattern(terms: tuple[str, ...] | Mapping[str, str]) -> re.Pattern[str]:
    """Whole words only: no Latin letter, digit or underscore may touch a term that begins or ends with one.

    Japanese letters may: 「kubectlを」 has the word kubectl.
    """
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile("|".join(_bounded(term) for term in longest_first), re.IGNORECASE)


def _bounded(term: str) -> str:
    before = "(?<![A-Za-z0-9_])" if re.match(r"\w", term) else ""
    after = "(?![A-Za-z0-9_])" if re.search(r"\w$", term) else ""
    return before + re.escape(term) + after
