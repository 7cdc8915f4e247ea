"""Private folders go with their session, also when it was killed; those of living sessions and of others stay."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from engine.capture.private_folder import LOCK, PREFIX, PrivateFolder, sweep

OWNER = """
import sys
from pathlib import Path
from engine.capture.private_folder import PrivateFolder
print(PrivateFolder.create(Path(sys.argv[1])).path, flush=True)
sys.stdin.read()
"""


def start_owner(parent: Path) -> tuple[subprocess.Popen[str], Path]:
    """Another process with a folder of its own."""
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(parent)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    return owner, Path(owner.stdout.readline().strip())


def test_only_the_user_can_enter_it_and_removing_it_twice_is_fine(tmp_path: Path) -> None:
    folder = PrivateFolder.create(tmp_path)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    (folder.path / "deep").mkdir()
    folder.remove()
    folder.remove()
    assert not folder.path.exists()


def test_what_a_killed_session_left_is_swept_and_not_before(tmp_path: Path) -> None:
    owner, left = start_owner(tmp_path)
    (left / "types").mkdir()
    (left / "types" / "x.d.ts").write_text("x", encoding="utf-8")
    try:
        assert sweep([tmp_path, tmp_path]) == 0
        assert left.exists()
        owner.send_signal(signal.SIGKILL)
        owner.wait()
        assert sweep([tmp_path]) == 1
        assert not left.exists()
    finally:
        owner.kill()
        owner.communicate()


def test_children_of_a_session_do_not_keep_its_folder(tmp_path: Path) -> None:
    folder = PrivateFolder.create(tmp_path)
    child = subprocess.Popen(["sleep", "60"], close_fds=False)
    try:
        assert folder._lock is not None
        os.close(folder._lock)
        assert sweep([tmp_path]) == 1
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("kind", ["no lock", "other name", "open to others", "link", "file"])
def test_what_may_be_somebody_elses_stays(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    (target / LOCK).touch()
    place = tmp_path / f"{PREFIX}abcd1234"
    match kind:
        case "no lock":
            target.rename(place)
            (place / LOCK).unlink()
        case "other name":
            place = target.rename(tmp_path / f"{PREFIX}of-somebody")
        case "open to others":
            target.rename(place)
            place.chmod(0o755)
        case "link":
            place.symlink_to(target)
        case "file":
            place.touch()
    assert sweep([tmp_path]) == 0
    assert place.exists()


def test_a_parent_that_cannot_be_read_does_no_harm(tmp_path: Path) -> None:
    assert sweep([tmp_path / "missing"]) == 0
