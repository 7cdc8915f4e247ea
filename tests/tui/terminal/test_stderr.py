"""What libraries print goes to the log; what Textual draws goes to the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import os, sys
from pathlib import Path
from tui.terminal.stderr import screen_apart_from_stderr
with screen_apart_from_stderr(Path(sys.argv[1])):
    os.write(2, b"noise of a library\\n")
    print("python noise", file=sys.stderr)
    sys.__stderr__.write("a frame")
os.write(2, b" and after")
"""


def run(log: Path) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(log)], capture_output=True, text=True, check=True)
    return done.stderr


def test_noise_and_frames_go_apart_and_stderr_comes_back(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "screen.log"
    assert run(log) == "a frame and after"
    assert log.read_text() == "noise of a library\npython noise\n"


def test_a_log_that_cannot_be_written_costs_only_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(tmp_path / "file" / "screen.log") == "a frame and after"
