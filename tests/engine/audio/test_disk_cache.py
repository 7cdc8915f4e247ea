"""Sound on disk: found again, bounded, and never trusted when it is damaged."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from engine.audio.disk_cache import DiskCache, sounds_folder
from engine.protocols import AudioChunk

RATE = 24_000


def tone(samples: int = 100, level: float = 0.5) -> AudioChunk:
    return AudioChunk(np.full(samples, level, dtype=np.float32), RATE)


@pytest.fixture
def cache(tmp_path: Path) -> DiskCache:
    return DiskCache(tmp_path / "sounds", 1_000_000)


def entries(folder: Path) -> list[Path]:
    return sorted((folder / "sounds").iterdir())


def test_what_was_kept_is_there_for_the_next_run(cache: DiskCache, tmp_path: Path) -> None:
    cache.put("a", [tone(100, 0.5), tone(50, -0.25)])
    found = DiskCache(tmp_path / "sounds", 1_000_000).get("a")
    assert found is not None
    assert found.sample_rate == RATE
    assert found.samples.dtype == np.float32
    np.testing.assert_allclose(found.samples, [0.5] * 100 + [-0.25] * 50, atol=1e-4)


def test_what_was_never_kept_is_not_there(cache: DiskCache) -> None:
    assert cache.get("a") is None
    cache.put("a", [tone()])
    assert cache.get("b") is None


@pytest.mark.parametrize("chunks", [[], [tone(0)], [tone(), AudioChunk(tone().samples, 48_000)]])
def test_nothing_and_several_rates_are_not_kept(cache: DiskCache, chunks: list[AudioChunk]) -> None:
    cache.put("a", chunks)
    assert cache.get("a") is None


def test_too_loud_sound_is_clipped_and_does_not_wrap_round(cache: DiskCache) -> None:
    cache.put("a", [tone(10, 1.5)])
    found = cache.get("a")
    assert found is not None
    np.testing.assert_allclose(found.samples, 1.0)


@pytest.mark.parametrize("damage", ["short", "flipped", "foreign", "empty"])
def test_a_damaged_entry_is_dropped(cache: DiskCache, tmp_path: Path, damage: str) -> None:
    cache.put("a", [tone()])
    [path] = entries(tmp_path)
    content = path.read_bytes()
    path.write_bytes(
        {
            "short": content[:-1],
            "flipped": content[:-1] + bytes([content[-1] ^ 1]),
            "foreign": b"RIFF" + content[4:],
            "empty": b"",
        }[damage]
    )
    assert cache.get("a") is None
    assert entries(tmp_path) == []


def test_an_entry_under_a_wrong_name_is_not_believed(cache: DiskCache, tmp_path: Path) -> None:
    cache.put("a", [tone()])
    [first] = entries(tmp_path)
    cache.put("b", [tone(level=0.1)])
    [second] = [path for path in entries(tmp_path) if path != first]
    first.replace(second)
    assert cache.get("b") is None


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    size = 2 * 1000 + 49
    cache = DiskCache(tmp_path / "sounds", 4 * size)
    for number, key in enumerate("abcd"):
        cache.put(key, [tone(1000)])
        [path] = [p for p in entries(tmp_path) if p.stat().st_mtime_ns > 10**18]
        os.utime(path, ns=(number, number))
    assert cache.get("a") is not None
    cache.put("e", [tone(1000)])
    kept = [key for key in "abcde" if cache.get(key) is not None]
    assert kept == ["a", "d", "e"]
    assert sum(path.stat().st_size for path in entries(tmp_path)) <= 4 * size


def test_what_is_larger_than_the_whole_cache_is_not_kept(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path / "sounds", 1000)
    cache.put("a", [tone(1000)])
    assert not (tmp_path / "sounds").exists()


def test_clearing_says_how_much_it_freed(cache: DiskCache, tmp_path: Path) -> None:
    cache.put("a", [tone(1000)])
    assert cache.clear() == 2 * 1000 + 49
    assert cache.get("a") is None
    assert cache.clear() == 0


def test_a_disk_that_refuses_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "sounds").write_text("a file stands where the folder should be")
    cache = DiskCache(tmp_path / "sounds", 1_000_000)
    cache.put("a", [tone()])
    assert cache.get("a") is None


def test_nobody_else_can_read_it_and_names_tell_nothing(cache: DiskCache, tmp_path: Path) -> None:
    cache.put("秘密です", [tone()])
    [path] = entries(tmp_path)
    assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "sounds").stat().st_mode & 0o077 == 0
    assert "秘密" not in path.name
    assert "秘密です".encode() not in path.read_bytes()


def test_the_folder_can_be_chosen(tmp_path: Path) -> None:
    assert sounds_folder({"STREAMTTS_SOUNDS": str(tmp_path)}) == tmp_path
    assert sounds_folder({}).name == "sounds"
