"""Records the demo: the real `claude`, the real mod, and an answer written for it.

    python -m tests.tools.record_demo

It replaces engine/demo/session.jsonl and engine/demo/tty.raw. The home folder is made up for the recording, so the
session shows nothing of the machine; the bytes are searched for that before anything is written.
"""

from __future__ import annotations

import asyncio
import getpass
import json
import socket
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.capture.mod_files import ModFiles
from engine.capture.mod_order import ModEvent
from engine.capture.mod_server import ModServer
from tests.support.answers import Text
from tests.support.claude import REPOSITORY, ClaudeHome, ClaudeTerminal, find_claude
from tests.support.loopback_api import LoopbackApi, in_order

# The demo's terminal pane is beside the bilingual view; 80 columns fit there on a wide screen and below it on others.
COLUMNS, ROWS = 80, 30
TARGET = REPOSITORY / "engine" / "demo"
ANSWER = Path(__file__).with_name("demo_answer.md")
PROMPT = "Why does our retry loop overload the server?"
TYPING_S = 0.055
WELCOME_S = 1.0
"""How long the first screen stands before the typing; the start of the CLI itself is cut."""
AFTER_S = 1.0
TOGETHER_S = 0.012
"""Reads closer than this are one step."""


@dataclass
class Recording:
    """What came out of the session, on the monotonic clock."""

    ready_at: float = 0.0
    reads: list[tuple[float, bytes]] = field(default_factory=list)
    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)


async def record(claude: Path) -> Recording:
    """Run the session."""
    recording = Recording()
    done = asyncio.Event()

    def take(event: ModEvent, received_at: float) -> None:
        recording.events.append((received_at, _public(event)))
        if event["ev"] == "turn.complete":
            done.set()

    files = ModFiles.create()
    server = ModServer(files.socket_path, take)
    answer = Text(ANSWER.read_text(encoding="utf-8"), delay_s=0.09, sizes=(3, 9))
    with tempfile.TemporaryDirectory() as folder, LoopbackApi(in_order([answer]), title="Retry loop") as api:
        home = ClaudeHome.create(Path(folder) / "home", project="webapp")
        await server.start()
        terminal = ClaudeTerminal(
            claude,
            home,
            api.url,
            arguments=["--plugin-dir", str(files.plugin_dir)],
            columns=COLUMNS,
            rows=ROWS,
            environment=home.environment(api.url) | {"CLAUDE_CODE_DISABLE_MOUSE": "1"},
        )
        try:
            await asyncio.to_thread(terminal.wait_until_ready)
            await asyncio.sleep(1.5)
            recording.ready_at = time.monotonic()
            await asyncio.to_thread(terminal.ask, PROMPT, key_delay_s=TYPING_S)
            await done.wait()
            await asyncio.sleep(AFTER_S)
            recording.reads = [(read.at, read.data) for read in terminal.reads]
            print(terminal.screen())
        finally:
            await asyncio.to_thread(terminal.close)
            await server.close()
            files.remove()
    _check([folder], recording)
    return recording


def _public(event: ModEvent) -> dict[str, Any]:
    """The event without what only this run had: its numbers and times (the player makes new ones)."""
    kept = {key: value for key, value in event.items() if key not in ("run", "seq", "t", "answer")}
    return kept | ({"turnId": "demo"} if "turnId" in kept else {})


def _check(folders: list[str], recording: Recording) -> None:
    """Stop if anything of this machine can be seen in the recording."""
    data = b"".join(data for _, data in recording.reads) + json.dumps(recording.events).encode()
    private = [
        *folders,
        str(REPOSITORY),
        str(Path.home()),
        socket.gethostname(),
        f"/{getpass.getuser()}",
        "/tmp/",
        "sk-",
    ]
    found = [word for word in private if word.encode() in data]
    if found:
        raise SystemExit(f"The recording shows {found}; nothing was written.")


def write(recording: Recording) -> None:
    """Write the package data: all bytes in one file, times and events in the other."""
    steps: list[dict[str, Any]] = []
    raw = bytearray()
    moments: list[tuple[float, bytes | dict[str, Any]]] = [*recording.reads, *recording.events]
    for at, content in sorted(moments, key=lambda moment: moment[0]):
        t = round(at - recording.ready_at + WELCOME_S, 3) if at >= recording.ready_at else 0.0
        if isinstance(content, dict):
            steps.append({"t": t, "mod": content})
            continue
        raw += content
        if steps and "bytes" in steps[-1] and t - steps[-1]["t"] < TOGETHER_S:
            steps[-1]["bytes"] += len(content)
        else:
            steps.append({"t": t, "bytes": len(content)})
    header = {"cols": COLUMNS, "rows": ROWS, "prompt": PROMPT}
    lines = [json.dumps(line, ensure_ascii=False, separators=(",", ":")) for line in [header, *steps]]
    (TARGET / "session.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (TARGET / "tty.raw").write_bytes(raw)
    print(f"{steps[-1]['t']:.1f} s, {len(steps)} steps, {len(raw)} bytes of the terminal")


def main() -> int:
    """Record and write."""
    claude = find_claude()
    if claude is None:
        print("The real claude is not installed: `make test` does it.", file=sys.stderr)
        return 3
    write(asyncio.run(record(claude)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
