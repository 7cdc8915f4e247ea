"""Themes: TOML files of the package and of the user, checked, and turned into Textual themes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from textual.theme import Theme

_HEX_COLOUR = "^#[0-9a-fA-F]{6}$"
Colour = Annotated[str, Meta(pattern=_HEX_COLOUR)]


class ThemeError(Exception):
    """A theme file is wrong. The message names the file, the key and what it may be."""


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

    def to_textual(self) -> Theme:
        """The Textual theme; our own colours are its variables."""
        return Theme(
            name=self.name, dark=self.dark, text_alpha=1.0, variables=self.variables(), **msgspec.to_builtins(self.ui)
        )

    def variables(self) -> dict[str, str]:
        """CSS variables: `st-text-english`, `st-state-waiting`, `st-latency-good` …"""
        groups = {"st-text": self.text, "st-state": self.states, "st-latency": self.latency}
        ours = {
            f"{prefix}-{key.replace('_', '-')}": value
            for prefix, group in groups.items()
            for key, value in msgspec.to_builtins(group).items()
        }
        terminal = self.terminal
        return ours | {"st-terminal-foreground": terminal.foreground, "st-terminal-background": terminal.background}


def user_folder() -> Path:
    """Where a person's own themes are."""
    from platformdirs import user_config_path

    return Path(user_config_path("streamtts")) / "themes"


def parse_theme(text: str, origin: str) -> ThemeFile:
    """Read one theme. Raises ThemeError, naming `origin`."""
    try:
        return msgspec.convert(tomllib.loads(text), ThemeFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        said = str(error).replace(f"`str` matching regex '{_HEX_COLOUR}'", "a colour as #rrggbb")
        raise ThemeError(f"{origin}: {said}; the theme is not used") from error


def load_themes(folder: Path | None = None) -> tuple[dict[str, ThemeFile], list[ThemeError]]:
    """All themes by name, the user's over the package's, and what is wrong with those that could not be read."""
    themes: dict[str, ThemeFile] = {}
    errors: list[ThemeError] = []
    for path in [*_toml_files(resources.files("themes").iterdir()), *_user_files(folder or user_folder())]:
        try:
            theme = parse_theme(path.read_text(encoding="utf-8"), str(path))
            themes[theme.name] = theme
        except ThemeError as error:
            errors.append(error)
        except (OSError, UnicodeDecodeError) as error:
            errors.append(ThemeError(f"{path}: {error}; the theme is not used"))
    return themes, errors


def _toml_files(paths: Iterable[Traversable]) -> Iterator[Traversable]:
    return iter(sorted((path for path in paths if path.name.endswith(".toml")), key=lambda path: path.name))


def _user_files(folder: Path) -> Iterator[Traversable]:
    return _toml_files(folder.iterdir()) if folder.is_dir() else iter(())
