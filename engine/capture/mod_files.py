"""The session's private copy of the mod, and the folder its socket lives in."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.capture.private_folder import LONGEST_NAME, PrivateFolder

SOCKET_PLACEHOLDER = '"@SOCKET@"'
LINK = "mod_link.ts"
"""What both mods have: the way to the socket."""
LINK_PLACEHOLDER = "import './link'\n"
LONGEST_SOCKET_PATH = 99
"""Bytes. The kernel's limit is 104 on macOS and 108 on Linux, with the closing zero."""


class ModFilesError(Exception):
    """The private folder could not be made. The message says what to do."""


@dataclass(frozen=True, slots=True)
class ModFiles:
    """One session's files: a folder that only the user can enter, holding the mod and the socket."""

    folder: PrivateFolder

    @property
    def root(self) -> Path:
        """Where everything is."""
        return self.folder.path

    @property
    def plugin_dir(self) -> Path:
        """What `claude --plugin-dir` takes for the mod that sends the text. The CLI writes 1 MB of types into it."""
        return self.root / "mod"

    @property
    def session_plugin_dir(self) -> Path:
        """The same, for the mod that tells what happens around the text."""
        return self.root / "mod_session"

    @property
    def socket_path(self) -> Path:
        """Where the mod connects to."""
        return self.root / "s"

    @classmethod
    def create(cls, environment: Mapping[str, str] = os.environ) -> ModFiles:
        """Make the folder (mode 0700) and the copy. Raises ModFilesError where no folder can be made."""
        files = cls(_private_folder(environment))
        here = Path(__file__).parent
        # A JSON string is a TypeScript string, so any path is safe between the quotes.
        link = _text(here / LINK).replace(SOCKET_PLACEHOLDER, json.dumps(str(files.socket_path)))
        for folder in (files.plugin_dir, files.session_plugin_dir):
            _copy(here / folder.name, folder, link)
        return files

    def remove(self) -> None:
        """Delete everything; safe to call twice."""
        self.folder.remove()


def _private_folder(environment: Mapping[str, str]) -> PrivateFolder:
    problems = []
    for parent in parents(environment):
        if len(os.fsencode(parent / LONGEST_NAME / "s")) > LONGEST_SOCKET_PATH:
            problems.append(f"{parent}: too long for the path of a socket")
            continue
        try:
            return PrivateFolder.create(parent)
        except OSError as error:
            problems.append(f"{parent}: {error.strerror}")
    raise ModFilesError(
        "No private folder could be made for the link to Claude Code "
        f"({'; '.join(problems)}). Set TMPDIR to a short path of a folder that you can write to."
    )


def parents(environment: Mapping[str, str] = os.environ) -> Iterator[Path]:
    """Where private folders are made, best first."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and _is_ours(Path(runtime)):
        yield Path(runtime)
    yield Path(tempfile.gettempdir())
    yield Path("/tmp")


def _is_ours(folder: Path) -> bool:
    """A runtime folder must be the user's own and closed to others, as its specification says; after `su` it is not."""
    try:
        status = folder.stat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def _copy(source: Path, target: Path, link: str) -> None:
    target.mkdir(mode=0o700)
    for entry in source.iterdir():
        if entry.is_dir():
            _copy(entry, target / entry.name, link)
        else:
            (target / entry.name).write_text(_text(entry).replace(LINK_PLACEHOLDER, link), encoding="utf-8")


def _text(entry: Path) -> str:
    return entry.read_text(encoding="utf-8")
