"""The hub's side: the hub's own library against a small server of our own."""

from __future__ import annotations

import errno
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import models
from engine.catalog import Hub, WeightFile
from engine.models import ModelError, hub, pins, rows
from engine.protocols import Progress
from tests.support.loopback_hub import COMMIT, LoopbackHub, serve

CONTENT = b"weights " * 1000
NAME = "tiny.Q4_K_M.gguf"
MODEL = "llama:owner/tiny"
REPOSITORY = Hub("owner/tiny", COMMIT)
WANTED = WeightFile(NAME, len(CONTENT), hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LoopbackHub]:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(hub, "CHUNK_BYTES", 1000)
    made = LoopbackHub(files={NAME: CONTENT, "README.md": b"# hello"})
    with serve(made, monkeypatch, str(tmp_path / "hub-cache")):
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "models" / "llama-owner--tiny"


def nothing(_: Progress) -> None:
    return


class TestOneFile:
    def test_it_arrives_with_progress(
        self, remote: LoopbackHub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
    ) -> None:
        seen: list[Progress] = []
        hub.download(REPOSITORY, WANTED, tmp_path, seen.append)
        assert (tmp_path / NAME).read_bytes() == CONTENT
        assert seen
        assert seen[-1].done == len(CONTENT) == seen[-1].total
        assert NAME in seen[-1].what
        assert capfd.readouterr().err == ""

    def test_a_damaged_one_can_be_fetched_afresh(self, remote: LoopbackHub, tmp_path: Path) -> None:
        hub.download(REPOSITORY, WANTED, tmp_path, nothing)
        (tmp_path / NAME).write_bytes(b"damaged")
        hub.download(REPOSITORY, WANTED, tmp_path, nothing, afresh=True)
        assert (tmp_path / NAME).read_bytes() == CONTENT

    def test_one_the_hub_does_not_have_is_an_os_error(self, remote: LoopbackHub, tmp_path: Path) -> None:
        with pytest.raises(OSError, match="404"):
            hub.download(REPOSITORY, WeightFile("nothing.gguf"), tmp_path, nothing)

    def test_one_that_broke_off_goes_on_where_it_ended(self, remote: LoopbackHub, tmp_path: Path) -> None:
        remote.break_after[NAME] = 3000
        with pytest.raises(OSError, match="peer closed"):
            hub.download(REPOSITORY, WANTED, tmp_path, nothing)
        assert not (tmp_path / NAME).exists()
        assert 0 < hub.partial_bytes(tmp_path) <= 3000
        at = hub.partial_bytes(tmp_path)
        hub.download(REPOSITORY, WANTED, tmp_path, nothing)
        assert (tmp_path / NAME).read_bytes() == CONTENT
        assert remote.fetches(NAME)[-1].endswith(f"bytes={at}-")
        assert hub.partial_bytes(tmp_path) == 0


