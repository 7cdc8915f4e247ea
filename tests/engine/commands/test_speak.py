"""`streamtts speak` through the installed entry point, held to the contract that scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import pytest

from tests.support.weights import needs_weights

STREAMTTS = Path(sys.executable).with_name("streamtts")
KEYS = {
    "ready": {"event", "translator", "voice", "device", "load_ms"},
    "sentence": {"event", "id", "kind", "en", "segment_ms"},
    "notice": {"event", "level", "code", "message"},
    "done": {"event", "sentences", "spoken", "skipped", "failed", "p50", "p95"},
}
MARKDOWN = """# The result

The tests pass now. I moved the retry logic into `client.py`, which was too long.

```
x = 1
```

---
"""
RECORDED = Path(__file__).parents[2] / "data/recordings/print-many-turns/stream.jsonl"


def speak(text: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(STREAMTTS), "speak", *arguments], input=text, capture_output=True, text=True, env=os.environ | env
    )


def events(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def assert_contract(lines: list[dict[str, Any]]) -> None:
    """Every line has the shape of the contract, and every sentence ends exactly once."""
    assert lines[-1]["event"] == "done"
    sentences = [line["id"] for line in lines if line["event"] == "sentence"]
    finals = [line["id"] for line in lines if line["event"] == "speech" and line["state"] != "started"]
    assert sentences == list(range(1, len(sentences) + 1))
    assert sorted(finals) == sentences
    assert lines[-1]["sentences"] == len(sentences)
    for line in lines:
        assert set(line) == keys_of(line), line


def keys_of(line: dict[str, Any]) -> set[str]:
    match line:
        case {"event": "translation", "final": False}:
            return {"event", "id", "ja", "final", "translate_first_ms"}
        case {"event": "translation"}:
            return {"event", "id", "ja", "final", "translate_ms", "translator", "guard"}
        case {"event": "speech", "state": "started"}:
            return {"event", "id", "state", "voice", "synth_first_ms", "queue_ms", "first_sound_ms"}
        case {"event": "speech"}:
            return {"event", "id", "state", "reason", "audio_s"}
    return KEYS[line["event"]]


class TestWithRealWeights:
    pytestmark = needs_weights

    def test_markdown_is_spoken_into_a_file(self, tmp_path: Path) -> None:
        done = speak(MARKDOWN, "--json", "--sink", f"wav:{tmp_path}/out.wav")
        lines = events(done)
        assert_contract(lines)
        assert done.returncode == 0
        assert lines[0]["event"] == "ready"
        assert [line["kind"] for line in lines if line["event"] == "sentence"] == [
            "heading",
            "prose",
            "prose",
            "code",
            "rule",
        ]
        said_s = sum(line.get("audio_s", 0) for line in lines)
        with wave.open(f"{tmp_path}/out.wav") as file:
            length_s = file.getnframes() / file.getframerate()
        assert said_s > 3
        assert said_s <= length_s <= said_s + 1

    def test_without_json_english_and_japanese_stand_below_each_other(self) -> None:
        done = speak("The build has failed.", "--voice", "none", "--sink", "null")
        english, japanese, *_ = done.stdout.splitlines()
        assert english == "The build has failed."
        assert any("ぁ" <= character <= "ヿ" for character in japanese)


@pytest.mark.parametrize("text", ["", "\n\n", "---\n", "123 456.", "   ", "```\nunfinished", "これは日本語です。"])
def test_odd_inputs_end_well(text: str) -> None:
    done = speak(text, "--json", "--sink", "null", "--translator", "llama:/no/such/file")
    assert_contract(events(done))


def test_a_recorded_stream_json_is_told_apart_and_no_block_is_read_twice() -> None:
    recorded = [json.loads(line)["line"] for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in recorded)
    lines = events(speak(text, "--json", "--sink", "null", "--translator", "llama:/no/such/file"))
    assert_contract(lines)
    english = [line["en"] for line in lines if line["event"] == "sentence"]
    assert [sentence for sentence in english if sentence.startswith("Tok s05")] == [
        "Tok " + " ".join(f"s05w{word:02}" for word in range(12)) + "."
    ]
    assert english[-2:] == ["Hello from the fake model.", "This is a short reply."]


def test_nothing_to_translate_with_is_status_3_and_english_still_shows() -> None:
    done = speak("The build has failed.", "--json", "--sink", "null", "--translator", "llama:/no/such/file")
    lines = events(done)
    assert_contract(lines)
    assert done.returncode == 3
    assert next(line for line in lines if line["event"] == "notice")["code"] == "translator_failed"
    [translation] = [line for line in lines if line["event"] == "translation"]
    assert (translation["ja"], translation["guard"]) == ("The build has failed.", "english")
    assert lines[-1]["failed"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sink", "nowhere"], "--sink"),
        (["--rate", "9"], "--rate"),
        (["--translator", "x", "/no/such/file"], "No such file"),
        (["--input", "poem"], "invalid choice"),
    ],
)
def test_bad_usage_is_status_2_with_a_reason(arguments: list[str], message: str) -> None:
    done = speak("", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stdout == ""
