"""Themes: TOML files of the package and of the user, checked, and turned into Textual themes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from textual.theme import Theme

from engine.settings import config_path
from tui.contrast import clearest
from tui.theme_errors import HEX_COLOUR, ThemeError, read_error, value_error

Colour = Annotated[str, Meta(pattern=HEX_COLOUR)]
DEFAULT_THEME = "dark"
_FIRST = (DEFAULT_THEME, "light")
"""the next theme after the one is the other; then come all others"""
_ANSI = {"deleted": 1, "inserted": 2, "string": 2, "number": 3, "name": 4, "keyword": 5, "builtin": 6}
"""what code is painted in: the terminal's colours, plain or bright, whichever is clearer"""


class Ui(Struct, frozen=True, forbid_unknown_fields=True):
    """Textual's own colours."""

    background: Colour
    surface: Colour
    panel: Colour
    foreground: Colour
    primary: Colour
    secondary: Colour
    accent: Colour
    success: Colour
    warning: Colour
    error: Colour


class TextColours(Struct, frozen=True, forbid_unknown_fields=True):
    """The bilingual view."""

    english: Colour
    japanese: Colour
    dim: Colour
    faint: Colour
    """lines and bars, never text"""
    code: Colour
    draft: Colour
    prompt: Colour
    key: Colour
    lit: Colour
    lit_background: Colour
    selected_background: Colour


class States(Struct, frozen=True, forbid_unknown_fields=True):
    """The marks."""

    waiting: Colour
    translating: Colour
    translated: Colour
    speaking: Colour
    spoken: Colour
    skipped: Colour
    muted: Colour
    failed: Colour


class Latency(Struct, frozen=True, forbid_unknown_fields=True):
    """First sound: at most 150, 346, 877 ms, and more."""

    good: Colour
    fair: Colour
    slow: Colour
    bad: Colour


class TerminalColours(Struct, frozen=True, forbid_unknown_fields=True):
    """Claude's terminal: what it draws with its 16 colours."""

    foreground: Colour
    background: Colour
    colors: Annotated[tuple[Colour, ...], Meta(min_length=16, max_length=16)]


class ThemeFile(Struct, frozen=True, forbid_unknown_fields=True):
    """One theme."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9_-]*$")]
    dark: bool
    ui: Ui
    text: TextColours
    states: States
    latency: Latency
    terminal: TerminalColours
    monochrome: bool = False
    """greys alone: what the program in the terminal draws in colour becomes grey, too"""

    def to_textual(self) -> Theme:
        """The Textual theme; our own colours are its variables."""
        return Theme(
            name=self.name, dark=self.dark, text_alpha=1.0, variables=self.variables(), **msgspec.to_builtins(self.ui)
        )

    def variables(self) -> dict[str, str]:
        """CSS variables: `st-text-english`, `st-state-waiting`, `st-latency-good`, `st-syntax-keyword` …"""
        groups = {"st-text": self.text, "st-state": self.states, "st-latency": self.latency}
        ours = {
            f"{prefix}-{key.replace('_', '-')}": value
            for prefix, group in groups.items()
            for key, value in msgspec.to_builtins(group).items()
        }
        terminal = self.terminal
        terminal_grounds = {
            "st-terminal-foreground": terminal.foreground,
            "st-terminal-background": terminal.background,
        }
        # Textual's own is too faint to read, and placeholders of input lines have it.
        return ours | self._syntax() | terminal_grounds | {"text-disabled": self.text.dim}

    def _syntax(self) -> dict[str, str]:
        colours, text = self.terminal.colors, self.text
        grounds = (self.ui.background, text.selected_background, text.lit_background)
        return {
            f"st-syntax-{name}": clearest((colours[number], colours[number + 8]), grounds, otherwise=text.code)
            for name, number in _ANSI.items()
        }


@dataclass(frozen=True, slots=True)
class Themes:
    """What there is to choose from."""

    folder: Path
    """where the user's own are; it need not be there"""
    by_name: dict[str, ThemeFile] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    """the file of each theme"""
    errors: dict[Path, ThemeError] = field(default_factory=dict)
    """what is wrong with the files that could not be read"""

    def names(self) -> list[str]:
        """In the order in which the key goes through them."""
        return sorted(self.by_name, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))

    def next_after(self, name: str) -> str:
        """The theme after that one; the first after the last."""
        names = self.names()
        return names[(names.index(name) + 1) % len(names)]


def user_folder() -> Path:
    """Where a person's own themes are: `themes`, beside the config file."""
    return config_path().parent / "themes"


def parse_theme(text: str, origin: str) -> ThemeFile:
    """Read one theme. Raises ThemeError, naming `origin`, line and key."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise read_error(origin, error) from error
    try:
        return msgspec.convert(raw, ThemeFile)
    except msgspec.ValidationError as error:
        raise value_error(origin, text, raw, str(error)) from error


def load_themes(folder: Path | None = None) -> Themes:
    """All themes, the user's over the package's of the same name. `folder` is the user's, `user_folder()` if None."""
    themes = Themes(folder or user_folder())
    for path in [*packaged_files(), *user_files(themes.folder)]:
        try:
            theme = parse_theme(path.read_text(encoding="utf-8"), str(path))
        except ThemeError as error:
            themes.errors[path] = error
        except (OSError, UnicodeDecodeError) as error:
            themes.errors[path] = read_error(str(path), error)
        else:
            themes.by_name[theme.name], themes.paths[theme.name] = theme, path
    return themes


def packaged_files() -> list[Path]:
    """The files of the themes that come with streamtts."""
    return _toml_files(Path(str(path)) for path in resources.files("themes").iterdir())


def user_files(folder: Path) -> list[Path]:
    """The files of a person's own themes; none where the folder is not there or cannot be read."""
    try:
        return _toml_files(folder.iterdir())
    except OSError:
        return []


def _toml_files(paths: Iterable[Path]) -> list[Path]:
    return sorted(path for path in paths if path.suffix == ".toml")