class TestReachable:
    def test_only_while_it_answers(self, remote: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
        from huggingface_hub import constants

        assert hub.is_reachable(REPOSITORY, NAME)
        assert hub.is_reachable(Hub("owner/tiny"), None)
        assert not hub.is_reachable(REPOSITORY, "nothing.gguf")
        assert not hub.is_reachable(Hub("owner/another"), None)
        assert models.can_fetch(MODEL)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
        assert not hub.is_reachable(REPOSITORY, NAME)
        assert not models.can_fetch(MODEL)

    def test_nobody_listening_is_an_os_error_at_once(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        from huggingface_hub import constants

        template = "http://127.0.0.1:9/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        with pytest.raises(OSError, match="refused"):
            hub.download(REPOSITORY, WANTED, tmp_path, nothing)


class TestFirstFetch:
    """A model that the catalog does not know: pinned to what the hub says of it when it is first fetched."""

    def test_only_the_weights_are_fetched_and_they_are_pinned(self, remote: LoopbackHub, folder: Path) -> None:
        remote.files["setup.py"] = b"import os"
        assert models.ensure(MODEL, nothing) == folder / NAME
        assert (folder / NAME).read_bytes() == CONTENT
        assert not (folder / "setup.py").exists()
        assert not (folder / "README.md").exists()
        kept = pins.read(folder)
        assert kept == pins.Pins(MODEL, (WANTED,), REPOSITORY, "mit")
        assert models.is_present(MODEL)

    def test_a_second_start_asks_nobody(self, remote: LoopbackHub) -> None:
        models.ensure(MODEL, nothing)
        remote.asked.clear()
        models.ensure(MODEL, nothing)
        assert remote.asked == []

    def test_a_newer_commit_changes_nothing_for_who_has_it(self, remote: LoopbackHub, folder: Path) -> None:
        models.ensure(MODEL, nothing)
        remote.commit, remote.files[NAME] = "b" * 40, b"other weights"
        assert models.ensure(MODEL, nothing).read_bytes() == CONTENT

    def test_small_files_are_held_to_their_git_object(self, remote: LoopbackHub, folder: Path) -> None:
        remote.files = {"model.bin": CONTENT, "config.json": b"{}", "src.spm.model": b"sp", "tgt.spm.model": b"tp"}
        place = models.ensure("ct2:owner/tiny", nothing)
        assert sorted(path.name for path in place.iterdir() if not path.name.startswith(".")) == sorted(remote.files)
        (place / "config.json").write_bytes(b"[]")
        seen: list[Progress] = []
        models.ensure("ct2:owner/tiny", seen.append)
        assert (place / "config.json").read_bytes() == b"{}"
        assert any("config.json is damaged" in step.what for step in seen)

    def test_a_broken_pull_goes_on_with_the_same_commit(self, remote: LoopbackHub, folder: Path) -> None:
        remote.break_after[NAME] = 3000
        with pytest.raises(ModelError) as caught:
            models.ensure(MODEL, nothing)
        assert caught.value.code == "missing"
        assert not models.is_present(MODEL)
        listings = [line for line in remote.asked if "/api/" in line]
        models.ensure(MODEL, nothing)
        assert [line for line in remote.asked if "/api/" in line] == listings
        assert "bytes=" in remote.fetches(NAME)[-1]
        assert (folder / NAME).read_bytes() == CONTENT

    def test_a_part_damaged_on_the_disk_costs_one_more_fetch(self, remote: LoopbackHub, folder: Path) -> None:
        remote.break_after[NAME] = 3000
        with pytest.raises(ModelError):
            models.ensure(MODEL, nothing)
        (part,) = folder.glob(".cache/**/*.incomplete")
        part.write_bytes(b"x" * part.stat().st_size)
        assert models.ensure(MODEL, nothing).read_bytes() == CONTENT

    def test_wrong_bytes_twice_are_refused_and_leave_nothing(self, remote: LoopbackHub, folder: Path) -> None:
        remote.damaged[NAME] = b"WEIGHTS " * 1000
        with pytest.raises(ModelError, match="gave twice") as caught:
            models.ensure(MODEL, nothing)
        assert caught.value.code == "corrupt"
        assert len(remote.fetches(NAME)) == 2
        assert not (folder / NAME).exists()
        remote.damaged.clear()
        assert models.ensure(MODEL, nothing).read_bytes() == CONTENT

    def test_wrong_bytes_once_are_fetched_again(self, remote: LoopbackHub) -> None:
        remote.damaged[NAME] = b"WEIGHTS " * 1000

        def mend(step: Progress) -> None:
            if "arrived damaged" in step.what:
                remote.damaged.clear()

        assert models.ensure(MODEL, mend).read_bytes() == CONTENT

    @pytest.mark.parametrize("status", [401, 404, 500, 503])
    def test_a_hub_that_fails_is_told(self, remote: LoopbackHub, status: int, folder: Path) -> None:
        remote.status = status
        with pytest.raises(ModelError, match="owner/tiny") as caught:
            models.ensure(MODEL, nothing)
        assert caught.value.code == "missing"
        assert not models.is_present(MODEL)
        remote.status = 200
        assert models.ensure(MODEL, nothing).read_bytes() == CONTENT

    def test_a_page_of_html_is_no_listing_and_no_file(self, remote: LoopbackHub, folder: Path) -> None:
        remote.answers_html = True
        with pytest.raises(ModelError) as caught:
            models.ensure(MODEL, nothing)
        assert caught.value.code == "missing"
        remote.answers_html = False
        models.pin(MODEL, nothing)
        remote.answers_html = True
        with pytest.raises(ModelError) as caught:
            models.ensure(MODEL, nothing)
        assert caught.value.code == "missing"
        assert not (folder / NAME).exists()

    def test_a_full_disk_is_told_and_what_has_arrived_is_kept(
        self, remote: LoopbackHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fill(*_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(hub, "download", fill)
            with pytest.raises(ModelError, match="STREAMTTS_CACHE") as caught:
                models.ensure(MODEL, nothing)
        assert caught.value.code == "disk_full"
        assert models.ensure(MODEL, nothing).read_bytes() == CONTENT

    def test_damaged_pins_are_not_made_anew_in_silence(self, remote: LoopbackHub, folder: Path) -> None:
        models.ensure(MODEL, nothing)
        (folder / ".pins.json").write_text("{")
        with pytest.raises(ModelError, match="remove the model") as caught:
            models.ensure(MODEL, nothing)
        assert caught.value.code == "corrupt"
        assert not models.is_present(MODEL)

    def test_the_licence_is_what_its_page_says(self, remote: LoopbackHub) -> None:
        remote.licence = "cc-by-nc-4.0"
        row = models.pin(MODEL, nothing)
        assert (row.licence, row.is_non_commercial, row.size_bytes) == ("cc-by-nc-4.0", True, len(CONTENT))
        assert remote.fetches(NAME) == []
        found = rows.find_row(MODEL)
        assert found == row

    def test_two_at_once_fetch_it_once(self, remote: LoopbackHub, folder: Path) -> None:
        remote.stand = threading.Event()
        seen: list[Progress] = []

        def wait_for_the_other(step: Progress) -> None:
            seen.append(step)
            if step.what.startswith("Waiting for another") and remote.stand is not None:
                remote.stand.set()

        results: list[Path] = []
        first = threading.Thread(target=lambda: results.append(models.ensure(MODEL, wait_for_the_other)))
        second = threading.Thread(target=lambda: results.append(models.ensure(MODEL, wait_for_the_other)))
        first.start()
        second.start()
        first.join(120)
        second.join(120)
        assert results == [folder / NAME] * 2
        assert len(remote.fetches(NAME)) == 1
        assert any(step.what.startswith("Waiting for another") for step in seen)


class TestRowsOfTheCatalogWithGaps:
    """A row whose weights are pinned in the catalog, and whose small files at the first fetch."""

    MODEL = "ct2:quickmt"

    @pytest.fixture(autouse=True)
    def _tiny(self, remote: LoopbackHub, monkeypatch: pytest.MonkeyPatch) -> None:
        from dataclasses import replace

        real = rows.catalog_row(self.MODEL)
        assert real is not None
        weights = WeightFile("model.bin", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
        row = replace(real, files=(weights,), hub=REPOSITORY)
        monkeypatch.setattr(rows, "catalog_row", lambda wanted: row if wanted == self.MODEL else None)
        remote.files = {
            "model.bin": CONTENT,
            "config.json": b"{}",
            "source_vocabulary.json": b"[]",
            "target_vocabulary.json": b"[]",
            "src.spm.model": b"source pieces",
            "tgt.spm.model": b"target pieces",
            "eole-model/model.00.safetensors": b"of another runtime",
            "README.md": b"#",
        }

    def test_the_rest_is_chosen_by_its_kind(self, remote: LoopbackHub) -> None:
        place = models.ensure(self.MODEL, nothing)
        here = sorted(path.name for path in place.iterdir() if not path.name.startswith("."))
        assert here == sorted(name for name in remote.files if "/" not in name and name != "README.md")

    def test_the_catalogs_digest_counts_not_the_hubs(self, remote: LoopbackHub) -> None:
        remote.files["model.bin"] = b"WEIGHTS " * 1000
        with pytest.raises(ModelError, match="gave twice"):
            models.ensure(self.MODEL, nothing)

    def test_a_catalog_that_names_other_weights_since_has_them_fetched(
        self, remote: LoopbackHub, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dataclasses import replace

        place = models.ensure(self.MODEL, nothing)
        newer = b"newer weights " * 500
        old = rows.catalog_row(self.MODEL)
        assert old is not None
        weights = WeightFile("model.bin", None, hashlib.sha256(newer).hexdigest())
        row = replace(old, files=(weights,), hub=Hub("owner/tiny", "c" * 40))
        monkeypatch.setattr(rows, "catalog_row", lambda _: row)
        assert not models.is_present(self.MODEL)
        remote.commit, remote.files["model.bin"] = "c" * 40, newer
        models.ensure(self.MODEL, nothing)
        assert (place / "model.bin").read_bytes() == newer
        kept = pins.read(place)
        assert kept is not None
        assert kept.hub == Hub("owner/tiny", "c" * 40)

    def test_files_put_there_by_hand_are_taken_without_the_hub(self, remote: LoopbackHub) -> None:
        place = models.models_folder() / "ct2-quickmt"
        place.mkdir(parents=True)
        for name in ("model.bin", "config.json", "src.spm.model", "tgt.spm.model"):
            (place / name).write_bytes(remote.files[name])
        remote.status = 503
        assert models.is_present(self.MODEL)
        assert models.ensure(self.MODEL, nothing) == place
        kept = json.loads((place / ".pins.json").read_text())
        assert {file["name"] for file in kept["files"]} == {
            "model.bin",
            "config.json",
            "src.spm.model",
            "tgt.spm.model",
        }
        (place / "config.json").write_text("[]")
        with pytest.raises(ModelError):
            models.ensure(self.MODEL, nothing)
