"""The real `claude` on the other side of an SSH connection, where only the screen tells what it writes."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

from tests.support.claude import ClaudeHome
from tests.support.loopback_api import Script
from tests.support.source_session import ScreenOnlySession
from tests.support.sshd import HOST


class SshSession(ScreenOnlySession):
    """As `--command "ssh far-away claude"`; `config` is what `ssh_server` gives."""

    def __init__(self, claude: Path, home: ClaudeHome, script: Script, config: Path) -> None:
        super().__init__(Path(shutil.which("ssh") or "ssh"), home, script)
        self._far_claude = claude
        self._config = config

    async def start_listening(self, arguments: Sequence[str]) -> list[str]:
        """The far program takes its whole environment from a script, as nothing of ours goes over the connection."""
        variables = [f"{name}={value}" for name, value in self.environment.items()]
        command = ["env", "-i", *variables, str(self._far_claude)]
        starter = self.home.home / "far-claude"
        text = f"#!/bin/sh\ncd {shlex.quote(str(self.home.project))} && exec {shlex.join(command)}\n"
        starter.write_text(text, encoding="utf-8")
        starter.chmod(0o700)
        return await super().start_listening(["-F", str(self._config), "-t", HOST, str(starter)])
