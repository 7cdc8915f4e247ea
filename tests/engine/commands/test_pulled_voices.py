"""A voice is listed, pulled, checked, spoken with and removed by the commands that do so with translators."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.catalog import VOICES, VoiceRow, WeightFile
from engine.cli import main
from engine.speech.piper import Piper
from engine.speech.voices import find_voice
from tests.support.loopback_hub import LoopbackHub, serve
from tests.support.piper_model import write_voice

pytest.importorskip("piper_plus")
pytest.importorskip("onnx")

NAME = "piper:tsukuyomi"


def tiny(row: VoiceRow) -> VoiceRow:
    """The row as it is, but for what its files hold."""
    return replace(row, files=tuple(WeightFile(file.name) for file in row.files))


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LoopbackHub]:
    monkeypatch.setenv("STREAMTTS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    rows = tuple(tiny(row) for row in VOICES)
    for place in ("engine.catalog.voices", "engine.models.upkeep", "engine.speech.piper"):
        monkeypatch.setattr(f"{place}.VOICES", rows)
    row = rows[0]
    assert row.hub
    path = write_voice(tmp_path / "source", row.files[0].name)
    files = {one.name: one.read_bytes() for one in path.parent.iterdir()} | {"README.md": b"#", "other.onnx": b"x"}
    made = LoopbackHub(row.hub.repository, row.hub.revision, files, in_lfs=(".onnx",))
    with serve(made, monkeypatch, str(tmp_path / "hub-cache")):
        yield made


def test_from_not_here_to_sound_and_away_again(
    remote: LoopbackHub, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["voices"]) == 0
    assert f"not here: streamtts models pull {NAME}" in capsys.readouterr().out
    assert main(["models", "pull", NAME]) == 0
    said = capsys.readouterr().out
    assert "夢前黎" in said, "whom to credit"
    folder = tmp_path / "cache" / "models" / "piper-tsukuyomi"
    kept = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    assert kept == {"tsukuyomi-chan-6lang-fp16.onnx", "config.json"}, "and nothing else of the repository"

    assert main(["voices"]) == 0
    listed = capsys.readouterr().out
    assert f"not here: streamtts models pull {NAME}" not in listed
    assert f"  {NAME}" in listed
    chunks = list(Piper().synthesize("はい、そうです。", find_voice(NAME), 1.0))
    assert np.abs(np.concatenate([chunk.samples for chunk in chunks])).max() > 0.1

    assert main(["models", "verify", NAME]) == 0
    assert "whole (checksums of the first fetch" in capsys.readouterr().out
    assert main(["models", "remove", NAME]) == 0
    assert not folder.exists()


def test_what_was_pinned_is_held_to(remote: LoopbackHub, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["models", "pull", NAME]) == 0
    config = tmp_path / "cache" / "models" / "piper-tsukuyomi" / "config.json"
    config.write_text(config.read_text().replace("22050", "44100"))
    assert main(["models", "verify", NAME]) == 1
    assert "damaged  config.json" in capsys.readouterr().out
    assert main(["models", "pull", NAME]) == 0
    assert json.loads(config.read_text())["audio"]["sample_rate"] == 22_050


def test_the_list_has_voices_apart_from_translators(remote: LoopbackHub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    voices = {one["id"]: one for one in document["voices"]}
    assert set(voices) == {"piper:tsukuyomi", "piper:css10"}
    assert not voices[NAME]["here"]
    assert voices[NAME]["source"].startswith("Hugging Face hub: ayousanz/")
    assert not any(one["runtime"] == "piper" for one in document["translators"])
    assert main(["models"]) == 0
    assert NAME in capsys.readouterr().out.split("voices whose weights are fetched")[1]


def test_a_voice_is_no_translator(remote: LoopbackHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "text.md"
    source.write_text("Hello.")
    assert main(["speak", "--sink", "null", "--voice", "none", "--translator", NAME, str(source)]) != 0
    assert NAME in capsys.readouterr().err
