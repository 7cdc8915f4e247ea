"""The other commands, through the installed entry point."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.weights import needs_weights

STREAMTTS = str(Path(sys.executable).with_name("streamtts"))


def run(*arguments: str) -> str:
    done = subprocess.run([STREAMTTS, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def test_voices_say_what_leaves_the_machine_and_why_one_cannot_be_used() -> None:
    listed = run("voices")
    assert "openjtalk:mei" in listed
    assert "edge  (cloud: the Japanese text leaves this machine" in listed
    if sys.platform != "darwin":
        assert "not available" in listed.split("say  (")[1]


def test_the_sound_that_is_kept_can_be_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMTTS_SOUNDS", str(tmp_path))
    (tmp_path / f"{'a' * 64}.pcm").write_bytes(bytes(1_500_000))
    (tmp_path / "notes.txt").write_text("not ours")
    assert run("voices", "--clear-cache") == f"Freed 1.5 MB of sound in {tmp_path}.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_models_tell_size_licence_and_whether_they_are_here() -> None:
    listed = run("models")
    assert "llama:qwen2.5-coder-1.5b" in listed
    assert "non-commercial" in next(line for line in listed.splitlines() if "torch:nllb-600m" in line)


def test_version_and_help() -> None:
    assert run("--version").startswith("streamtts ")
    assert "examples:" in run("--help")


class TestBench:
    pytestmark = needs_weights

    def test_it_measures_every_stage_of_every_sentence(self) -> None:
        report = json.loads(run("bench", "--json", "--sentences", "2"))
        assert report["translator"] == "llama:qwen2.5-coder-1.5b"
        stages = report["stages"]
        assert {name: figures["n"] for name, figures in stages.items()} == dict.fromkeys(
            (
                "capture_ms",
                "segment_ms",
                "confirm_ms",
                "translate_first_ms",
                "translate_ms",
                "synth_first_ms",
                "queue_ms",
                "first_sound_ms",
            ),
            2,
        )
        first_sound = stages["first_sound_ms"]
        assert first_sound["p50"] > stages["translate_first_ms"]["p50"] > stages["capture_ms"]["p50"] > 0

    def test_nothing_to_measure_is_status_3(self) -> None:
        done = subprocess.run(
            [STREAMTTS, "bench", "--translator", "llama:/no/such/file"], capture_output=True, text=True
        )
        assert done.returncode == 3
        assert "does not exist" in done.stderr
