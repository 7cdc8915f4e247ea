"""The real `claude`, in an environment built from nothing, in a pty: for tests and for recording the demo."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pexpect
from pyghostty import Terminal

REPOSITORY = Path(__file__).resolve().parents[2]
API_KEY = "sk-made-up-0000000000000000000000000000000000000000"
CLI_VERSION = "2.1.328"
OLD_CLI_VERSION = "2.1.197"
"""The latest before mods."""
COLUMNS, ROWS = 100, 40
SETTINGS = {"permissions": {"defaultMode": "default", "allow": ["Agent"]}}
"""Auto mode would ask the server about each action."""

_BOX = re.compile(r"─\n❯[\s\xa0](.*)\n")
_EMPTY_BOX = re.compile(r"─\n❯\s*(?:Resend .*|Press up to .*)?\n─")
"""After an error, and while a prompt waits, it holds a hint, which the first key replaces."""


def find_claude() -> Path | None:
    """The CLI that tests may run: STREAMTTS_TEST_CLAUDE, else the one `make test` installs; None when there is none."""
    named = os.environ.get("STREAMTTS_TEST_CLAUDE")
    return _executable(Path(named) if named else REPOSITORY / ".tools/claude/node_modules/.bin/claude")


def find_old_claude() -> Path | None:
    """The CLI without mods that `make test` installs; None when there is none."""
    return _executable(REPOSITORY / f".tools/claude-{OLD_CLI_VERSION}/node_modules/.bin/claude")


def _executable(path: Path) -> Path | None:
    return path if os.access(path, os.X_OK) else None


@dataclass(frozen=True)
class ClaudeHome:
    """A made-up home folder with a configuration that asks no first-run questions."""

    home: Path
    config: Path
    project: Path

    @classmethod
    def create(cls, folder: Path, *, project: str = "webapp") -> ClaudeHome:
        """Make `folder` a home, with a project in it that is already trusted."""
        made = cls(folder, folder / ".claude", folder / project)
        made.config.mkdir(parents=True)
        made.project.mkdir()
        (made.project / "README.txt").write_text("A small web application.\n", encoding="utf-8")
        (made.config / "settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        (made.config / ".claude.json").write_text(json.dumps(made._configuration()), encoding="utf-8")
        made.state.write_text(json.dumps({"welcomed": True}), encoding="utf-8")
        return made

    @property
    def state(self) -> Path:
        """What the screen remembers: that its first start is over."""
        return self.home / "remembered.json"

    def environment(self, base_url: str) -> dict[str, str]:
        """All the variables the child gets. Nothing is inherited, so no real account can be reached or read."""
        return {
            "HOME": str(self.home),
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "SHELL": "/bin/sh",
            "ANTHROPIC_API_KEY": API_KEY,
            "ANTHROPIC_BASE_URL": base_url,
            "CLAUDE_CONFIG_DIR": str(self.config),
            "STREAMTTS_STATE": str(self.state),
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1",
            "DISABLE_TELEMETRY": "1",
        }

    def _configuration(self) -> dict[str, Any]:
        seen = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True, "projectOnboardingSeenCount": 1}
        return {
            "hasCompletedOnboarding": True,
            "lastOnboardingVersion": CLI_VERSION,
            "theme": "dark",
            # Neither the question whether to use auto mode, nor the logo's entrance, which takes a second.
            "hasResetAutoModeOptInForDefaultOffer": True,
            "hasSeenAutoDefaultNudge": True,
            "lastClawdEntranceVersion": CLI_VERSION,
            # It would be cloned from the internet.
            "officialMarketplaceAutoInstallAttempted": True,
            "officialMarketplaceAutoInstalled": True,
            "customApiKeyResponses": {"approved": [API_KEY[-20:]], "rejected": []},
            "projects": {str(self.project.resolve()): seen},
        }


@dataclass(frozen=True)
class Read:
    """Bytes that came out of the pty at `at`, seconds of `time.monotonic()`, or a new size."""

    at: float
    data: bytes
    size: tuple[int, int] | None = None
    """Columns and rows, from here on."""


class ClaudeTerminal:
    """A running `claude` with a screen. A thread drains the pty, so the child never waits for the test."""

    def __init__(
        self,
        claude: Path,
        home: ClaudeHome,
        base_url: str,
        *,
        arguments: Sequence[str] = (),
        columns: int = COLUMNS,
        rows: int = ROWS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self._screen = Terminal(columns, rows)
        self._screen.on_reply(self._answer)
        self.reads: list[Read] = []
        self.child = pexpect.spawn(
            str(claude),
            list(arguments),
            cwd=str(home.project),
            env=dict(environment or home.environment(base_url)),
            dimensions=(rows, columns),
            timeout=None,
        )
        self.child.delaybeforesend = None
        self._thread = threading.Thread(target=self._drain, name="claude-pty", daemon=True)
        self._thread.start()

    def screen(self) -> str:
        """The rows as a person sees them."""
        with self._lock:
            return str(self._screen.text())

    def wait_until(self, condition: Callable[[], object], what: str, timeout_s: float = 30.0) -> None:
        """Return when `condition` holds. Raises AssertionError with `what` and the screen when it does not in time."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {timeout_s} s for {what}; the screen was:\n{self.screen()}")
            time.sleep(0.01)

    def wait_for(self, text: str, timeout_s: float = 30.0) -> None:
        """Return when `text` is on the screen."""
        self.wait_until(lambda: text in self.screen(), repr(text), timeout_s)

    def wait_until_ready(self, timeout_s: float = 30.0) -> None:
        """Return when the empty input box is drawn: a prompt sign between two rules, which no dialog has."""
        self.wait_until(lambda: _EMPTY_BOX.search(self.screen()), "the input box", timeout_s)

    def ask(self, prompt: str, *, key_delay_s: float = 0.0, timeout_s: float = 30.0) -> None:
        """Type a prompt into the input box, key by key when there is a delay, and submit it."""
        self.wait_until_ready(timeout_s)
        for piece in prompt if key_delay_s else [prompt]:
            self.press(piece)
            time.sleep(key_delay_s)
        self.wait_until(lambda: self.is_typed(prompt), f"{prompt!r} in the input box", timeout_s)
        self.press("\r")

    def is_typed(self, prompt: str) -> bool:
        """Whether the input box holds `prompt`, or the beginning of it."""
        typed = _BOX.findall(self.screen())
        return bool(typed) and typed[-1].startswith(prompt[:20])

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, as a terminal does."""
        with self._lock:
            self.reads.append(Read(time.monotonic(), b"", (columns, rows)))
            self._screen.resize(columns, rows)
        self.child.setwinsize(rows, columns)

    def press(self, keys: str) -> None:
        """Send keys as a terminal does."""
        self.child.send(keys)

    def close(self) -> None:
        """End the child, whatever it is doing; the thread first, so that it never reads a closed descriptor."""
        self.child.terminate(force=True)
        self._thread.join(5)
        self.child.close(force=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self.close()

    def _drain(self) -> None:
        while True:
            try:
                data = os.read(self.child.child_fd, 65536)
            except OSError:
                data = b""
            if not data:
                return
            with self._lock:
                self.reads.append(Read(time.monotonic(), data))
                self._screen.feed(data)

    def _answer(self, reply: bytes) -> None:
        """A reply to a query of the program, such as the cursor's place."""
        self.child.send(reply)
