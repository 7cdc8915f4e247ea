"""`streamtts models` against a hub of our own."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.cli import main
from engine.models import hub
from engine.models.folder import locked
from tests.support.loopback_hub import LoopbackHub, serve

CONTENT = b"weights " * 1000
NAME = "tiny.Q4_K_M.gguf"
MODEL = "llama:owner/tiny"
PATIENCE_S = 120.0


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LoopbackHub]:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    made = LoopbackHub(files={NAME: CONTENT})
    with serve(made, monkeypatch, str(tmp_path / "hub-cache")):
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "models" / "llama-owner--tiny"


class TestList:
    def test_it_says_what_each_is_and_what_auto_takes(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["models", "--device", "cpu"]) == 0
        listed = capsys.readouterr().out
        assert "auto takes " in listed
        assert "the device is set to cpu" in listed
        quickmt = next(line for line in listed.splitlines() if "ct2:quickmt " in line and "MB" in line)
        assert "404 MB" in quickmt
        assert "CC-BY-4.0" in quickmt
        assert "not here" in quickmt
        assert all(
            "non-commercial use only" in line for line in listed.splitlines() if "nllb-" in line and "MB  " in line
        )

    def test_as_json(self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        assert main(["models", "pull", MODEL]) == 0
        capsys.readouterr()
        assert main(["models", "--json"]) == 0
        document = json.loads(capsys.readouterr().out)
        assert document["folder"] == str(folder.parent)
        assert set(document["auto"]["now"]) == {"id", "reason"}
        listed = {one["id"]: one for one in document["translators"]}
        mine = listed[MODEL]
        assert (mine["here"], mine["pinned"], mine["licence"], mine["size_bytes"]) == (
            True,
            "first fetch",
            "mit",
            len(CONTENT),
        )
        assert mine["disk_bytes"] >= len(CONTENT)
        assert mine["path"] == str(folder)
        assert not listed["torch:nllb-600m"]["here"]
        assert listed["torch:nllb-600m"]["non_commercial"]
        assert listed["llama:qwen2.5-coder-1.5b"]["pinned"] == "catalog"
        assert "wheels" in listed["llama:qwen2.5-coder-1.5b"]["source"]
        assert listed["http:openai"]["source"].startswith("a server")

    def test_a_part_of_a_model_shows(self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str]) -> None:
        remote.break_after[NAME] = 3000
        assert main(["models", "pull", MODEL]) == 1
        capsys.readouterr()
        main(["models"])
        mine = next(line for line in capsys.readouterr().out.splitlines() if MODEL in line)
        assert "in part" in mine

    def test_damaged_pins_are_a_line_and_no_crash(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        place = tmp_path / "cache" / "models" / "ct2-quickmt"
        place.mkdir(parents=True)
        (place / ".pins.json").write_text("{")
        assert main(["models"]) == 0
        assert "cannot be used now" in capsys.readouterr().out
        assert main(["models", "remove", "ct2:quickmt"]) == 0
        assert not place.exists()

    def test_a_wrong_setting_is_status_2(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STREAMTTS_TRANSLATE_CONTEXT", "99")
        assert main(["models"]) == 2
        assert "STREAMTTS_TRANSLATE_CONTEXT" in capsys.readouterr().err


class TestPull:
    def test_it_fetches_says_what_and_checks(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        assert main(["models", "pull", MODEL]) == 0
        said = capsys.readouterr()
        assert "licence: mit" in said.out
        assert str(folder / NAME) in said.out
        assert f"Fetching {NAME} …" in said.err
        assert (folder / NAME).read_bytes() == CONTENT

    def test_what_is_here_is_not_fetched_again(self, remote: LoopbackHub) -> None:
        main(["models", "pull", MODEL])
        remote.asked.clear()
        assert main(["models", "pull", MODEL]) == 0
        assert remote.asked == []

    def test_a_hub_that_does_not_answer_is_status_1(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remote.status = 503
        assert main(["models", "pull", MODEL]) == 1
        assert "owner/tiny" in capsys.readouterr().err

    @pytest.mark.parametrize("wrong", ["nonsense", "llama:/own.gguf", "http:openai", "torch:a/b/code.py"])
    def test_a_wrong_id_is_status_2(self, remote: LoopbackHub, wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "pull", wrong]) == 2
        assert wrong in capsys.readouterr().err

    def test_a_non_commercial_licence_has_to_be_agreed_to(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        remote.licence = "cc-by-nc-4.0"
        assert main(["models", "pull", MODEL]) == 1
        said = capsys.readouterr()
        assert "cc-by-nc-4.0" in said.out
        assert "--yes" in said.err
        assert remote.fetches(NAME) == []
        assert main(["models", "pull", MODEL, "--yes"]) == 0
        assert (folder / NAME).is_file()

    @pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("\n", 1), ("", 1)])
    def test_at_a_terminal_it_asks(
        self, remote: LoopbackHub, answer: str, status: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        remote.licence = "cc-by-nc-4.0"
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        assert main(["models", "pull", MODEL]) == status
        assert bool(remote.fetches(NAME)) is (status == 0)

    def test_weights_that_could_hold_code_are_refused(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remote.files = {"pytorch_model.bin": CONTENT, "config.json": b"{}"}
        assert main(["models", "pull", "torch:owner/tiny"]) == 1
        assert "pickle" in capsys.readouterr().err
        assert remote.fetches("pytorch_model.bin") == []

    def test_a_repository_without_weights_is_told(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str]
    ) -> None:
        remote.files = {"README.md": b"#", "../../evil.gguf": b"x", ".hidden.gguf": b"x"}
        assert main(["models", "pull", MODEL]) == 1
        assert "no weights for llama" in capsys.readouterr().err

    def test_ctrl_c_keeps_what_has_arrived_and_the_next_pull_goes_on(
        self, remote: LoopbackHub, folder: Path, tmp_path: Path
    ) -> None:
        remote.files[NAME] = bytes(range(256)) * 20_000
        remote.stand = threading.Event()
        from huggingface_hub import constants

        environment = os.environ | {
            "HF_ENDPOINT": constants.ENDPOINT,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_OFFLINE": "0",
        }
        command = [sys.executable, "-m", "engine.cli", "models", "pull", MODEL]
        with subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        ) as pulling:
            deadline = time.monotonic() + PATIENCE_S
            while not (folder.is_dir() and hub.partial_bytes(folder) >= 1_000_000):
                assert pulling.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            pulling.send_signal(signal.SIGINT)
            _, said = pulling.communicate(timeout=PATIENCE_S)
        assert pulling.returncode == 1
        assert "What has arrived is kept" in said
        assert "Traceback" not in said
        assert hub.partial_bytes(folder) >= 1_000_000
        remote.stand.set()
        assert main(["models", "pull", MODEL]) == 0
        assert "bytes=" in remote.fetches(NAME)[-1]
        assert (folder / NAME).read_bytes() == remote.files[NAME]


class TestVerify:
    def test_right_and_damaged_and_missing(
        self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], folder: Path
    ) -> None:
        main(["models", "pull", MODEL])
        capsys.readouterr()
        assert main(["models", "verify", MODEL]) == 0
        said = capsys.readouterr().out
        assert "whole (checksums of the first fetch, owner/tiny at aaaaaaaaaaaa)" in said
        assert f"ok       {NAME}" in said
        status = (folder / NAME).stat()
        (folder / NAME).write_bytes(b"WEIGHTS " * 1000)
        os.utime(folder / NAME, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert main(["models", "verify"]) == 1
        assert f"damaged  {NAME}" in capsys.readouterr().out
        (folder / NAME).unlink()
        assert main(["models", "verify", MODEL]) == 1
        assert f"missing  {NAME}" in capsys.readouterr().out
        assert main(["models", "pull", MODEL]) == 0
        assert main(["models", "verify", MODEL]) == 0

    def test_nothing_here(self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["models", "verify"]) == 0
        assert "No weights are here" in capsys.readouterr().out
        assert main(["models", "verify", "ct2:quickmt"]) == 1
        assert main(["models", "verify", "nonsense"]) == 2


class TestRemove:
    def test_it_frees_the_disk(self, remote: LoopbackHub, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        main(["models", "pull", MODEL])
        assert main(["models", "remove", MODEL]) == 0
        assert "is removed" in capsys.readouterr().out
        assert not folder.exists()
        assert main(["models", "remove", MODEL]) == 1

    @pytest.mark.parametrize("wrong", ["llama:/own.gguf", "llama:../..", "http:openai", "nonsense"])
    def test_what_is_not_ours_is_left_alone(self, remote: LoopbackHub, wrong: str) -> None:
        assert main(["models", "remove", wrong]) == 2

    def test_links_are_not_followed(self, remote: LoopbackHub, folder: Path, tmp_path: Path) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (outside / "precious").write_text("mine")
        main(["models", "pull", MODEL])
        (folder / "link").symlink_to(outside)
        (folder / "file").symlink_to(outside / "precious")
        assert main(["models", "remove", MODEL]) == 0
        assert not folder.exists()
        folder.symlink_to(outside)
        assert main(["models", "remove", MODEL]) == 0
        assert not folder.is_symlink()
        assert (outside / "precious").read_text() == "mine"

    def test_who_waited_meanwhile_makes_the_folder_anew(self, remote: LoopbackHub, folder: Path) -> None:
        waits = threading.Event()
        found: list[bool] = []

        def bring() -> None:
            with locked(folder, lambda _: waits.set()):
                found.append(folder.is_dir())

        with locked(folder, lambda _: None):
            other = threading.Thread(target=bring)
            other.start()
            assert waits.wait(PATIENCE_S)
            shutil.rmtree(folder)
        other.join(PATIENCE_S)
        assert found == [True]
