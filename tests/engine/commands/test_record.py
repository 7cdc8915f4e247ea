"""`streamtts record` runs the companion, and leaves a recording."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pexpect

from engine.recording import open_recorded

STREAMTTS = str(Path(sys.executable).with_name("streamtts"))


def test_a_session_is_recorded_and_the_status_is_the_programs(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.write_text('#!/bin/sh\n[ "$1" = --version ] && exit\nprintf "drawn by the program"\nread line\nexit 7\n')
    program.chmod(0o755)
    environment = os.environ | {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "TERM": "xterm-256color",
        "STREAMTTS_CACHE": str(tmp_path / "cache"),
        "STREAMTTS_SPEECH_VOICE": "none",
        "STREAMTTS_AUDIO_SINK": "null",
        "STREAMTTS_TRANSLATE_TRANSLATOR": "torch:nllb-600m",
    }
    output = tmp_path / "talk.streamtts"
    child = pexpect.spawn(
        STREAMTTS, ["record", "-o", str(output)], env=environment, dimensions=(36, 120), encoding="utf-8", timeout=60
    )
    child.expect("drawn by the")
    child.send("\r")
    child.expect("has ended")
    child.send("q")
    child.expect("Recorded in")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7
    recorded = open_recorded(str(output))
    assert recorded.size is not None
    assert b"drawn by the program" in b"".join(step.tty or b"" for step in recorded.steps())
