from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tui.remembered import Remembered, state_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "remembered.json"


def test_nothing_is_remembered_at_first_and_asking_writes_nothing(path: Path) -> None:
    assert Remembered(path).get("split.side", 0.5) == 0.5
    assert not path.parent.exists()


def test_what_was_put_is_there_at_the_next_start(path: Path) -> None:
    Remembered(path).put("split.side", 0.6)
    Remembered(path).put("挨拶", {"済": True})
    again = Remembered(path)
    assert again.get("split.side") == 0.6
    assert again.get("挨拶") == {"済": True}


def test_only_its_owner_may_read_the_file(path: Path) -> None:
    Remembered(path).put("welcomed", True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", [b"", b'{"split.side": ', b"[1, 2]", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_as_none_and_is_mended_by_the_next_change(path: Path, broken: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(broken)
    remembered = Remembered(path)
    assert remembered.get("welcomed", False) is False
    remembered.put("welcomed", True)
    assert Remembered(path).get("welcomed") is True


def test_two_programs_keep_one_anothers_keys(path: Path) -> None:
    first, second = Remembered(path), Remembered(path)
    assert first.get("a") is second.get("a") is None  # Both have read the file before either writes.
    first.put("a", 1)
    second.put("b", 2)
    assert (Remembered(path).get("a"), Remembered(path).get("b")) == (1, 2)


def test_programs_that_write_at_the_same_time_lose_nothing(path: Path) -> None:
    code = "import sys; from pathlib import Path; from tui.remembered import Remembered\n"
    code += "for n in range(30): Remembered(Path(sys.argv[1])).put(f'{sys.argv[2]}{n}', n)"
    running = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "ab"]
    assert [process.wait(timeout=120) for process in running] == [0, 0]
    assert all(Remembered(path).get(f"{name}{n}") == n for name in "ab" for n in range(30))


def test_a_place_that_cannot_be_written_still_holds_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    remembered = Remembered(tmp_path / "file" / "remembered.json")
    remembered.put("split.side", 0.7)
    assert remembered.get("split.side") == 0.7


def test_what_json_cannot_say_is_refused_before_the_file_is_touched(path: Path) -> None:
    with pytest.raises(TypeError):
        Remembered(path).put("split.side", object())
    with pytest.raises(ValueError, match="JSON compliant"):
        Remembered(path).put("split.side", float("nan"))
    assert not path.exists()


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    assert state_path({"STREAMTTS_STATE": str(tmp_path / "mine.json")}) == tmp_path / "mine.json"
    assert state_path({}).name == "remembered.json"
