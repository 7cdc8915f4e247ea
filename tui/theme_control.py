"""Which theme is shown; follows the files while the app runs."""

from __future__ import annotations

from pathlib import Path

from tui.themes import DEFAULT_THEME, ThemeFile, Themes, load_themes, packaged_files, user_files

Stamp = tuple[int, int]
"""time of the last change in ns, and size"""


class ThemeControl:
    """Knows the themes and the one that is shown; `look` reads them again where a file has changed."""

    def __init__(self, wanted: str, themes: Themes) -> None:
        """Show `wanted`, or the default where there is no such theme."""
        self.themes = themes
        self._packaged = packaged_files()
        self._stamps = self._stamps_now()
        self._missing = wanted if wanted not in self.themes.by_name else None
        self.name = wanted if self._missing is None else DEFAULT_THEME

    @property
    def shown(self) -> ThemeFile:
        """The theme that is shown."""
        return self.themes.by_name[self.name]

    def show_next(self) -> str:
        """Go on to the next theme; returns its name."""
        self._missing = None
        self.name = self.themes.next_after(self.name)
        return self.name

    def show(self, name: str) -> str:
        """Go on to a theme; returns what is wrong when there is none of that name, and nothing changes then."""
        if name not in self.themes.by_name:
            return self._unknown(name)
        self._missing, self.name = None, name
        return ""

    def first_problems(self) -> list[tuple[str, str]]:
        """Code and text of what was wrong at the start."""
        problems = [("theme_invalid", f"{error}. The theme is not used.") for error in self.themes.errors.values()]
        if self._missing is not None:
            problems.append(("theme_unknown", self._unknown(self._missing)))
        return problems

    def look(self) -> list[str] | None:
        """Where a file has changed, read the themes again and return what is wrong there; None where none has changed.

        A theme whose file is wrong now stays as it was.
        """
        stamps = self._stamps_now()
        if stamps == self._stamps:
            return None
        changed = {path for path, stamp in stamps.items() if stamp != self._stamps.get(path)}
        self._stamps = stamps
        old, self.themes = self.themes, load_themes(self.themes.folder)
        self._keep_what_broke(old)
        self._find_shown(old)
        return [
            f"{error}. {'The theme stays as it was.' if path in old.paths.values() else 'The theme is not used.'}"
            for path, error in self.themes.errors.items()
            if path in changed
        ]

    def _unknown(self, name: str) -> str:
        return f"There is no theme {name!r}; there are {', '.join(self.themes.names())}."

    def _keep_what_broke(self, old: Themes) -> None:
        # An editor may take the file away for a moment, too.
        files = self.themes.paths.values()
        for name, path in old.paths.items():
            is_shown_and_gone = name == self.name and name not in self.themes.by_name and path not in files
            if path in self.themes.errors or is_shown_and_gone:
                self.themes.by_name[name], self.themes.paths[name] = old.by_name[name], path

    def _find_shown(self, old: Themes) -> None:
        if self._missing in self.themes.by_name:
            self.name, self._missing = str(self._missing), None
        elif self.name not in self.themes.by_name:  # The file gave the theme another name.
            file = old.paths[self.name]
            self.name = next(name for name, path in self.themes.paths.items() if path == file)

    def _stamps_now(self) -> dict[Path, Stamp]:
        stamps = {}
        for path in (*self._packaged, *user_files(self.themes.folder)):
            try:
                status = path.stat()
            except OSError:
                continue
            stamps[path] = (status.st_mtime_ns, status.st_size)
        return stamps
